"""What a student touches in the browser: sliders, players, panels for microphone, camera and board.

This room knows data sets, in which recordings and pictures are kept, and how one talks to a board;
it knows no application: what a panel's sound or picture is given to is the caller's.
"""
