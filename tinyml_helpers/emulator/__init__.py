"""A Cortex-M board that isn't there: it runs the firmware a real one would, and counts.

Instructions are counted one by one, as the chip would execute them; cycles are computed from them
by a documented model (`cycles`).
"""
