# What has begun to come in needs a place too: so round up.
def ring_hops(busy_ms, hop_ms):
    return np.ceil(busy_ms / hop_ms)
