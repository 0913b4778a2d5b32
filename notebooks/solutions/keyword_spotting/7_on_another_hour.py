def on_another_hour(points, others, most_an_hour):
    allowed = [point for point in points if point.false_accepts_an_hour <= most_an_hour]
    chosen = min(allowed, key=lambda point: point.false_rejects)
    (there,) = [point for point in others if point.threshold == chosen.threshold]
    return there.false_accepts_an_hour, there.false_rejects
