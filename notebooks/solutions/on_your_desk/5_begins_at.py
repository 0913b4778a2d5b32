# Wait while the port is closed, but 3,000 ms at most.
def begins_at(is_open):
    ms = 0
    while ms < 3000 and not is_open(ms):
        ms += 1
    return ms
