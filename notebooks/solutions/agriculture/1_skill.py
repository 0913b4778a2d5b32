# Where one of the three is NaN, the place counts for neither error.
def skill(forecast, truth, now):
    whole = ~np.isnan(forecast + truth + now)
    error = np.abs(forecast - truth)[whole].mean()
    usual = np.abs(now - truth)[whole].mean()
    return 1 - error / usual
