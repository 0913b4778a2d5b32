# Each operation needs two neighbours at once: what it reads and what it writes.
def working_bytes(sizes):
    return max(sizes[n] + sizes[n + 1] for n in range(len(sizes) - 1))
