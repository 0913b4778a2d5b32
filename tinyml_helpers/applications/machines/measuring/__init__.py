"""How good a watcher is: on recordings of real bearings, and on whole lives of simulated machines.

What it measures is always a machine that no model was trained on. It knows the watcher's parts, the
data sets and the front end, and nothing of boards.
"""
