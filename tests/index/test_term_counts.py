"""Terms of a text with their counts, and names of other words in their canonical form."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.index.postings.collector import Occurrences
from search.index.term_counts import LONG_NAME, NAME, ONLY_REPEATED, TermRows, term_counts
from search.model.event import Event, parse_day
from search.text.names.aliases import Aliases
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms

ISIL = "islamic state of iraq and the levant"
ALIASES = Aliases({"isil": ISIL, "daesh": ISIL, "islamic state": ISIL, "barack obama": "obama"})
TEXTS = [
    "Air strikes hit ISIL near Kobane.",
    "Daesh leaves Kobane.",
    "The Islamic State of Iraq and the Levant loses Kobane.",
    "Barack Obama speaks of Kobane.",
    "ISIL, that is Daesh, attacks Kobane, ISIL says.",
]


def rows_of(texts: list[str]) -> tuple[Terms, TermRows]:
    terms = Terms(Lexicon.learn([*TEXTS, *TEXTS]))
    events = [Event(str(at), parse_day("2015-01-01"), text) for at, text in enumerate(texts)]
    return terms, Occurrences.of(terms, events).term_rows()


def weighted(rows: TermRows, text: int) -> dict[str, int]:
    """The terms of a text that count, and how often."""
    cells = range(rows.starts[text], rows.starts[text + 1])
    return {
        rows.terms[rows.columns[at]]: int(rows.weighted[at])
        for at in cells
        if rows.weighted[at] != ONLY_REPEATED
    }


def test_names_of_other_words_are_one_term() -> None:
    _, rows = rows_of(TEXTS)
    rows = rows.with_canonical_names(ALIASES)
    assert [weighted(rows, text).get(ISIL) for text in range(5)] == [1, 1, 0, None, 2]
    assert all("isil" not in weighted(rows, text) for text in range(5))
    assert rows.kinds[rows.terms.index(ISIL)] == LONG_NAME


def test_names_of_other_words_in_a_title_are_one_term() -> None:
    terms = Terms(Lexicon.learn([*TEXTS, *TEXTS]))
    event = Event("0", parse_day("2015-01-01"), TEXTS[0], "Nobody speaks of it.")
    rows = Occurrences.of(terms, [event]).term_rows().with_canonical_names(ALIASES)
    assert weighted(rows.with_title_count(3), 0)[ISIL] == 3
    assert "isil" not in weighted(rows.with_title_count(3), 0)


def test_a_name_that_shares_a_word_with_its_canonical_name_stays() -> None:
    _, rows = rows_of(TEXTS)
    rows = rows.with_canonical_names(ALIASES)
    assert weighted(rows, 3)["barack obama"] == 0


def test_a_canonical_name_of_one_word_is_a_name() -> None:
    _, rows = rows_of(TEXTS)
    rows = rows.with_canonical_names(Aliases({"islamic state of iraq and the levant": "daesh"}))
    assert weighted(rows, 2)["daesh"] == 0
    assert rows.kinds[rows.terms.index("daesh")] == NAME


def test_without_such_names_rows_stay_as_they_are() -> None:
    _, rows = rows_of(TEXTS)
    assert rows.with_canonical_names(Aliases({"obama": "barack obama"})) is rows


@given(st.lists(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3).map(" ".join), max_size=6))
def test_a_text_has_the_terms_that_its_row_has(texts: list[str]) -> None:
    terms, rows = rows_of(texts)
    canonical = rows.with_canonical_names(ALIASES)
    for text, words in enumerate(texts):
        counts = term_counts(terms.analyse(words), ALIASES)
        assert weighted(canonical, text) == {term: count for term, (count, _) in counts.items()}


@given(st.lists(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3).map(" ".join), max_size=6))
def test_what_is_written_stays_countable(texts: list[str]) -> None:
    _, rows = rows_of(texts)
    canonical = rows.with_canonical_names(ALIASES)
    assert np.array_equal(canonical.words, rows.words)
    for text in range(len(texts)):
        own, new = (
            {
                of.terms[of.columns[at]]: int(of.counts[at])
                for at in range(of.starts[text], of.starts[text + 1])
            }
            for of in (rows, canonical)
        )
        assert own.items() <= new.items()
        assert {new[term] for term in new.keys() - own.keys()} <= {0}
        assert list(new) == sorted(new)


def test_a_long_text_has_its_subjects_in_its_title_or_twice() -> None:
    filler = " ".join(f"filler{number}" for number in range(100))
    bodies = {
        "Kobane is quiet": f"An iceberg is only the tip. {filler}",
        "Iceberg near Kobane": filler,
        "Ships near Kobane": f"One iceberg, then another iceberg. {filler}",
        "Calm near Kobane": "An iceberg melts.",
    }
    said = []
    for title, body in bodies.items():
        event = Event("a", parse_day("2015-01-01"), title, body)
        rows = Occurrences.of(Terms(Lexicon.learn([])), [event]).term_rows()
        said.append(bool(rows.are_subjects()[rows.terms.index("iceberg")]))
    assert said == [False, True, True, True]
