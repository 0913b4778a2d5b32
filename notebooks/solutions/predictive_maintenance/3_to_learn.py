def to_learn(machines, kept):
    return [place for place, machine in enumerate(machines) if machine not in kept]
