"""Sounds: synthesised words, archives of recordings, a student's own, and rooms and noises.

This room knows files, how they are fetched, and how long a front end's clip is.
"""
