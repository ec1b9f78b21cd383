"""Topics and mere mentions: whether a text is about a word or a name that it has.

A long text mentions much that it is not about: the reporter who is thanked, the type in an
example, the verb of a sentence. What its title has is a topic. A word below the title is one if it
ends a noun phrase outside of code.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from search.text.analysed_event import AnalysedEvent
from search.text.terms import Token

# What is written beside a word of code without its marks: Vec<T>, std::mem, insert().
_BEFORE_CODE: Final = ("::", "<", "&", "_", "->", "$")
_BEHIND_CODE: Final = re.compile(r"::\w|[<>(_[]")
# English: before a verb or an adjective, and behind what does not end a noun phrase.
_BEFORE_VERBS: Final = frozenset(
    """
    to can cannot could may might must shall should will would not never i you he she it we they
    who which that more most less very too so as is are was were be been being become becomes
    """.split()
)
_BEHIND_VERBS: Final = frozenset(
    "a an the this these those its their his her our your my it them us him that to".split()
)
_NUMBER: Final = re.compile("[-.]\\d")  # behind a part of an identifier: CWE-416
_ENDS: Final = re.compile(r"[^\s*_`\"'-]|\n\s*\n")  # of a phrase
_SHORT_TEXT: Final = 500  # characters: it says nothing twice
_OFTEN, _TITLE = 2, 3  # mentions of a name that a text is about, and a sign for its title


@dataclass(frozen=True)
class TermUse:
    """How an archive uses terms.

    ``commonplace`` are names that tell nothing, since much of the archive has them. A word that is
    widespread tells nothing by itself, and one that is everywhere is never printed. A name is
    incidental, given all its forms, if very many texts have it, or many texts and no title.
    """

    commonplace: Container[str] = frozenset()
    is_widespread: Callable[[str], bool] = lambda _term: False
    is_everywhere: Callable[[str], bool] = lambda _term: False
    is_incidental: Callable[[str, Iterable[str]], bool] = lambda _name, _forms: False


def mentioned(
    names: Sequence[str], one: AnalysedEvent, other: AnalysedEvent, use: TermUse
) -> dict[str, int]:
    """Those of the canonical names of two events that neither is about, and how often the text that
    has more of them has them outside of code."""
    forms: dict[str, set[str]] = {name: set() for name in names}
    for name, form in one.named + other.named:
        if name in forms and form:
            forms[name].add(form)
    found = {}
    for name in names:
        times = [_times(told, forms[name]) for told in (one, other)]
        if max(times) < _OFTEN or (max(times) < _TITLE and use.is_incidental(name, forms[name])):
            found[name] = max(times)
    return found


def _times(told: AnalysedEvent, forms: Iterable[str]) -> int:
    """How often a text has a name outside of code, up to ``_OFTEN``; ``_TITLE`` if its title does.

    The text is not analysed for that. A name that it spells otherwise counts as one of the title.
    """
    text, title = told.lower_text, len(told.event.title)
    enough = _OFTEN if len(text) > _SHORT_TEXT else 1
    times, is_found = 0, False
    for form in forms:
        at = text.find(form)
        while at >= 0 and (times < enough or at < title):
            end = at + len(form)
            if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
                if at < title:
                    return _TITLE
                is_found = True
                times += not (_NUMBER.match(text, end) or in_code(told, at, end))
            at = text.find(form, end)
    if not is_found:
        return _TITLE
    return times if times < enough else _OFTEN


def in_code(told: AnalysedEvent, start: int, end: int) -> bool:
    """Whether a part of a text is in code."""
    text = told.event.text
    if _BEHIND_CODE.match(text, end) or text.endswith(_BEFORE_CODE, 0, start):
        return True
    starts, ends = told.code_spans
    at = bisect_right(starts, start) - 1
    return at >= 0 and start < ends[at]


def ends_noun_phrase(told: AnalysedEvent, tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether these tokens of a text may end a noun phrase: no verb, no adjective, no code."""
    text, start, end = told.event.text, tokens[first].start, tokens[last].end
    if in_code(told, start, end):
        return False
    before = tokens[first - 1] if first else None
    if before and text[before.end : start].isspace() and _exact(before) in _BEFORE_VERBS:
        return False
    if last + 1 == len(tokens):
        return True
    following = tokens[last + 1]
    ends_title = end <= len(told.event.title) < following.start
    if ends_title or _ENDS.search(text, end, following.start):
        return True
    return following.stop and _exact(following) not in _BEHIND_VERBS


def _exact(token: Token) -> str:
    return token.exact or token.term
