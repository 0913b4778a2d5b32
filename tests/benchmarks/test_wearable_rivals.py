"""The benchmark of the exercise network's rivals, from end to end on two people."""

import re

import benchmark_runner


def test_it_prints_accuracy_bytes_and_cycles_of_every_rival():
    made = benchmark_runner.run("wearable_rivals", "--quick")
    assert made.returncode == 0, made.stderr
    accuracy, people, boards = made.stdout.split("\n\n")
    assert accuracy.startswith("2 people, each left out in turn")
    rows = re.findall(
        r"(logistic regression|random forest) +(cut|drawn)(?: +0\.\d{3}){5}", accuracy
    )
    assert len(set(rows)) == 4
    assert len(re.findall(r"(?: 0\.\d\d){2}$", people, re.M)) == 4
    costs = re.findall(r"(nano33ble|pico) +([\d,]+) +([\d,]+) +\d+ +([\d,]+)", boards)
    assert len(costs) == 8
    for _, flash, tables, cycles in costs:
        numbers = [int(text.replace(",", "")) for text in (flash, tables, cycles)]
        assert numbers[0] > numbers[1] > 500 and numbers[2] > 10_000
