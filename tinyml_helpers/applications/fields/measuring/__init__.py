"""How good a node is: on simulated fields that no model was trained on.

It knows the node and the data sets, and nothing of boards.
"""
