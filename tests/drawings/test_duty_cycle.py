"""The drawing of a duty cycle shows what it is told, and refuses what is no share."""

import pytest

from tinyml_helpers import drawings


def heights(figure):
    """Of the first period: awake, asleep, and of the average line, above where nothing flows."""
    (axes,) = figure.axes
    awake, asleep, *_others = (patch for patch in axes.patches if hasattr(patch, "get_height"))
    ground = awake.get_y() + awake.get_height()
    return awake.get_height(), asleep.get_height(), ground - axes.lines[0].get_ydata()[0]


@pytest.mark.parametrize("awake, asleep", [(0.25, 0.12), (0.5, 0.0), (0.1, 1.0)])
def test_the_average_lies_where_exercise_1_3_puts_it(awake, asleep):
    high, low, average = heights(drawings.duty_cycle(awake, asleep))
    assert low == pytest.approx(asleep * high)
    assert average == pytest.approx(awake * high + (1 - awake) * low)


@pytest.mark.parametrize("awake, asleep", [(0, 0.1), (1, 0.1), (0.5, -0.1), (0.5, 2)])
def test_what_is_no_share_is_refused(awake, asleep):
    with pytest.raises(ValueError, match="give some between 0 and 1"):
        drawings.duty_cycle(awake, asleep)
