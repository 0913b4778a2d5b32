# The microphone never sleeps; the chip computes or waits.
def average_ma(microphone_ma, waiting_ma, computing_ma, busy, awake):
    computes = busy * awake
    return microphone_ma + computes * computing_ma + (1 - computes) * waiting_ma
