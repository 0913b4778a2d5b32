def average_current(active_ma, sleep_ma, duty_cycle):
    return duty_cycle * active_ma + (1 - duty_cycle) * sleep_ma
