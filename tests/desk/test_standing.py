"""How long a disk lasts."""

import pytest

from crawler.desk.standing import AGES_YEARS, Forecast


@pytest.mark.parametrize(
    ("free", "days", "ages"),
    [(3649, 3649, False), (3650, 3650, False), (3651, 3651, True), (223_143, 223_143, True), (0, 0, False)],
)
def test_nobody_is_told_of_centuries(free: int, days: int, ages: bool) -> None:
    forecast = Forecast(3, 1, 1, free, 0)
    assert (forecast.days, forecast.is_ages) == (days, ages)
    assert AGES_YEARS == 10


def test_without_growth_there_is_no_forecast() -> None:
    forecast = Forecast(0, 0, 0, 10**12, 0)
    assert (forecast.days, forecast.is_ages, forecast.is_short) == (None, False, False)
