def on_others(chosen_on, others, rate):
    allowed = int(rate * len(chosen_on))
    threshold = np.sort(chosen_on)[-allowed]
    return (others >= threshold).mean()
