# Each kernel in its turn is pruned in a list of its own; the given list stays as it was.
def sensitivity(kernels, prune, accuracy):
    found = []
    for place, kernel in enumerate(kernels):
        one_pruned = list(kernels)
        one_pruned[place] = prune(kernel)
        found.append(accuracy(one_pruned))
    return found
