def area(faces, others):
    difference = faces[:, np.newaxis] - others
    return ((difference > 0) + 0.5 * (difference == 0)).mean()
