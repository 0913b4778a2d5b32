# In this order: water comes, what is too much drains, and then the crop drinks what there is.
def next_day(level, water, wanted, capacity):
    drained = max(level + water - capacity, 0)
    level = level + water - drained
    return level - min(wanted, level), drained
