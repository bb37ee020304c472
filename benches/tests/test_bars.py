import pytest
from bars import REGISTERS, TASK_DEFINITIONS, Values, changed_bars, floor


def test_bars_of_a_fleet_follow_from_the_rates():
    assert changed_bars(100, 80) == (175, 560)
    assert changed_bars(500, 80) == (pytest.approx(588), None)
    assert floor(1000, TASK_DEFINITIONS) == 47.5
    assert floor(10, REGISTERS) == 0


def test_a_bar_that_is_missed_is_told_and_a_value_without_one_is_neither():
    values = Values("100 changed")
    assert values.at_most("time, s", 175, 175).row()[-1] == "yes"
    assert values.at_most("time, s", 175.1, 175).row()[-1] == "NO"
    assert values.exactly("exit code", 21, 0).row()[-1] == "NO"
    assert values.at_most("lag", None, 3).holds is None
