def prune_smallest(weights, share):
    threshold = np.quantile(np.abs(weights), share)
    return np.where(np.abs(weights) < threshold, 0, weights)
