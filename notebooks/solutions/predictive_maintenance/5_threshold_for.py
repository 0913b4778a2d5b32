# So many of the highest scores may be above; the next one is the threshold.
def threshold_for(scores, decisions):
    allowed = len(scores) // decisions
    return np.sort(scores)[::-1][allowed]
