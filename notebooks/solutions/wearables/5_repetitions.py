def repetitions(signal, low, high):
    count, ready = 0, True
    for value in signal:
        if ready and value > high:
            count, ready = count + 1, False
        elif value < low:
            ready = True
    return count
