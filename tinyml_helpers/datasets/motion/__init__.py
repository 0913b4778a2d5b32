"""Motion: accelerometers and gyroscopes on people, from archives, phones and a package's data.

This room knows files, clocks and units, and nothing of what a model makes of a movement.
"""
