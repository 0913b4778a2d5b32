def to_send(levels, delta):
    hours = [0]
    for hour, level in enumerate(levels):
        if abs(level - levels[hours[-1]]) > delta:
            hours.append(hour)
    return hours
