from datetime import date

import search
from search.model.options import RelatedOptions, exchanged

EARLY, LATE = date(2015, 1, 1), date(2017, 12, 31)


def test_days_in_the_wrong_order_are_exchanged_and_that_is_said() -> None:
    assert RelatedOptions(since=LATE, until=EARLY) == RelatedOptions(since=EARLY, until=LATE)
    assert exchanged(LATE, EARLY) == (
        "The dates 2017-12-31 and 2015-01-01 run backwards; they were exchanged."
    )
    assert not exchanged(EARLY, LATE) and not exchanged(EARLY, EARLY) and not exchanged(None, LATE)


def test_options_can_still_be_imported_by_their_earlier_name() -> None:
    assert search.Options is RelatedOptions
    assert "Options" not in search.__all__ and "Options" not in dir(search)
