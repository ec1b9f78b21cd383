"""Topics and mere mentions: whether a text is about a word or a name that it has.

A long text mentions much that it is not about: the reporter who is thanked, the type in an
example, the verb of a sentence. What its title has is a topic. A word below the title is one if it
ends a noun phrase outside of code.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from search.text.analysed_event import AnalysedEvent
from search.text.english import BEFORE_VERBS, BEHIND_VERBS
from search.text.terms import Token

# What is written beside a word of code without its marks: Vec<T>, std::mem, insert().
_BEFORE_CODE: Final = ("::", "<", "&", "_", "->", "$")
_BEHIND_CODE: Final = re.compile(r"::\w|[<>(_[]")
_NUMBER: Final = re.compile("[-.]\\d")  # behind a part of an identifier: CWE-416
_ENDS: Final = re.compile(r"[^\s*_`\"'-]|\n\s*\n")  # of a phrase
_LONGEST_MARK: Final = 20  # characters before a heading: "## 3.1. "
_HEADING_BEGINS: Final = re.compile(r"[\W\d_]*")
_HEADING_ENDS: Final = re.compile(r"[^\w\n]{0,80}(?:\n|\Z)")
_SHORT_TEXT: Final = 500  # characters: it says nothing twice
_OFTEN, _TITLE = 2, 3  # mentions of a name that a text is about, and a sign for its title


@dataclass(frozen=True)
class TermUse:
    """How an archive uses terms.

    ``commonplace`` are names that say nothing, because much of the archive has them. A widespread
    word says nothing by itself; a word that is everywhere is never printed. ``is_incidental`` takes
    a name and its forms: a name is incidental if very many texts have it, or many texts and no
    title.
    """

    commonplace: Container[str] = frozenset()
    is_widespread: Callable[[str], bool] = lambda _term: False
    is_everywhere: Callable[[str], bool] = lambda _term: False
    is_incidental: Callable[[str, Iterable[str]], bool] = lambda _name, _forms: False


class Mentions(NamedTuple):
    """How prominent a name is in two texts, in the text that says less of it (``least``) and in the
    one that says more (``most``): 0 in code only, 1 once, 2 often, 3 in the title."""

    least: int
    most: int
    is_incidental: bool

    @property
    def topic_of(self) -> int:
        """How many of the two texts are about the name: 0, 1 or 2."""
        if self.is_incidental or self.most < _OFTEN:
            return 0
        return 2 if self.least >= _OFTEN or (self.most == _TITLE and self.least > 0) else 1


def mentions(
    names: Sequence[str], one: AnalysedEvent, other: AnalysedEvent, use: TermUse
) -> dict[str, Mentions]:
    """How much two events say of each of these canonical names."""
    if _is_title(one) and _is_title(other):
        return dict.fromkeys(names, Mentions(_TITLE, _TITLE, is_incidental=False))
    forms: dict[str, set[str]] = {name: set() for name in names}
    for name, form in one.named + other.named:
        if name in forms and form:
            forms[name].add(form)
    found = {}
    for name in names:
        least, most = sorted(_times(analysed, name, forms[name]) for analysed in (one, other))
        is_incidental = most < _TITLE and use.is_incidental(name, forms[name])
        found[name] = Mentions(least, most, is_incidental)
    return found


def _times(analysed: AnalysedEvent, name: str, forms: Iterable[str]) -> int:
    """How often a text has a name outside of code and of headings, up to ``_OFTEN``; ``_TITLE`` if
    its title does. A name that only an editor gave counts as one of the title.

    The text is not analysed for that, unless it spells all forms otherwise.
    """
    text, title = analysed.lower_text, len(analysed.event.title)
    enough = _OFTEN if is_long(analysed) else 1
    times, is_found = 0, False
    for form in forms:
        at = text.find(form)
        while at >= 0 and (times < enough or at < title):
            end = at + len(form)
            if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
                if at < title:
                    return _TITLE
                is_found = True
                times += _is_mention(analysed, at, end)
            at = text.find(form, end)
    if not is_found:
        if enough == 1:
            return _TITLE
        spans = [
            (found.start, found.end)
            for found in analysed.analysis.names
            if analysed.aliases.canonical(found.term) == name
        ]
        if not spans or spans[0][0] < title:
            return _TITLE
        times = sum(_is_mention(analysed, *span) for span in spans)
    return times if times < enough else _OFTEN


def _is_title(analysed: AnalysedEvent) -> bool:
    """Whether a text is a title and no more, so that it is about each name that it has."""
    return not analysed.event.summary and not is_long(analysed)


def is_long(analysed: AnalysedEvent) -> bool:
    """Whether a text is so long that it says twice what it is about."""
    return len(analysed.event.text) > _SHORT_TEXT


def _is_mention(analysed: AnalysedEvent, start: int, end: int) -> bool:
    """Whether a name at this place is neither in code nor the whole of a line, as a heading is."""
    text = analysed.event.text
    if _NUMBER.match(text, end) or in_code(analysed, start, end):
        return False
    before = text[max(0, start - _LONGEST_MARK) : start].rpartition("\n")
    begins = (before[1] or start < _LONGEST_MARK) and _HEADING_BEGINS.fullmatch(before[2])
    return not (begins and _HEADING_ENDS.match(text, end))


def in_code(analysed: AnalysedEvent, start: int, end: int) -> bool:
    """Whether a part of a text is in code."""
    text = analysed.event.text
    if _BEHIND_CODE.match(text, end) or text.endswith(_BEFORE_CODE, 0, start):
        return True
    starts, ends = analysed.code_spans
    at = bisect_right(starts, start) - 1
    return at >= 0 and start < ends[at]


def ends_noun_phrase(
    analysed: AnalysedEvent, tokens: Sequence[Token], first: int, last: int
) -> bool:
    """Whether these tokens of a text may end a noun phrase: no verb, no adjective, no code."""
    text, start, end = analysed.event.text, tokens[first].start, tokens[last].end
    if in_code(analysed, start, end):
        return False
    before = tokens[first - 1] if first else None
    if before and text[before.end : start].isspace() and _exact(before) in BEFORE_VERBS:
        return False
    if last + 1 == len(tokens):
        return True
    following = tokens[last + 1]
    ends_title = end <= len(analysed.event.title) < following.start
    if ends_title or _ENDS.search(text, end, following.start):
        return True
    return following.stop and _exact(following) not in BEHIND_VERBS


def _exact(token: Token) -> str:
    return token.exact or token.term
