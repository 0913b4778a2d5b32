def promising(values, good, rest):
    return max(values, key=lambda value: (good.count(value) + 1) / (rest.count(value) + 1))
