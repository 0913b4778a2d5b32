"""Rivals of the network that names exercises: 48 features, and what scikit-learn makes of them.

    seen = features.of(windows)              # int8 [n, 100, 6] -> int16 [n, 48]
    rival, whole = linear.fitted(seen, classes)
    rival.classes(seen)                      # as the chip's integers decide
    on_board.cost(rival, windows, "pico")

Each is fitted here, and decides on a chip in integers: flash, cycles and accuracy stand beside the
network's, so that one can say when a network is worth it. Its C isn't in the watch's program. It
knows the training of the network, the chips, and nothing of what counts and talks.
"""
