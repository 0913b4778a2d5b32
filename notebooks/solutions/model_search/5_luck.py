def luck(scores, new):
    falls = np.array(scores) - np.array(new)
    return falls[np.argmax(scores)] - falls.mean()
