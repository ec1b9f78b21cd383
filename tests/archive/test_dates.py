from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.dates import parse_date


@pytest.mark.parametrize(
    "value",
    ["2016-02-06", "2016-2-6", "2016-02-06T10:30:00Z", "2016-02-06 23:59:00 -1000", 1454754600,
     1454754600000, 1454754600000000, 1454754600000000000, "1454754600",
     "06 Feb 2016", "Feb 6, 2016",
     "6th of February 2016",
     "Sat, 06 Feb 2016 10:30:00 GMT", "Sat, 06 Feb 2016 23:30:00 -1000", "20160206", 20160206,
     "2016/02/06", "2016/2/6 10:30", "2016.02.06", "2016年2月6日", date(2016, 2, 6),
     datetime(2016, 2, 6, 23)],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(value: object) -> None:
    assert parse_date(value) == date(2016, 2, 6)


@pytest.mark.parametrize(
    ("value", "tokyo", "new_york"),
    [
        ("2016-02-06T23:30:00Z", 7, 6),
        ("2016-02-06 03:30:00 +0100", 6, 5),
        ("2016-02-06T03:30:00.5+01:00", 6, 5),
        ("Sat, 06 Feb 2016 23:30:00 GMT", 7, 6),
        (1454806800, 7, 6),  # 2016-02-07 01:00 UTC
        ("1454806800000", 7, 6),
        (datetime(2016, 2, 6, 23, tzinfo=UTC), 7, 6),
        # What names no moment has the day that is written.
        ("2016-02-06T23:30:00", 6, 6),
        ("Sat, 06 Feb 2016 23:30:00 EST", 6, 6),
        ("2016-02-06", 6, 6),
        (20160206, 6, 6),
        (datetime(2016, 2, 6, 23), 6, 6),
        (date(2016, 2, 6), 6, 6),
    ],
)
def test_a_moment_has_its_day_in_the_zone_that_is_asked_for(
    value: object, tokyo: int, new_york: int
) -> None:
    assert parse_date(value, ZoneInfo("Asia/Tokyo")) == date(2016, 2, tokyo)
    assert parse_date(value, ZoneInfo("America/New_York")) == date(2016, 2, new_york)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
@pytest.mark.parametrize("value", ["9999-12-31T23:59:00Z", "0100-01-02T00:00:00Z"])
def test_no_zone_moves_a_day_out_of_the_calendar(zone: str, value: str) -> None:
    assert abs(parse_date(value, ZoneInfo(zone)) - parse_date(value)).days <= 1


@pytest.mark.parametrize(
    "value",
    ["", "yesterday", "Saturday", "06/02/2016", "Feb 2016", "2016-02", "2016", 2016, "10:30",
     "Feb 30 2016", "2016-02-31", "0001-01-01T00:00:00Z", True, None, 3.5, [],
     "x" * 10_000, "9" * 4_000, 1e300,
     float("nan"), "Feb " * 20],
)  # fmt: skip
def test_what_is_no_whole_day_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="da"):
        parse_date(value)


@given(st.text(max_size=80) | st.integers() | st.floats())
def test_any_value_is_a_day_or_refused(value: object) -> None:
    try:
        assert isinstance(parse_date(value), date)
        assert isinstance(parse_date(value, ZoneInfo("Asia/Tokyo")), date)
    except ValueError as error:
        assert str(error)
