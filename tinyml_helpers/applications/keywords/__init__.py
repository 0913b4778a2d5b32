"""Keyword spotting: a model that waits for a few words, and what it takes to have it listen.

The model, its training, the C of the detector and this computer's twin of it are here. They know
front ends, data sets and boards, and no other application.
"""
