def cross_entropy(logits, label):
    powers = np.exp(logits)
    return -np.log(powers[label] / powers.sum())
