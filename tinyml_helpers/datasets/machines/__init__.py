"""Machines: vibration of real ones, from archives and a student's sensor; and of simulated ones.

This room knows files, accelerations and how bearings turn, and nothing of what a model makes of it.
"""
