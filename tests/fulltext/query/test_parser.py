"""The query language: what a person typed, as a tree of clauses."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fulltext.query.parser import parse
from search.fulltext.query.tree import (
    And,
    Boolean,
    Clause,
    DateSpan,
    Everything,
    Field,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)
from search.model import limits
from tests.growing import grows_as_its_size

A, B, C, D = map(Word, "abcd")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


UNDERSTOOD: list[tuple[str, Clause | None]] = [
    ("a", A),
    ("a b", Boolean(should=(A, B))),
    ("a a b a", Boolean(should=(A, B))),
    ("+a -b c", Boolean((A,), (C,), (B,))),
    ("+a +b", Boolean(must=(A, B))),
    ("-a", Not(A)),
    ("-a -b", Boolean(must_not=(A, B))),
    ("NOT a", Not(A)),
    ("NOT NOT a", A),
    ("a NOT b", Boolean((), (A,), (B,))),
    ("a AND b", And((A, B))),
    ("a AND b AND c", And((A, B, C))),
    ("a OR b", Or((A, B))),
    ("a OR b AND c", Or((A, And((B, C))))),
    ("(a OR b) AND c", And((Or((A, B)), C))),
    ("NOT a AND b", And((Not(A), B))),
    ("a AND NOT b", And((A, Not(B)))),
    ("a AND -b", And((A, Not(B)))),
    ("a OR (b OR c)", Or((A, B, C))),
    ("a AND a", A),
    ("a AND b c", Boolean((And((A, B)),), (C,))),
    ("a OR b c", Boolean(should=(Or((A, B)), C))),
    ("(a b) c", Boolean(should=(A, B, C))),
    ("(+a b) c", Boolean((Boolean((A,), (B,)),), (C,))),
    ("+(a b) c", Boolean((Boolean(should=(A, B)),), (C,))),
    ("-(a b) c", Boolean((), (C,), (Boolean(should=(A, B)),))),
    ("-(-a)", A),
    ('"a b"', Phrase("a b")),
    ('"a b"~3', Phrase("a b", 3)),
    ('"a b" c', Boolean((Phrase("a b"),), (C,))),
    ('-"a b" c', Boolean((), (C,), (Phrase("a b"),))),
    ('"a b" OR "c d"', Or((Phrase("a b"), Phrase("c d")))),
    ('  "  a \t b  "  ', Phrase("a b")),
    ("“a b”", Phrase("a b")),
    ("«a b»", Phrase("a b")),
    ("「a b」", Phrase("a b")),
    ('"AND"', Phrase("AND")),
    ('"title:a (b*"', Phrase("title:a (b*")),
    ("a*", Prefix("a")),
    ("abcd~", Fuzzy("abcd")),
    ("abcd~1", Fuzzy("abcd", 1)),
    ("abcd~2", Fuzzy("abcd", 2)),
    ("abcd~0", Word("abcd")),
    ("1~0~0", Word("1")),
    ("*", Everything()),
    ("* -a", Boolean((), (Everything(),), (A,))),
    ("title:a", Field("title", A)),
    ("Title:a", Field("title", A)),
    ("title:a b", Boolean((Field("title", A),), (B,))),
    ("-source:a b", Boolean((), (B,), (Field("source", A),))),
    ("title:(a b)", Field("title", Boolean(should=(A, B)))),
    ('summary:"a b"', Field("summary", Phrase("a b"))),
    ("term:a*", Field("term", Prefix("a"))),
    ("source:*", Field("source", Everything())),
    ("title:(a summary:b)", Field("title", Boolean((Field("summary", B),), (A,)))),
    ("date:2015", DateSpan(day("2015-01-01"), day("2015-12-31"))),
    ("date:2016-02", DateSpan(day("2016-02-01"), day("2016-02-29"))),
    ("date:2016-2-6", DateSpan(day("2016-02-06"), day("2016-02-06"))),
    ("date:2014..2016", DateSpan(day("2014-01-01"), day("2016-12-31"))),
    ("date:2014-03..2014-4-2", DateSpan(day("2014-03-01"), day("2014-04-02"))),
    ("date:2014..", DateSpan(day("2014-01-01"), None)),
    ("date:..2014", DateSpan(None, day("2014-12-31"))),
    ('date:"2014"', DateSpan(day("2014-01-01"), day("2014-12-31"))),
    ("a date:2015", Boolean((DateSpan(day("2015-01-01"), day("2015-12-31")),), (A,))),
    ("covid-19", Word("covid-19")),
    ("10:30", Word("10:30")),
    ("http://a.b/c", Word("http://a.b/c")),
    ("a - b", Boolean(should=(A, B))),
    ("a – b & c", Boolean(should=(A, B, C))),
    ("and or not", Boolean(should=(Word("and"), Word("or"), Word("not")))),
    ("a　b", Boolean(should=(A, B))),
    ("()a()", A),
    ("title:()a", A),
]

TAKEN_AS_WORDS: list[tuple[str, Clause | None]] = [
    ("", None),
    (" \n ", None),
    ("!?", None),
    ("()", None),
    ("AND", Word("and")),
    ("a AND", Boolean(should=(A, Word("and")))),
    ("OR a", Boolean(should=(Word("or"), A))),
    ("a AND OR b", Boolean(should=(A, Or((Word("and"), B))))),
    ("a NOT", Boolean(should=(A, Word("not")))),
    ("(a", A),
    ("a) b", Boolean(should=(A, B))),
    ('"a b', Boolean(should=(A, B))),
    ('a "', A),
    ("foo:a", Boolean(should=(Word("foo"), A))),
    ("-foo:a", Boolean(must_not=(Word("foo"), A))),
    ("title: a", Boolean(should=(Word("title"), A))),
    ("title:-a", Field("title", A)),
    ("date:soon", Word("soon")),
    ("date:2015-13", Word("2015-13")),
    ('date:"a (b"', Phrase("a (b")),
    ("date:0000", Word("0000")),
    ("date:..", None),
    ("date:(2015)", Word("2015")),
    ("date:2016..2014", DateSpan(day("2014-01-01"), day("2016-12-31"))),
    ("--a", A),
    ("*a", A),
    ("a**", A),
    ("a*b", Word("a*b")),
    ("a~0~~", A),
    ("a~1~~*", A),
    ("a*~0*~", A),
    ("abcd~9", Fuzzy("abcd", 2)),
    ('"a b"~99', Phrase("a b", limits.PHRASE_SLOP)),
    ('"a"*', Phrase("a")),
    ("a\0b", Boolean(should=(A, B))),
    ("a\ud800b", Boolean(should=(A, B))),
]


@pytest.mark.parametrize(("text", "clause"), UNDERSTOOD)
def test_a_query_is_understood_without_a_word_about_it(text: str, clause: Clause | None) -> None:
    query = parse(text)
    assert query.clause == clause
    assert query.notes == ()


@pytest.mark.parametrize(("text", "clause"), TAKEN_AS_WORDS)
def test_what_is_not_understood_is_taken_as_words_and_said(
    text: str, clause: Clause | None
) -> None:
    query = parse(text)
    assert query.clause == clause
    assert query.notes
    assert all(note.endswith(".") for note in query.notes)


@pytest.mark.parametrize(("text", "clause"), UNDERSTOOD + TAKEN_AS_WORDS)
def test_the_canonical_form_of_every_example_means_the_same(
    text: str, clause: Clause | None
) -> None:
    assert parse(str(parse(text))).clause == clause


words = st.text('abcAND*~+-:."“()1 ü中\0', max_size=6)
pieces = st.one_of(
    words,
    st.sampled_from(
        ["AND", "OR", "NOT", "(", ")", "+", "-", '"', "title:", "date:", "date:2015", "foo:", "*"]
    ),
    st.text(max_size=3),
)
queries = st.builds("".join, st.lists(pieces.flatmap(lambda p: st.sampled_from([p, p + " "]))))


@given(st.one_of(queries, st.text()))
def test_every_string_is_a_query_and_its_canonical_form_means_the_same(text: str) -> None:
    query = parse(text)
    assert query.text == text
    if len(str(query)) <= limits.QUERY_LENGTH:
        assert parse(str(query)).clause == query.clause
        assert parse(str(query)).clause is None or str(parse(str(query))) == str(query)


def leaves(clause: Clause | None) -> int:
    match clause:
        case None:
            return 0
        case Field(_, inner) | Not(inner):
            return leaves(inner)
        case And(clauses) | Or(clauses):
            return sum(map(leaves, clauses))
        case Boolean(must, should, must_not):
            return sum(map(leaves, must + should + must_not))
        case _:
            return 1


HOSTILE = [
    "(" * 10_000,
    ")" * 10_000,
    "(a " * 10_000,
    "(a " * 300 + ")" * 300,
    "a OR (" * 300 + "b" + ")" * 300,
    "NOT " * 10_000 + "a",
    "AND " * 10_000,
    "a AND " * 10_000,
    "-" * 1_000_000,
    "x" * 1_000_000,
    "x " * 500_000,
    '"' * 999,
    "title:" * 5_000,
    "title:(" * 5_000,
    "a* " * 5_000,
    "abcdef~2 " * 5_000,
    '"a b"~' + "9" * 5_000,
    "date:" + "9" * 5_000,
    "*" * 5_000,
    "~" * 5_000,
    "a" + "~0" * 900 + " " * 900,
    "\0" * 5_000,
    "\ud800" * 5_000,
    "\u202e" * 5_000,
    "a\u0301" * 5_000,
    "«" * 1_001,
    "+(-(+(-(" * 100 + "a",
    "date:\u202e" + "9" * 5_000,
    "x" * 900 + ":a " + "title:" + "*" * 900 + "b",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_query_is_cut_in_no_time(text: str) -> None:
    assert grows_as_its_size(lambda times: parse(text * times), 8)
    query = parse(text)
    assert leaves(query.clause) <= limits.QUERY_CLAUSES
    assert query.notes
    assert len(str(query)) <= 2 * limits.QUERY_LENGTH
    assert all(len(note) < 160 and note.isprintable() for note in query.notes)


@given(queries)
def test_no_cap_is_passed(text: str) -> None:
    assert leaves(parse(text * 20).clause) <= limits.QUERY_CLAUSES


def test_a_long_query_is_cut_between_words() -> None:
    query = parse("word " * 10 + "x" * limits.QUERY_LENGTH)
    assert query.clause == Word("word")
    assert query.notes == ("Only the first 2,000 characters of the query were read.",)


def test_words_behind_the_cap_are_left_out_and_what_was_open_is_closed() -> None:
    query = parse(" AND ".join(f"w{i}" for i in range(limits.QUERY_CLAUSES + 1)))
    assert query.clause == And(tuple(Word(f"w{i}") for i in range(limits.QUERY_CLAUSES)))
    assert query.notes == ("Only the first 64 words and phrases of the query were read.",)
    many = " ".join(f"w{i}" for i in range(limits.QUERY_CLAUSES + 1))
    assert parse(f"({many})").notes == query.notes


@pytest.mark.parametrize("dangling", ["AND", "OR NOT", "NOT", "AND NOT (NOT) OR", "(OR) NOT"])
def test_operators_without_operands_do_not_pass_the_cap_as_words(dangling: str) -> None:
    full = " ".join(f"w{i}" for i in range(limits.QUERY_CLAUSES))
    for text in (f"{full} {dangling}", f"{dangling} {full}", f"({dangling} {full}) {dangling}"):
        assert leaves(parse(text).clause) == limits.QUERY_CLAUSES


def test_fuzzy_words_behind_their_cap_are_looked_up_as_they_are() -> None:
    query = parse(" ".join(f"word{i}~" for i in range(limits.FUZZY_WORDS + 1)))
    assert isinstance(query.clause, Boolean)
    assert query.clause.should[limits.FUZZY_WORDS - 1 :] == (Fuzzy("word15"), Word("word16"))
    assert query.notes == ("Only the first 16 words with ~ were looked up with typos.",)


def test_brackets_go_as_deep_as_promised() -> None:
    deep = (
        "a AND (b OR (" * (limits.NESTED_BRACKETS // 2) + "c" + "))" * (limits.NESTED_BRACKETS // 2)
    )
    assert parse(deep).notes == ()
    assert parse(str(parse(deep))).clause == parse(deep).clause
    assert parse(f"(x OR ({deep}))").notes == ("Brackets deeper than 16 were left out.",)


def test_the_positive_words_and_phrases_are_those_that_speak_for_an_event() -> None:
    query = parse('a -b NOT c +"d e"~2 title:f source:g term:h* (i OR j~ OR -k) a date:2015')
    assert query.words == ("f", "a", "i")
    assert query.phrases == ("d e",)
    assert (None, DateSpan(day("2015-01-01"), day("2015-12-31"))) in query.positive
    assert ("source", Word("g")) in query.positive
    assert ("term", Prefix("h")) in query.positive
    assert (None, Word("b")) not in query.positive
    assert parse("").positive == ()


@given(st.lists(st.text("abé中", min_size=1, max_size=3), min_size=1, max_size=6))
def test_plain_words_are_read_at_once_as_the_parser_reads_them(words: list[str]) -> None:
    text = " ".join(words)
    assert parse(text).clause == parse(f"({text})").clause
