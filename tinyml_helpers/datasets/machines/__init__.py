"""Machines: vibration recorded on real ones, from archives and from a student's own sensor.

This room knows files, accelerations and how bearings turn, and nothing of what a model makes of it.
"""
