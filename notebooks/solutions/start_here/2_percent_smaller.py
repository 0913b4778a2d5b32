def percent_smaller(bytes_before, bytes_after):
    return 100 * (bytes_before - bytes_after) / bytes_before
