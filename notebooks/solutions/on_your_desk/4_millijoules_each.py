# What comes on top of the idle current is power; shared among the inferences of a second.
def millijoules_each(volts, idle_amperes, busy_amperes, a_second):
    return 1000 * volts * (busy_amperes - idle_amperes) / a_second
