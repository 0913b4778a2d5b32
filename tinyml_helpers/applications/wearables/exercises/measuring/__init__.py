"""How good it is: what a counter of repetitions counts, and when.

It knows the coach's parts and the data sets, and nothing of boards.
"""
