"""Fields: soil moisture and weather of real places, from archives and a student's logger.

This room knows files, water in the soil and weather, and nothing of what a model makes of it.
"""
