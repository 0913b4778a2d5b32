def epochs_spent(batch, rungs, kept):
    spent = 0
    for epochs in rungs:
        spent += batch * epochs
        batch = max(1, batch // kept)
    return spent
