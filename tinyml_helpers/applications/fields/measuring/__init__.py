"""How good it is: skill and rivals of the model, and what a node notices of a probe that fails.

It knows the node, the model and the data sets, and nothing of boards.
"""
