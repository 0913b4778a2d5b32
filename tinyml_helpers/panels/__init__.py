"""What a student touches in the browser: sliders, players, and panels for microphone and camera.

This room knows data sets, in which recordings and pictures are kept, and no application: what a
panel's sound or picture is given to is the caller's.
"""
