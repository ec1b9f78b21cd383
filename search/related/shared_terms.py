"""The shared terms that are printed with a related item ("Context").

Terms that editors gave to both events come first, then names, longer ones before their parts, each
in its canonical spelling; a word is printed only if no name is shared. A printed term is in both
events, or is an alias or the country of a term in them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from search.index.snapshot import Snapshot
from search.model.hit import NOT_OF_A_TERM, Contribution
from search.related.mentions import TermUse, mentions
from search.related.shared_words import POSSESSIVE, VERBS, is_telling, shared_word
from search.text import tables
from search.text.analysed_event import AnalysedEvent
from search.text.english import COUNTRIES, LESSER_FORMS
from search.text.folding import fold_unspaced
from search.text.names.name_words import term_of
from search.text.terms import Kind, Token
from search.text.whole_terms import MOST_TERMS, is_part
from search.text.words import has_unspaced

# Only the beginnings of longer texts are compared, because pages may have any length.
_MOST_SHARED: Final = 200
_LONGEST_TEXT: Final = 4_000
_MOST_RUNS: Final = 2
# A run is printed only if it carries such a part of what all shared terms carry.
_RUN_SHARE: Final = 0.2
# Shared runs of scripts without blanks: characters that begin or end no name. Others that often
# do neither, such as 中, 上 and 月, do begin some (中国, 上海, 月球).
_EDGES: Final = "的了在是和与及对将被于为从向等之其并或也就都而还又这那"
# Between a name in such a script and its translation: "司法委员会 House Committee".
_GLOSS: Final = re.compile(r"[A-Za-z .,'()-]*[ (\uff08][^\x00-\u2fff]")  # read backwards
_LONGEST_GLOSS: Final = 60
# A number before a measure word, and the measure word: 两项.
_COUNTED: Final = re.compile("[0-9一二三四五六七八九十两几多数][项名个条起架艘辆座家份位人次枚]")
_POSSESSOR: Final = "的"
_JOINT: Final = "·"  # between the given name and the surname of a foreigner
_SHORTEST_RUN: Final = 2
_LONGEST_RUN: Final = 10


def context_terms(
    one: AnalysedEvent,
    other: AnalysedEvent,
    contributions: Mapping[str, float],
    use: TermUse = TermUse(),  # noqa: B008 - it is frozen
) -> tuple[str, ...]:
    """A few terms that two events share, the most informative first.

    Args:
        contributions: how much each shared term adds to the score, by the term.
        use: how the archive uses terms.
    """
    topics = _shared_topics(one, other)
    excluded = {*topics, *(name for name in one.own_names if name in use.commonplace)}
    names = [name for name in shared_names(one, other) if name not in excluded]
    said = mentions(names, one, other, use)
    about = max((each.topic_of for each in said.values()), default=0)
    names = [name for name in names if said[name].topic_of == about]
    names = _strongest(names, one.named + other.named, contributions)
    if names and not about:  # both texts only mention them
        if topics:
            names = []
        else:
            are_code = not any(said[name].most for name in names)
            word = shared_word(one, other, contributions, use, only_topics=not are_code)
            if word:
                return (word,)
            names = names[:1]
    if len(names) > 1:
        names = [
            name
            for at, name in enumerate(names)
            if not (at and names[0] in COUNTRIES and _adjective_only(name, one, other))
        ]
    telling = names
    if one.has_unspaced_text:
        glosses = _glosses(one) & _glosses(other)
        telling = [name for name in names if name not in glosses]
    printed = [*topics.values(), *(one.aliases.surface(name) for name in telling)]
    if len(printed) < _MOST_RUNS:
        # Without capitals few names are known, so exact shared runs are used instead.
        runs = _shared_runs(one, other, contributions)
        printed = [name for name in printed if not any(name in run for run in runs)]
        printed += [run for run in runs if not any(run in name for name in printed)]
    printed = printed or [one.aliases.surface(name) for name in names]
    if not printed and (word := shared_word(one, other, contributions, use)):
        printed = [word]
    return tuple(dict.fromkeys(printed))[:MOST_TERMS]


def _glosses(analysed: AnalysedEvent) -> set[str]:
    """Names in Latin letters that translate what comes before them in a script without blanks."""
    text = analysed.event.text
    return {
        analysed.aliases.canonical(name.term)
        for name in analysed.analysis.names
        if _GLOSS.match(text[max(0, name.start - _LONGEST_GLOSS) : name.start][::-1])
    }


def shared_names(one: AnalysedEvent, other: AnalysedEvent) -> list[str]:
    """The canonical names in both events, without names that are part of another."""
    known = set(other.own_names)
    shared = [name for name in one.own_names if name in known and is_telling(name)]
    shared = shared[:_MOST_SHARED]
    if len(shared) < 2:
        return shared
    return [name for name in shared if not any(is_part(name, longer) for longer in shared)]


def _shared_topics(one: AnalysedEvent, other: AnalysedEvent) -> dict[str, str]:
    """The terms that editors gave to both events, as they print them, by their canonical name."""
    theirs = {one.aliases.canonical(term_of(topic)) for topic in other.event.terms}
    topics: dict[str, str] = {}
    for topic in one.event.terms:
        name = one.aliases.canonical(term_of(topic))
        if name and name in theirs:
            topics.setdefault(name, one.aliases.surface(name))
    return topics


def _adjective_only(country: str, *events: AnalysedEvent) -> bool:
    """Whether all events have a country only as an adjective: "the Saudi-led coalition"."""
    forms = {
        analysed.event.text[name.start : name.end].lower()
        for analysed in events
        for name in analysed.analysis.names
        if name.term == country
    }
    return bool(forms) and forms <= LESSER_FORMS


@cache
def _verbs() -> tuple[str, ...]:
    """Verbs of scripts without blanks: a run that begins or ends with one is a phrase, not a
    word."""
    lines = (line for line in tables.lines("never_shared") if line.startswith(VERBS))
    return tuple(word for line in lines for word in line.removeprefix(VERBS).split())


def _strongest(
    names: Sequence[str], written: Iterable[tuple[str, str]], contributions: Mapping[str, float]
) -> list[str]:
    """Names in the order of printing: the most informative first, countries last.

    ``written`` are canonical names with their forms in the texts, whose words have shares.
    """
    strength = dict.fromkeys(names, 0.0)
    for name, term in written:
        if name in strength:
            by_words = sum(contributions.get(word, 0.0) for word in term.split())
            strength[name] = max(strength[name], by_words or contributions.get(name, 0.0))
    return sorted(
        names,
        key=lambda name: (name in COUNTRIES, -round(strength[name], 9), -len(name.split()), name),
    )


def _shared_runs(
    one: AnalysedEvent, other: AnalysedEvent, contributions: Mapping[str, float]
) -> list[str]:
    """What both texts have to the letter, of scripts without blanks: words that the archive shows
    to be some, and the longest runs where it shows none."""
    if not one.has_unspaced_text:
        return []
    text = one.event.text[:_LONGEST_TEXT]
    pairs = [
        token
        for token in one.analysis.tokens
        if token.kind is Kind.UNSPACED and token.end <= len(text)
    ]
    if not pairs:
        return []
    folded, theirs = fold_unspaced(text), fold_unspaced(other.event.text[:_LONGEST_TEXT])
    enough = _RUN_SHARE * sum(part for part in contributions.values() if part > 0)
    found: dict[str, float] = {}
    done = 0
    for index, pair in enumerate(pairs):
        if pair.end <= done or pair.term not in theirs:
            continue
        run = [pair]
        for token in pairs[index + 1 :]:
            apart = folded[run[-1].end : token.start] not in ("", _JOINT)
            if apart or folded[pair.start : token.end] not in theirs:
                break
            run.append(token)
        done = run[-1].end
        for start, end in _whole_words(one, other, pair.start, done):
            inside = [token for token in run if start <= token.start and token.end <= end]
            strength = sum(contributions.get(token.term, 0.0) for token in inside)
            is_known = (start, end) in one.analysis.words
            word = text[start:end] if is_known else text[start:end].strip(_EDGES)
            if _COUNTED.search(text[max(0, start - 1) : start + 1]):
                word = word[1:]
            fits = _SHORTEST_RUN <= len(word) <= _LONGEST_RUN
            fits &= _JOINT not in text[max(0, start - 1) : start] + text[end : end + 1]
            if strength >= enough and fits and _is_topic(fold_unspaced(word)):
                found[word] = max(strength, found.get(word, 0.0))
    runs = sorted(found, key=lambda run: (-round(found[run], 9), run))
    whole = [run for run in runs if not any(run != longer and run in longer for longer in runs)]
    return whole[:_MOST_RUNS]


def _whole_words(
    one: AnalysedEvent, other: AnalysedEvent, start: int, end: int
) -> list[tuple[int, int]]:
    """The words inside a run of one text that the other has too; where at most one is known the
    run, if in both texts it begins and ends where a word may."""
    words = one.analysis.words
    if not words and not other.analysis.words:  # the archive is too small to show any
        return [(start, end)]
    inside = [(a, b) for a, b in words if start <= a and b <= end]
    text = fold_unspaced(one.event.text)
    theirs = fold_unspaced(other.event.text)
    if len(inside) < 2:
        at = theirs.find(text[start:end])
        if _is_whole(text, words, start, end) and (
            _is_whole(theirs, other.analysis.words, at, at + end - start)
        ):
            return [(start, end)]
    spans = {theirs[a:b] for a, b in other.analysis.words}
    return [(a, b) for a, b in inside if text[a:b] in spans or b - a > _SHORTEST_RUN]


def _is_whole(text: str, words: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether no word crosses the ends of a run: it is followed by no letter, by a known word, or
    by a particle of Japanese, which is written in another script."""
    before, behind = text[max(0, start - 1) : start], text[end : end + 1]
    begins = not has_unspaced(before) or any(b == start for _, b in words)
    ends = not has_unspaced(behind) or any(a == end for a, _ in words)
    begins |= _is_hiragana(before) and not _is_hiragana(text[start : start + 1])
    ends |= _is_hiragana(behind) and not _is_hiragana(text[end - 1 : end])
    return begins and ends


def _is_hiragana(letter: str) -> bool:
    return "ぁ" <= letter <= "ゟ"


def _is_topic(word: str) -> bool:
    """Whether a word of a script without blanks is one, and no phrase around a verb or a 的."""
    if _POSSESSOR in word[1:-1]:
        return False
    return is_telling(word) and not (word.startswith(_verbs()) or word.endswith(_verbs()))


def surfaces_of(text: str, tokens: Iterable[Token]) -> dict[str, str]:
    """How a text writes the terms of some of its tokens: common words in small letters."""
    surfaces: dict[str, str] = {}
    for token in tokens:
        surface = text[token.start : token.end]
        if not surface.isalnum():
            surface = POSSESSIVE.sub("", surface)
        surfaces[token.term] = surface.lower() if token.kind is Kind.WORD else surface
    return surfaces


def as_written(snapshot: Snapshot, part: Contribution, surfaces: Mapping[str, str]) -> Contribution:
    """A contribution with its term as it is printed, given how an event spells its terms."""
    term, kind = part.term, part.kind
    if kind in NOT_OF_A_TERM:
        return part
    is_long_name = kind == "name" and " " in term
    surface = None if is_long_name else surfaces.get(term)
    if surface is None:
        # The event may have it by another name only: the one spelling of all its names.
        if not is_long_name and not snapshot.has_aliases(term):
            return part
        surface = snapshot.aliases.surface(term)
    return part if surface == part.surface else Contribution(term, part.contribution, surface, kind)
