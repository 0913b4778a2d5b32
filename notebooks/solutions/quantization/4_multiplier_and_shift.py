def multiplier_and_shift(factor):
    fraction, shift = np.frexp(factor)
    multiplier = round(fraction * 2**31)
    if multiplier == 2**31:  # the fraction was so close to 1 that it rounded up to it
        multiplier, shift = 2**30, shift + 1
    return multiplier, int(shift)
