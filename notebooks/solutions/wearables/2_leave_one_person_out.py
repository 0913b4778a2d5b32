def leave_one_person_out(people):
    pairs = []
    for person in sorted(set(people)):
        test = [place for place, who in enumerate(people) if who == person]
        learn = [place for place, who in enumerate(people) if who != person]
        pairs.append((learn, test))
    return pairs
