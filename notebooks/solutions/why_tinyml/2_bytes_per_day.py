def bytes_per_day(samples_per_second, bytes_per_sample):
    return samples_per_second * bytes_per_sample * 24 * 60 * 60
