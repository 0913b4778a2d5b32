# rr[n] is the interval from beat n to beat n + 1.
def early_beats(places, percent):
    rr = np.diff(places)
    usual = [np.median(rr[n - 8 : n]) for n in range(8, len(rr))]
    return [n + 9 for n, one in enumerate(usual) if rr[n + 8] < percent / 100 * one]
