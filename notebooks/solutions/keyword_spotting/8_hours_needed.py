def hours_needed(rate_an_hour):
    return 3 / rate_an_hour
