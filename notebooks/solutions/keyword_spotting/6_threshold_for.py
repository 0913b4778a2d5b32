def threshold_for(points, most_an_hour):
    allowed = [point for point in points if point.false_accepts_an_hour <= most_an_hour]
    return min(allowed, key=lambda point: point.false_rejects).threshold
