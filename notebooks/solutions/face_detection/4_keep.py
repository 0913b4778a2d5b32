def keep(boxes, scores):
    kept = []
    for place in np.argsort(-scores):
        others = matching.overlaps(boxes[[place]], boxes[kept])
        if not (others > 0.3).any():
            kept.append(place)
    return kept
