def alarms_a_day(beats, share_early, sensitivity, specificity):
    early = beats * share_early
    return early * sensitivity, (beats - early) * (1 - specificity)
