def macro_f1(truth, said):
    each = []
    for one in np.unique(truth):
        hits = np.sum((truth == one) & (said == one))
        each.append(2 * hits / (np.sum(truth == one) + np.sum(said == one)))
    return np.mean(each)
