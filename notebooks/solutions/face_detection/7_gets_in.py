def gets_in(rate, tries):
    return 1 - (1 - rate) ** tries
