# Half a turn about an axis leaves that axis as it is, and turns the two others round.
def every_way(windows):
    turns = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
    return np.concatenate([windows * np.tile(turn, 2) for turn in turns])
