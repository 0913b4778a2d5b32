def broken(cost, limits):
    return [name for name, most in limits.items() if cost[name] > most]
