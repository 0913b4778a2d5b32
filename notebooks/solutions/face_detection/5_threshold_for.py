def threshold_for(strangers, rate):
    allowed = int(rate * len(strangers))
    return np.sort(strangers)[-allowed]
