"""Water in simulated soil: none is lost or made, and it goes where FAO-56 says."""

import itertools

import numpy as np
import pytest

from tinyml_helpers.datasets.fields.simulated.crops import CROPS, TEXTURES
from tinyml_helpers.datasets.fields.simulated.soil import Planting, Soil, SoilWater, soil

#: Every texture with every crop.
PAIRS = list(itertools.product(TEXTURES, CROPS))


def fields(filled=1.0, place=0.5):
    """SoilWater of PAIRS, sown in May."""
    return SoilWater(
        [soil(texture, place) for texture, _ in PAIRS],
        [Planting(crop, 130, CROPS[crop].roots[1]) for _, crop in PAIRS],
        filled,
    )


def lawnless(soils=("loam",), filled=1.0):
    """Bare fields: their crop is never sown on the days that the tests use."""
    return SoilWater(
        [soil(one) for one in soils], [Planting("maize", 366, 1.0)] * len(soils), filled
    )


@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_no_water_is_lost_or_made_and_moisture_stays_between_air_dry_and_saturated(place):
    rng = np.random.default_rng(0)
    water = fields(0.5, place)
    least, most = water.limits
    begun, sums = water.upper + water.lower, np.zeros(len(PAIRS))
    for hour in range(24 * 240):
        rain, irrigation = rng.gamma(0.02, 60, len(PAIRS)), 10.0 * (hour % 97 == 0)
        if hour > 24 * 120:
            rain, irrigation = 0 * rain, 0.0  # and then it never rains again
        before = water.upper + water.lower
        flows = water.step(rain, irrigation, 0.6 * (hour % 24 > 11), 100 + hour // 24)
        net = rain + irrigation - sum(flows[:4])
        assert np.abs(water.upper + water.lower - before - net).max() < 1e-9
        sums += net
        assert all(flow.min() >= 0 for flow in flows) and flows.stress.max() <= 1
        assert (water.moisture_5cm >= least - 1e-9).all()
        assert (water.moisture_5cm <= most + 1e-9).all()
        assert (water.moisture_root <= most + 1e-9).all()
    assert np.abs(water.upper + water.lower - begun - sums).max() < 1e-6


def test_the_roots_water_is_field_capacity_to_wilting_point_over_their_depth():
    # FAO-56's example 36: a full-grown tomato, 0.32 and 0.12, 0.8 m.
    water = SoilWater([Soil("clay", 0.32, 0.12, 0.5, 9, 1.0)], [Planting("tomato", 1, 0.8)])
    water.step(0, 0, 0, 80)
    depletion, total = water.root_water(80)
    assert total == pytest.approx(160) and depletion == pytest.approx(0, abs=0.1)


def test_stress_begins_where_p_of_the_roots_water_is_gone_and_grows_to_full_at_the_wilting_point():
    for filled, expected in ((0.61, 1), (0.6, 1), (0.45, 0.75), (0.3, 0.5), (0.06, 0.1), (0, 0)):
        water = SoilWater([soil("loam")], [Planting("tomato", 1, 0.8)], filled)
        assert water.step(0, 0, 0, 80).stress == pytest.approx(expected, abs=0.01)


def test_transpiration_is_stress_times_coefficient_times_reference():
    water = SoilWater([soil("loam")] * 2, [Planting("tomato", 1, 0.8)] * 2, np.array([0.9, 0.3]))
    flows = water.step(0, 0, 0.5, 80)
    np.testing.assert_allclose(flows.transpiration, flows.stress * 1.10 * 0.5)
    assert flows.stress[0] == 1 and flows.stress[1] < 0.51


def test_bare_wet_soil_evaporates_at_its_most_until_what_is_readily_evaporable_is_gone():
    # Sandy loam: 0.23, 0.10 (so 18 mm can evaporate), 8 mm readily, as in FAO-56's example 35.
    one = Soil("sandy loam", 0.23, 0.10, 0.45, 8, 26.0)
    water = SoilWater([one], [Planting("maize", 366, 1.0)])
    lost = []
    while water.upper[0] > 0.06 * 100:
        lost.append(water.step(0, 0, 0.25, 50).evaporation[0])
    lost = np.array(lost)
    first = np.cumsum(lost) < 8
    np.testing.assert_allclose(lost[first], 1.2 * 0.25)
    # Then it falls with each mm that is missing, but for what the lower layer gives.
    assert (np.diff(lost[~first]) < 1e-9).all() and lost[-1] < 0.15 * lost[0]


def test_rain_runs_off_a_clay_and_sinks_through_a_sand():
    water = lawnless(["sand", "clay"])
    runoff = water.step(80, 0, 0, 50).runoff
    assert runoff[0] == 0 and runoff[1] > 40
    drained = sum(water.step(0, 0, 0, 50).drainage for _ in range(48))
    assert drained[0] > 40 and drained[1] < 2


def test_without_rain_and_sun_wet_soil_drains_to_field_capacity_and_stops():
    water = lawnless(list(TEXTURES))
    water.step(30, 0, 0, 50)
    for _ in range(24 * 60):
        flows = water.step(0, 0, 0, 50)
    capacity = [100 * soil(texture).field_capacity for texture in TEXTURES]
    np.testing.assert_allclose(water.moisture_root, capacity, rtol=0.01)
    assert flows.drainage.max() < 0.01


def test_a_dry_upper_layer_is_wetted_from_below_within_days_not_hours():
    water = lawnless()
    water.upper = np.array([water.limits[0][0]])
    before = water.moisture_5cm
    after_an_hour = [water.step(0, 0, 0, 50) and water.moisture_5cm - before for _ in range(72)]
    assert 0 < after_an_hour[0] < 0.1 and 0.5 < after_an_hour[-1] < 5


def test_a_crop_takes_water_only_between_sowing_and_harvest():
    water = SoilWater([soil("loam")], [Planting("lettuce", 120, 0.4)])
    took = {day: water.step(1, 0, 0.3, day).transpiration[0] for day in range(100, 240)}
    assert all((amount > 0) == (120 <= day < 220) for day, amount in took.items())
    assert took[185] == pytest.approx(0.90 * 0.3) and took[120] == pytest.approx(0.15 * 0.3)


def test_fields_side_by_side_do_not_touch_each_other():
    together = fields(0.6)
    alone = SoilWater(
        [soil(PAIRS[9][0])], [Planting(PAIRS[9][1], 130, CROPS[PAIRS[9][1]].roots[1])], 0.6
    )
    for day in range(120, 260):
        both, one = (water.step(2, 0, 0.4, day) for water in (together, alone))
        assert all(a[9] == b[0] for a, b in zip(both, one, strict=True))


def test_water_above_field_capacity_drains_by_the_share_a_day_of_its_conductivity():
    # A loam conducts 13.2 mm/h: 0.0866 (24 · 13.2)^0.35 = 0.65 a day.
    water = lawnless()
    water.lower = water.lower + 20
    assert sum(water.step(0, 0, 0, 50).drainage for _ in range(24)) == pytest.approx(13.0, abs=0.1)


def test_roots_take_from_both_layers_by_the_water_they_find():
    water = SoilWater([soil("loam")], [Planting("tomato", 1, 0.8)])
    before = water.upper
    flows = water.step(0, 0, 0.5, 80)
    from_upper = before - water.upper - flows.evaporation
    assert from_upper == pytest.approx(flows.transpiration / 8, abs=0.005)


def test_a_crop_leaves_evaporation_what_is_missing_to_1_2():
    water = SoilWater([soil("loam")], [Planting("tomato", 1, 0.8)])
    assert water.step(0, 0, 0.5, 80).evaporation == pytest.approx(0.5 * (1.2 - 1.10))
    assert all(max(crop.coefficients) <= 1.15 for crop in CROPS.values())


def test_dry_layers_hardly_give_to_each_other():
    given = []
    for filled in (1.0, 0.2):
        water = lawnless(filled=filled)
        water.upper = np.array([water.limits[0][0]])
        before = water.upper
        water.step(0, 0, 0, 50)
        given.append(water.upper - before)
    assert 0 < given[1] < 0.15 * given[0]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: soil("mud"), "there is no soil 'mud': there are sand"),
        (lambda: soil("clay", 2), "place is 2: give one from 0 to 1"),
        (lambda: SoilWater([], []), "0 soils and 0 plantings: give one of each"),
        (
            lambda: SoilWater([soil("clay")], [Planting("rice", 100, 1)]),
            "there is no crop 'rice': there are maize",
        ),
        (lambda: SoilWater([soil("clay")], [Planting("maize", 0, 1)]), "sown on day 0: give one"),
        (lambda: SoilWater([soil("clay")], [Planting("maize", 9, 0.1)]), "roots of 0.1 m: give"),
        (
            lambda: SoilWater([soil("clay")], [Planting("maize", 9, 1)], 1.5),
            "filled is 1.5: give 0",
        ),
        (lambda: lawnless().step(-1, 0, 0, 50), "depths in mm: give numbers from 0 up"),
        (lambda: lawnless().step(0, float("nan"), 0, 50), "depths in mm: give numbers from 0 up"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(call, says):
    with pytest.raises(ValueError) as caught:
        call()
    assert says in str(caught.value)
