"""How good it is: on people who weren't learned from, on the other arm, on a watch turned round.

It knows the exercises' training and stream.
"""
