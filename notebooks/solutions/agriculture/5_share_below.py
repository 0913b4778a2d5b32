def share_below(truths, quantiles):
    known = ~np.isnan(truths)
    return np.mean(truths[known] <= quantiles[known])
