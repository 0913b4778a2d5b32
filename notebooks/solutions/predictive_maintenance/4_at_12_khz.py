from scipy import signal


# resample_poly filters before it leaves samples out.
def at_12_khz(samples, rate):
    return signal.resample_poly(samples, 12_000, rate)
