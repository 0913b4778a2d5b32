# A straight line through the two measurements: a fixed part, and so much for each MAC.
def predicted_ms(macs, runs):
    (first, first_ms), (second, second_ms) = runs
    each = (second_ms - first_ms) / (second - first)
    return first_ms + each * (macs - first)
