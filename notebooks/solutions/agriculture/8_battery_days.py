# A watt is a joule a second, and a day has 86,400 seconds.
def battery_days(joules, messages_a_day, joules_a_message, watts_for_the_rest):
    a_day = messages_a_day * joules_a_message + 86_400 * watts_for_the_rest
    return joules / a_day
