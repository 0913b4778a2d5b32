def days_of_warning(days, alarms, began, failed):
    for day, alarm in zip(days, alarms):
        if alarm and day >= began:
            return failed - day
    return 0
