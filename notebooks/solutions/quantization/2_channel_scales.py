# The largest magnitude over all but the last axis lands on the code 127.
def channel_scales(kernel):
    return np.abs(kernel).max(axis=(0, 1, 2)) / 127
