def choose(models, spread):
    best = max(score for _, score in models.values())
    good = [name for name, (_, score) in models.items() if score >= best - spread - 1e-9]
    return min(good, key=lambda name: models[name][0])
