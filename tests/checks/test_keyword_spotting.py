import numpy as np
import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers.checks import keyword_spotting as check

TRIANGLE = """
def triangle(hz, left, centre, right):
    rising, falling = (hz - left) / (centre - left), (right - hz) / (right - centre)
    return {}
"""
LOAD = "load = lambda front, inference, hops, clock: {}"
RING = "ring_hops = lambda busy, hop: {}"
MA = "average_ma = lambda mic, wait, work, busy, awake: {}"
HOUR = """
def on_another_hour(points, others, most):
    def best(points):
        return min((p for p in points if p[2] <= most), key=lambda p: p[1])
    same = lambda chosen, points: [p for p in points if p[0] == chosen[0]][0]
    return {}
"""
REPORTS = """
def reports(averages, threshold, refractory):
    places, last = [], -99
    for place, average in enumerate(averages):
        {}
    return places
"""
POINTS = "threshold_for = lambda points, most: {}"

EXERCISES = [
    Exercise(
        "keyword_spotting/1_heard",
        check.heard,
        wrong={
            'heard = ["yes"] * 5': "0 of 5",
            'heard = ["left", "other", "go", "no", "no"]': "clip 4",
            'heard = ["left", "four", "go", "off", "bird"]': "'other'",
            'heard = "left other go off other"': "list of 5",
        },
    ),
    Exercise(
        "keyword_spotting/2_triangle",
        check.triangle,
        names={"np": np},
        wrong={
            TRIANGLE.format("np.minimum(rising, falling)"): "negative outside",
            TRIANGLE.format("np.maximum(0, rising)"): "isn't 0 outside",
            TRIANGLE.format("np.maximum(0, 2 * np.minimum(rising, falling))"): "its top is 1",
            TRIANGLE.format("np.clip(rising, 0, 1) * (falling > 0)"): "falling side",
            TRIANGLE.format("0.0"): "shape ()",
        },
    ),
    Exercise(
        "keyword_spotting/3_reports",
        check.reports,
        wrong={
            REPORTS.format("if average >= threshold: places.append(place)"): "one word",
            REPORTS.format(
                "if average > threshold and place - last >= refractory: "
                "last = place; places.append(place)"
            ): "just reaches",
            REPORTS.format(
                "if average >= threshold and place - last > refractory: "
                "last = place; places.append(place)"
            ): "another",
            REPORTS.format(
                "if average >= threshold:\n"
                "            if place - last >= refractory: places.append(place)\n"
                "            last = place"
            ): "last *report*",
            "reports = lambda averages, *settings: averages.index(max(averages))": "list",
            "reports = lambda averages, *_: [one > 99 for one in averages]": "list of places",
            "reports = lambda *settings: [2.0]": "list of places",
            "reports = lambda *settings: ['2']": "list of places",
        },
    ),
    Exercise(
        "keyword_spotting/4_load",
        check.load,
        wrong={
            LOAD.format("(front + inference) * 50 / clock"): "every hop",
            LOAD.format("(front + inference / hops) / clock"): "a hop",
            LOAD.format("inference / hops * 50 / clock"): "front end",
            LOAD.format("(front + inference / hops) * 20 / clock"): "how many a second",
            LOAD.format("100 * (front + inference / hops) * 50 / clock"): "not percent",
            LOAD.format("0.5"): "how many cycles",
            LOAD.format("'half'"): "number",
        },
    ),
    Exercise(
        "keyword_spotting/5_ring_hops",
        check.ring_hops,
        names={"np": np},
        wrong={
            RING.format("busy // hop"): "already",
            RING.format("round(busy / hop)"): "already",
            RING.format("busy / hop"): "whole places",
            RING.format("int(busy / hop) + 2"): "left the ring",
            RING.format("busy % hop"): "how many hops come",
            RING.format("10"): "begun to come",
            RING.format("'six'"): "number",
        },
    ),
    Exercise(
        "keyword_spotting/6_threshold_for",
        check.threshold_for,
        wrong={
            POINTS.format("min(points, key=lambda p: p.false_rejects).threshold"): "which gives 41",
            POINTS.format("max(p.threshold for p in points)"): "misses fewer",
            POINTS.format("[p for p in points if p.false_accepts_an_hour <= most][0].threshold"): (
                "misses fewer"
            ),
            POINTS.format("150"): "isn't one of",
        },
    ),
    Exercise(
        "keyword_spotting/7_on_another_hour",
        check.on_another_hour,
        wrong={
            HOUR.format("best(points)[2:0:-1]"): "first hour",
            HOUR.format("best(others)[2:0:-1]"): "flatters again",
            HOUR.format("same(best(points), others)[1:]"): "accepts first",
            HOUR.format("others[points.index(best(points))][2:0:-1]"): "same place",
            HOUR.format("(0, 0)"): "look up",
            HOUR.format("same(best(points), others).threshold"): "two numbers",
        },
    ),
    Exercise(
        "keyword_spotting/8_hours_needed",
        check.hours_needed,
        wrong={
            "hours_needed = lambda rate: 1 / rate": "37 of 100",
            "hours_needed = lambda rate: 3 * rate": "longer",
            "hours_needed = lambda rate: 100": "3/h",
        },
    ),
    Exercise(
        "keyword_spotting/9_average_ma",
        check.average_ma,
        wrong={
            MA.format("busy * awake * work + (1 - busy * awake) * wait"): "takes its share",
            MA.format("mic + busy * awake * work"): "isn't free",
            MA.format("mic + busy * awake * work + wait"): "doesn't wait",
            MA.format("mic + awake * (busy * work + (1 - busy) * wait)"): "waits, too",
            MA.format("awake * (mic + busy * work + (1 - busy) * wait)"): "never off",
            MA.format("mic + busy * work + (1 - busy) * wait"): "without a guard",
            MA.format("mic + awake * work + (1 - awake) * wait"): "a part of the time",
            MA.format("1"): "in the rest",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong(exercise):
    prove(exercise)
