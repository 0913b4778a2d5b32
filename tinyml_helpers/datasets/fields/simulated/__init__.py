"""Fields that don't exist: weather, water in the soil and what a probe says of it, by the hour.

This folder knows how soil and crops take up and lose water, and nothing of what a model makes of
it.
"""
