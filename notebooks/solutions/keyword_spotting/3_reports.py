def reports(averages, threshold, refractory):
    places = []
    for place, average in enumerate(averages):
        if average >= threshold and (not places or place - places[-1] >= refractory):
            places.append(place)
    return places
