"""The parser: reads a query as a tree of clauses.

    word            wanted, not demanded: an event needs at least one of the wanted clauses,
                    unless something is demanded
    +word  -word    demanded; excluded
    "some words"    demanded: these words side by side; "some words"~3 lets three more between
    word*  word~    the beginning of a word; a word spelled about like this (word~2: looser)
    *               every event
    title: summary: source: term: link:   what follows (also a bracket), in that field only
    date:2015  date:2015-09  date:2015-09-12  date:2014..2016  date:2014..  date:..2016
    AND OR NOT ( )  as usual, in capitals; NOT binds tightest, then AND, then OR

    in 2015, since May 2014, winter 2015/16     a time: events of that time come first; alone,
                    demanded or excluded it is a condition, as date: is

Clauses with a field or a date, and those joined by AND, are demanded, as phrases are. Beside a date
an event needs one of the wanted clauses as well. A query in capitals has no operators. Every string
is a valid query: ``parse`` never raises. Text that cannot be parsed is read as plain words, text
beyond a limit is cut, and ``Query.notes`` says so in sentences.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from search.fulltext.query.dates import Spoken
from search.fulltext.query.lexer import OPERATORS, Lexeme, bare, clean, lexemes
from search.fulltext.query.tree import (
    And,
    Boolean,
    Clause,
    Field,
    Fuzzy,
    Leaf,
    Not,
    Or,
    Period,
    Phrase,
    Word,
    demands,
    positive,
)
from search.model import limits

TEXT_WORDS = 16  # words that make a query a text: a sentence or a passage, pasted or typed
_SHOUTED_WORDS = 3
_LONGEST_ACRONYM = 6
_LETTERS = re.compile(r"[^\W\d_]+")
_OPERATORS = frozenset(OPERATORS)


@dataclass(frozen=True)
class Query:
    """``text`` as typed, the tree (None: nothing to search for), and notes for the user."""

    text: str
    clause: Clause | None
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The canonical form: what was understood."""
        return "" if self.clause is None else str(self.clause)

    @cached_property
    def positive(self) -> tuple[tuple[str | None, Leaf], ...]:
        """The (field, leaf) pairs that count for an event, in order, each once."""
        return () if self.clause is None else tuple(dict.fromkeys(positive(self.clause)))

    @property
    def is_text(self) -> bool:
        """Whether the query is ``TEXT_WORDS`` plain words or more, and nothing but words and times.
        A query of this kind is ranked as a text, see ``fulltext.ranking``."""
        match self.clause:
            case Boolean((), should, ()):
                words = sum(isinstance(leaf, Word) for leaf in should)
                times = sum(isinstance(leaf, Period) for leaf in should)
                return words >= TEXT_WORDS and words + times == len(should)
        return False

    @property
    def words(self) -> tuple[str, ...]:
        """The positive plain words that concern an event's text, as typed."""
        return tuple(leaf.text for leaf in self._textual() if isinstance(leaf, Word))

    @property
    def phrases(self) -> tuple[str, ...]:
        """The positive phrases that concern an event's text, as typed, without the quotes."""
        return tuple(leaf.text for leaf in self._textual() if isinstance(leaf, Phrase))

    def _textual(self) -> Iterator[Leaf]:
        return (leaf for field, leaf in self.positive if field in (None, "title", "summary"))


def parse(
    text: str,
    times: Callable[[str], Iterable[Spoken]] = lambda text: (),
    has_field: Callable[[str], bool] = lambda name: False,
) -> Query:
    """Read any string as a query. Never raises; only the first ``limits.QUERY_LENGTH`` characters
    count.

    ``times`` finds the times in a text that are read as ``Period``; by default there are none.
    ``has_field`` says whether events have a field of a name, such as the severity of an incident.
    """
    if len(text) <= limits.QUERY_LENGTH and text.replace(" ", "").isalpha():
        plain = text.split()
        if 0 < len(plain) <= limits.QUERY_CLAUSES and _OPERATORS.isdisjoint(plain):
            # Most queries are plain words, without signs.
            words = tuple(map(Word, dict.fromkeys(plain)))
            return Query(text, Boolean((), words) if len(words) > 1 else words[0])
    notes: list[str] = []
    readable = clean(text, notes)
    lexed = list(lexemes(readable, notes, times(readable), has_field))
    if _is_shouted(readable):
        lexed = [_as_word(lexeme) for lexeme in lexed]
    leaves: list[Clause] = [lexeme.leaf for lexeme in lexed if lexeme.plain and lexeme.leaf]
    if len(leaves) == len(lexed) <= limits.QUERY_CLAUSES:
        clause = _boolean([], leaves, [])  # what the parser would return
    else:
        lexed = _with_operands(_balanced(_capped(lexed, notes), notes), notes)
        clause = _Parser(lexed).several() if lexed else None
    if clause is None:
        notes.append("There is nothing to look for: no word with a letter or a digit.")
    return Query(text, clause, tuple(dict.fromkeys(notes)))


def _as_word(lexeme: Lexeme) -> Lexeme:
    """AND, OR and NOT as words."""
    if lexeme.kind not in _OPERATORS:
        return lexeme
    return Lexeme("leaf", Word(lexeme.kind.lower()))


def _is_shouted(text: str) -> bool:
    """Whether a query is all in capitals, so that AND, OR and NOT are words.

    Acronyms alone ("NATO AND EU") do not shout.
    """
    if not text.isupper():
        return False
    words = [word for word in _LETTERS.findall(text) if word not in OPERATORS]
    return len(words) >= _SHOUTED_WORDS or any(len(word) > _LONGEST_ACRONYM for word in words)


def _capped(lexemes: list[Lexeme], notes: list[str]) -> list[Lexeme]:
    """The lexemes up to the last allowed leaf, with the brackets that follow."""
    leaves = [i for i, lexeme in enumerate(lexemes) if lexeme.leaf]
    if len(leaves) > limits.QUERY_CLAUSES:
        notes.append(
            f"Only the first {limits.QUERY_CLAUSES} words and phrases of the query were read."
        )
        end = leaves[limits.QUERY_CLAUSES - 1] + 1
        lexemes = lexemes[:end] + [lexeme for lexeme in lexemes[end:] if lexeme.kind in "()"]
    fuzzy = [i for i, lexeme in enumerate(lexemes) if isinstance(lexeme.leaf, Fuzzy)]
    if len(fuzzy) > limits.FUZZY_WORDS:
        notes.append(f"Only the first {limits.FUZZY_WORDS} words with ~ were looked up with typos.")
        exact = set(fuzzy[limits.FUZZY_WORDS :])
        lexemes = [_exact(lexeme) if i in exact else lexeme for i, lexeme in enumerate(lexemes)]
    return lexemes


def _exact(lexeme: Lexeme) -> Lexeme:
    assert isinstance(lexeme.leaf, Fuzzy)
    return lexeme._replace(leaf=Word(bare(lexeme.leaf.text)))


def _balanced(lexemes: list[Lexeme], notes: list[str]) -> list[Lexeme]:
    """The lexemes with brackets in pairs, none of them empty or too deep."""
    out: list[Lexeme] = []
    open_at: list[int] = []
    too_deep = 0
    for lexeme in lexemes:
        if lexeme.kind == "(":
            if len(open_at) == limits.NESTED_BRACKETS or too_deep:
                too_deep += 1
                notes.append(f"Brackets deeper than {limits.NESTED_BRACKETS} were left out.")
                continue
            open_at.append(len(out))
        elif lexeme.kind == ")":
            if too_deep:
                too_deep -= 1
                continue
            if not open_at:
                notes.append("A bracket was closed that was not open; it was left out.")
                continue
            if open_at.pop() == len(out) - 1:
                out.pop()
                continue
        out.append(lexeme)
    if open_at or too_deep:
        notes.append("A bracket is not closed; it was taken to close at the end.")
    while open_at and open_at[-1] == len(out) - 1:
        open_at.pop()
        out.pop()
    return out + [Lexeme(")")] * len(open_at)


def _with_operands(lexemes: list[Lexeme], notes: list[str]) -> list[Lexeme]:
    """The lexemes with each AND, OR, NOT that lacks a side turned into a word."""
    out: list[Lexeme] = []
    room = limits.QUERY_CLAUSES - sum(lexeme.kind == "leaf" for lexeme in lexemes)
    for i, lexeme in enumerate(lexemes):
        if lexeme.kind in ("AND", "OR", "NOT"):
            before = lexeme.kind == "NOT" or (out and out[-1].kind in ("leaf", ")"))
            after = i + 1 < len(lexemes) and lexemes[i + 1].kind in ("leaf", "(", "NOT")
            if not (before and after):
                notes.append(f"{lexeme.kind} has nothing on one side and was read as a word.")
                if room:
                    out.append(Lexeme("leaf", Word(lexeme.kind.lower())))
                room = max(room - 1, 0)
                continue
        out.append(lexeme)
    return out


class _Parser:
    """Recursive descent; brackets, the only recursion, go no deeper than limits.NESTED_BRACKETS."""

    def __init__(self, lexemes: list[Lexeme]) -> None:
        self.lexemes = lexemes
        self.at = 0

    def next_is(self, *kinds: str) -> bool:
        return self.at < len(self.lexemes) and self.lexemes[self.at].kind in kinds

    def several(self) -> Clause | None:
        must: list[Clause] = []
        should: list[Clause] = []
        must_not: list[Clause] = []
        while self.at < len(self.lexemes) and not self.next_is(")"):
            clause, plus = self.either()
            if isinstance(clause, Not):
                must_not.append(clause.clause)
            elif clause and (plus or demands(clause)):
                must.append(clause)
            elif isinstance(clause, Boolean) and not clause.must_not:
                should.extend(clause.should)
            elif clause:
                should.append(clause)
        return _boolean(must, should, must_not)

    def either(self) -> tuple[Clause | None, bool]:
        first, plus = self.both()
        parts = [first]
        while self.next_is("OR"):
            self.at += 1
            parts.append(self.both()[0])
        return _joined(Or, parts), plus and len(parts) == 1

    def both(self) -> tuple[Clause | None, bool]:
        first, plus = self.operand()
        parts = [first]
        while self.next_is("AND"):
            self.at += 1
            parts.append(self.operand()[0])
        return _joined(And, parts), plus and len(parts) == 1

    def operand(self) -> tuple[Clause | None, bool]:
        """One leaf or bracket with its NOTs, sign and field, and whether the sign is a plus."""
        negative = False
        while self.next_is("NOT"):
            negative = not negative
            self.at += 1
        if not self.next_is("leaf", "("):
            return None, False
        lexeme = self.lexemes[self.at]
        self.at += 1
        clause: Clause | None = lexeme.leaf
        if lexeme.kind == "(":
            clause = self.several()
            self.at += 1
        if clause is None:
            return None, False
        if lexeme.field:
            clause = Field(lexeme.field, clause)
        if negative != (lexeme.sign == "-"):
            clause = clause.clause if isinstance(clause, Not) else Not(clause)
        return clause, lexeme.sign == "+"


def _joined(kind: type[And] | type[Or], parts: list[Clause | None]) -> Clause | None:
    flat: dict[Clause, None] = {}
    for part in parts:
        if isinstance(part, kind):
            flat |= dict.fromkeys(part.clauses)
        elif part is not None:
            flat[part] = None
    return kind(tuple(flat)) if len(flat) > 1 else next(iter(flat), None)


def _boolean(must: list[Clause], should: list[Clause], must_not: list[Clause]) -> Clause | None:
    clause = Boolean(*(tuple(dict.fromkeys(part)) for part in (must, should, must_not)))
    match clause:
        case Boolean((), (), ()):
            return None
        case Boolean((one,), (), ()) | Boolean((), (one,), ()):
            return one
        case Boolean((), (), (one,)):
            return Not(one)
    return clause
