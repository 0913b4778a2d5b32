"""How well beats are found, and early ones among them: by beats and by persons.

What it measures is always a heart that no model was trained on. It knows the monitor, the examples
that are made of recordings and the data sets, and nothing of boards.
"""
