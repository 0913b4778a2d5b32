# Try one second, two seconds, and so on, until the battery lasts.
shortest_period = 1
while battery_days(225, 100, shortest_period) < 365:
    shortest_period += 1
