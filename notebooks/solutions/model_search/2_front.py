def front(models):
    def beaten(name):
        size, score = models[name]
        return any(s <= size and q >= score and (s, q) != (size, score) for s, q in models.values())

    return [name for name in models if not beaten(name)]
