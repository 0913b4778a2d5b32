# What the others leave of the time that it may take in all; with nothing left, no kernel is enough.
def speed_needed(part, in_all):
    left = 1 / in_all - (1 - part)
    return part / left if left > 0 else 0
