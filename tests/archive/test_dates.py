from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.dates import parse_date


@pytest.mark.parametrize(
    "value",
    ["2016-02-06", "2016-2-6", "2016-02-06T10:30:00Z", "2016-02-06 23:59:00 -1000", 1454754600,
     1454754600000, 1454754600000000, "1454754600", "06 Feb 2016", "Feb 6, 2016",
     "6th of February 2016",
     "Sat, 06 Feb 2016 10:30:00 GMT", "Sat, 06 Feb 2016 23:30:00 -1000", "20160206", 20160206,
     "2016/02/06", "2016/2/6 10:30", "2016.02.06", "2016年2月6日", date(2016, 2, 6),
     datetime(2016, 2, 6, 23)],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(value: object) -> None:
    assert parse_date(value) == date(2016, 2, 6)


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
    except ValueError as error:
        assert str(error)
