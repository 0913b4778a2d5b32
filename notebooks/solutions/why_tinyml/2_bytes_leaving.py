# However many clips: a day has no more sound than its 86,400 seconds.
def bytes_leaving(samples_per_second, bytes_per_sample, events, clip_seconds):
    seconds = min(events * clip_seconds, 24 * 60 * 60)
    return 20 * events + seconds * samples_per_second * bytes_per_sample
