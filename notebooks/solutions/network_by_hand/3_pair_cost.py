# Every weight is used once at each place, so the MACs are the weights times the places.
def pair_cost(height, width, window, channels_in, channels_out):
    weights = window * window * channels_in + channels_in * channels_out
    return weights, weights * height * width
