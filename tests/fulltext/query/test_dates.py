"""A year in a question is a time, a number that only looks like one is not."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fulltext.query.dates import MOST_PERIODS, Spoken, day_of, days_of, periods_in


def period_in(text: str) -> Spoken | None:
    return next(periods_in(text), None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2016 Taiwan earthquake", "2016-01-01", "2016-12-31"),
        ("unrest 2014\u20132017", "2014-01-01", "2017-12-31"),
        ("unrest 2014-17 in the north", "2014-01-01", "2017-12-31"),
        ("drought 2015\u2013present", "2015-01-01", None),
        ("since 2020", "2020-01-01", None),
        ("after 2020", "2021-01-01", None),
        ("trials before 2014", None, "2013-12-31"),
        ("until 2014", None, "2014-12-31"),
        ("floods since March 2015", "2015-03-01", None),
        ("floods after March 2015", "2015-04-01", None),
        ("floods before 5 June 2004", None, "2004-06-04"),
        ("floods until summer 2015", None, "2015-08-31"),
        ("between 2010 and 2012", "2010-01-01", "2012-12-31"),
        ("from May 2010 to June 2012", "2010-05-01", "2012-06-30"),
        ("2010 to 2012", "2010-01-01", "2012-12-31"),
        ("May 2012 \u2013 April 2010", "2010-04-01", "2012-05-31"),
        ("2010 and 2012", "2010-01-01", "2010-12-31"),
        ("the 2000s", "2000-01-01", "2009-12-31"),
        ("5th of May, 2015", "2015-05-05", "2015-05-05"),
        ("May 5, 2015", "2015-05-05", "2015-05-05"),
        ("31 June 2015", "2015-06-01", "2015-06-30"),
        ("Sept. 2015", "2015-09-01", "2015-09-30"),
        ("mid-2015", "2015-05-01", "2015-08-31"),
        ("October 2018 bombing attempts", "2018-10-01", "2018-10-31"),
        ("Feb. 2016", "2016-02-01", "2016-02-29"),
        ("summer 2015", "2015-06-01", "2015-08-31"),
        ("winter of 2015", "2015-12-01", "2016-02-29"),
        ("late 2013", "2013-09-01", "2013-12-31"),
        ("2015-09", "2015-09-01", "2015-09-30"),
        ("on 2015-9-3", "2015-09-03", "2015-09-03"),
        ("2015-02-31", "2015-02-01", "2015-02-28"),
        ("election, 2015", "2015-01-01", "2015-12-31"),
        ("2019年12月香港", "2019-12-01", "2019-12-31"),
        ("香港2019年", "2019-01-01", "2019-12-31"),
        ("2015年12月5日", "2015-12-05", "2015-12-05"),
        ("2015년 지진", "2015-01-01", "2015-12-31"),
        ("2015년 12월 5일", "2015-12-05", "2015-12-05"),
        ("2015..2016", "2015-01-01", "2016-12-31"),
        ("June\u2013August 2015", "2015-06-01", "2015-08-31"),
        ("November to February 2015", "2014-11-01", "2015-02-28"),
        ("winter 2015/16", "2015-12-01", "2016-02-29"),
        ("mai 2015", "2015-05-01", "2015-05-31"),
        ("Juni 2004", "2004-06-01", "2004-06-30"),
        ("am 5. Juni 2004", "2004-06-05", "2004-06-05"),
        ("seit 2014", "2014-01-01", None),
        ("en 2015", "2015-01-01", "2015-12-31"),
        ("5 de mayo de 2015", "2015-05-05", "2015-05-05"),
        ("agosto 2015", "2015-08-01", "2015-08-31"),
        ("летом 2015", "2015-06-01", "2015-08-31"),
        ("1er mai 2015", "2015-05-01", "2015-05-01"),
        ("2014-2016", "2014-01-01", "2016-12-31"),
        ("2015/12/05", "2015-12-05", "2015-12-05"),
        ("2015/12", "2015-12-01", "2015-12-31"),
        ("2009/10", "2009-01-01", "2010-12-31"),
        ("2015 -2016", "2015-01-01", "2015-12-31"),
        ("2014~2016", "2014-01-01", "2016-12-31"),
        ("12.9.2015", "2015-09-12", "2015-09-12"),
        ("25/12/2015", "2015-12-25", "2015-12-25"),
        ("12/25/2015", "2015-12-25", "2015-12-25"),
        ("6/5/2015", "2015-01-01", "2015-12-31"),  # the 6th of May or the 5th of June
        ("09/2015", "2015-09-01", "2015-09-30"),
        ("Q3 2015", "2015-07-01", "2015-09-30"),
        ("2015 Q3", "2015-07-01", "2015-09-30"),
        ("2015 April", "2015-04-01", "2015-04-30"),
        ("2015 December 5", "2015-12-05", "2015-12-05"),
        ("from January to March 2016", "2016-01-01", "2016-03-31"),
        ("first half of 2015", "2015-01-01", "2015-06-30"),
        ("end of 2015", "2015-09-01", "2015-12-31"),
        ("as of 2015", "2015-01-01", None),
        ("2014年から2016年", "2014-01-01", "2016-12-31"),
        ("2014年至2016年", "2014-01-01", "2016-12-31"),
        ("2014년부터 2016년", "2014-01-01", "2016-12-31"),
        ("2014年以来", "2014-01-01", None),
        ("2014年まで", None, "2014-12-31"),
        ("2014년 이후", "2014-01-01", None),
        ("2015年夏", "2015-06-01", "2015-08-31"),
        ("2000 refugee crisis", "2000-01-01", "2000-12-31"),
        ("2015 Syrian refugees", "2015-01-01", "2015-12-31"),
        ("maart 2016", "2016-03-01", "2016-03-31"),
        ("w grudniu 2015", "2015-12-01", "2015-12-31"),
        ("kesäkuussa 2004", "2004-06-01", "2004-06-30"),
        ("มิถุนายน 2004", "2004-06-01", "2004-06-30"),
        ("tháng 6 năm 2004", "2004-06-01", "2004-06-30"),
        ("ngày 5 tháng 6 năm 2004", "2004-06-05", "2004-06-05"),
        ("2004. június 5", "2004-06-05", "2004-06-05"),
        ("5. lipnja 2004", "2004-06-05", "2004-06-05"),
        ("1 снежня 2004", "2004-12-01", "2004-12-01"),
        ("مايو 2015", "2015-05-01", "2015-05-31"),
    ],
)
def test_a_time_is_understood(text: str, first: str | None, last: str | None) -> None:
    period = period_in(text)
    assert period is not None
    assert period.first == (first and datetime.date.fromisoformat(first))
    assert period.last == (last and datetime.date.fromisoformat(last))
    assert text[period.start : period.end].strip()


@pytest.mark.parametrize(
    "text",
    ["", "12,000 people", "2,015 votes", "20155", "3.2015", "1066", "2000 people", "$2000",
     "2000 new jobs", "2000 Syrian refugees", "port 2049", "issue 2015", "10.2015.1", "1.2.2015.4",
     "Windows 2000", "UN resolution 2015", "more than 2000", "2000 Menschen", "2015/05/"],
)  # fmt: skip
def test_other_numbers_are_no_time(text: str) -> None:
    assert period_in(text) is None


def test_a_month_that_is_part_of_a_name_is_no_month() -> None:
    def is_name(words: str) -> bool:
        return words == "theresa may"

    [time] = periods_in("Theresa May 2017", is_name)
    assert (time.first, time.last) == (datetime.date(2017, 1, 1), datetime.date(2017, 12, 31))
    [time] = periods_in("floods May 2017", is_name)
    assert time.first == datetime.date(2017, 5, 1)


def test_a_span_that_runs_backwards_says_so() -> None:
    assert [time.backwards for time in periods_in("from 2016 to 2014")] == [True]
    assert [time.backwards for time in periods_in("from 2014 to 2016")] == [False]


def test_every_time_of_a_text_is_found_up_to_a_cap() -> None:
    assert [time.start for time in periods_in("2014 floods 2016")] == [0, 12]
    assert len(list(periods_in("2015 x " * 50))) == MOST_PERIODS


def test_the_words_around_a_time_belong_to_it() -> None:
    for text in ("since 2015", "from 2010 to 2012", "before May 2015", "in the year 2015"):
        period = period_in(f"floods {text} in Chile")
        assert period is not None
        assert f"floods {text} in Chile"[period.start : period.end] == text


@given(
    st.text(alphabet="0129-\u2013 年月since.octbrMay", max_size=30)
    | st.lists(
        st.sampled_from(
            ["since", "to", "2015", "May", "5", "-", "before", "and", "between", "2010s"]
        ),
        max_size=7,
    ).map(" ".join)
)
def test_every_text_is_understood_or_not_but_never_fails(text: str) -> None:
    period = period_in(text)
    if period and period.first and period.last:
        assert period.first <= period.last


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2015", "2015-01-01", "2015-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2016-2", "2016-02-01", "2016-02-29"),
        ("2016-02-6", "2016-02-06", "2016-02-06"),
        (" 2016-02-06 ", "2016-02-06", "2016-02-06"),
        ("9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_a_date_may_be_a_day_a_month_or_a_year(text: str, first: str, last: str) -> None:
    assert day_of(text).isoformat() == first
    assert day_of(text, last=True).isoformat() == last


@pytest.mark.parametrize(
    "text",
    ["", "x", "2015-13", "2015-00", "2015-01-00", "2015-02-29", "0000", "15", "2015-01-01-01",
     "2015/01/01", "٢٠١٥", "20150101", "2015-01-32"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|day"):
        day_of(text)
    with pytest.raises(ValueError, match=r"date|day"):
        day_of(text, last=True)


def test_days_that_run_backwards_hold_both_months_as_a_whole() -> None:
    later, earlier = days_of("2015-06", "2014-03")
    assert (later, earlier) == (datetime.date(2015, 6, 30), datetime.date(2014, 3, 1))
    assert days_of("2014-03", "2015-06") == (datetime.date(2014, 3, 1), datetime.date(2015, 6, 30))
    assert days_of(None, "2014") == (None, datetime.date(2014, 12, 31))
