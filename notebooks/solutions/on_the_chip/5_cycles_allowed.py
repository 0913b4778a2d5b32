def cycles_allowed(days, per_second):
    average = coin_ah / (24 * days)
    awake = (average - nano_facts.sleep_amperes) / (nano_facts.active_amperes - nano_facts.sleep_amperes)
    return min(max(awake, 0), 1) * nano_facts.active_hz / per_second
