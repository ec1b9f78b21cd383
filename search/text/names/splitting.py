"""Splits a run of capitalised words into names.

Titles ("President", "Mr") and offices ("Foreign Minister", "Secretary of State") are left out; a
nation before a person or a title is a name of its own, and so are two nations side by side.
"""

from collections.abc import Sequence
from typing import Final

from search.text.english import COUNTRIES, COUNTRY_NAMES, DOUBTFUL_TITLES, PORTFOLIOS, SURNAMES
from search.text.names.name_words import LONGEST_NAME, Name, Place, name_term

_COUNTRY_OPENINGS: Final = frozenset(name.split()[0] for name in COUNTRY_NAMES)
_DUTIES: Final = PORTFOLIOS | {"and"}  # Minister for Foreign Affairs and Trade


def cut(run: Sequence[Place]) -> list[Name]:
    """The names in a run."""
    if len(run) == 1:
        return _name(run)
    found: list[Name] = []
    part: list[Place] = []
    index = 0
    while index < len(run):
        office = _office(run, index)
        if office:
            while part and part[-1].word.folded in PORTFOLIOS:
                part.pop()
            found.extend(_named(part))
            part = []
            index += office
            if index < len(run) and run[index - 1].word.folded in ("of", "the"):
                # President of Pakistan Asif Ali Zardari: the country ends where it ends.
                length = _country(run, index)
                found.extend(_named(run[index : index + length]))
                index += length
            continue
        part.append(run[index])
        index += 1
    return [*found, *_named(part)]


def _office(run: Sequence[Place], index: int) -> int:
    """The length of the title at ``index`` with what belongs to it: 0 if there is none."""
    words = [place.word for place in run[index : index + 8]]
    title = words[0].folded
    if not words[0].title or words[0].possessive:
        return 0
    if title in DOUBTFUL_TITLES and index and run[index - 1].word.small:
        return 0  # Department of Justice
    if title in SURNAMES and len(words) == 1 and index and not run[index - 1].word.generic:
        return 0
    if title in DOUBTFUL_TITLES and len(words) > 1 and words[1].generic and not words[1].title:
        return 0
    length = 2 if [word.folded for word in words[1:2]] == ["general"] else 1
    if len(words) <= length + 1 or words[length].folded not in ("of", "for"):
        return length
    length += 2 if words[length + 1].folded == "the" else 1
    while length < len(words) and words[length].folded in _DUTIES:
        length += 1
    return length


def _country(run: Sequence[Place], index: int) -> int:
    """The number of words of the country that begins at ``index``, 0 if none does."""
    for length in (4, 3, 2) if run[index].word.folded in _COUNTRY_OPENINGS else ():
        words = [place.word.folded for place in run[index : index + length]]
        if len(words) == length and " ".join(words) in COUNTRY_NAMES:
            return length
    return 1 if run[index].word.nation else 0


def _named(part: Sequence[Place]) -> list[Name]:
    """A part of a run without titles as one name, or as two: a nation and the rest."""
    while part and not part[0].word.opens:
        part = part[1:]
    while part and part[-1].word.small:
        part = part[:-1]
    if not part or len(part) > LONGEST_NAME:
        return []
    if len(part) > 1 and all(place.word.stop for place in part):  # MUST NOT
        return []
    length = _country(part, 0)
    rest = part[length:]
    if length and rest and _splits(part[:length], rest):
        return [*_name(part[:length]), *_named(rest)]
    return _name(part)


def _splits(nation: Sequence[Place], rest: Sequence[Place]) -> bool:
    """Whether a nation and the words after it are two names: "Russian Yury Gagarin"."""
    adjective = " ".join(place.word.folded for place in nation) not in COUNTRIES
    if nation[-1].word.possessive or _country(rest, 0) == len(rest):
        return True
    return adjective and not any(place.word.generic for place in rest)


def _name(part: Sequence[Place]) -> list[Name]:
    words = [place.word for place in part]
    start, end = part[0].start, part[-1].end - 2 * words[-1].possessive
    if len(words) == 1:
        return [Name(words[0].alone, start, end, 1)] if words[0].alone else []
    return [Name(name_term([word.folded for word in words]), start, end, len(words))]
