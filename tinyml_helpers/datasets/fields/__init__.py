"""Fields: soil moisture of real ones, from archives and a student's logger; and of simulated ones.

This room knows files, weather and how soil takes up and loses water, and nothing of what a model
makes of it.
"""
