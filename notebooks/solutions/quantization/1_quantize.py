def quantize(real, scale, zero_point):
    return np.clip(np.round(real / scale) + zero_point, -128, 127).astype(np.int8)
