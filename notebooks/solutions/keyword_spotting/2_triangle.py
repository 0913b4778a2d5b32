# The lower of two lines, and never below 0.
def triangle(hz, left, centre, right):
    rising = (hz - left) / (centre - left)
    falling = (right - hz) / (right - centre)
    return np.maximum(0, np.minimum(rising, falling))
