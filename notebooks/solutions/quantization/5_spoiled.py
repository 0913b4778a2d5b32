# As if recorded in a room far too dark: rulers end early, and real ink saturates.
def spoiled(images):
    return 0.05 * images
