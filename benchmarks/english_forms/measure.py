"""Check that forms and spellings of an English word meet, and that unrelated words do not.

    pip install wordfreq lemminflect && pip install --no-deps pyinflect breame
    python benchmarks/english_forms/measure.py

A pair is a lemma among the 3,000 commonest English words (wordfreq) and a form of it that two word
lists of different origin have: AGID (in pyinflect) and the SPECIALIST lexicon (in lemminflect).
Unrelated pairs are drawn from the 10,000 commonest words: they begin with the same three letters,
share less than two thirds of the shorter word, and no list gives them a common lemma. Spellings are
the British and American ones of breame, if both occur once in ten million words.
"""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import lemminflect
from breame.data.spelling_constants import BRITISH_ENGLISH_SPELLINGS
from wordfreq import top_n_list, zipf_frequency

from search.text.english import STOP_WORDS
from search.text.stems import other_stems, stem

_LEMMAS: Final = 3_000
_WORDS: Final = 10_000
_UNRELATED: Final = 5_000
_RAREST: Final = 2.0  # of a form, on the Zipf scale: once in ten million words
_PARTS_OF_SPEECH: Final = {"A": ("ADJ", "ADV"), "N": ("NOUN",), "V": ("VERB",)}


def agid() -> Iterator[tuple[str, str, str]]:
    """Lemma, part of speech and form of each line of AGID."""
    package = find_spec("pyinflect")
    assert package and package.origin, "pip install --no-deps pyinflect"
    with Path(package.origin).with_name("infl.csv").open(encoding="utf-8") as lines:
        for lemma, part, *forms in csv.reader(lines):
            for form in "/".join(forms).split("/"):
                yield lemma, part, form


def common(number: int) -> list[str]:
    """The commonest English words that say something."""
    words = (word for word in top_n_list("en", 2 * number) if word.isascii() and word.isalpha())
    return [word for word in words if len(word) > 1 and word not in STOP_WORDS][:number]


def form_pairs() -> set[tuple[str, str]]:
    """The pairs of a lemma and a form that both word lists have."""
    lemmas = frozenset(common(_LEMMAS))
    pairs = set()
    for lemma, part, form in agid():
        if lemma in lemmas and form.isalpha() and zipf_frequency(form, "en") >= _RAREST:
            known = [lemminflect.getAllInflections(lemma, upos=p) for p in _PARTS_OF_SPEECH[part]]
            if any(form in forms for each in known for forms in each.values()):
                pairs.add((lemma, form))
    return {(lemma, form) for lemma, form in pairs if lemma != form}


def unrelated_pairs() -> list[tuple[str, str]]:
    """Pairs of words that begin alike and have nothing to do with each other."""
    lemmas: defaultdict[str, set[str]] = defaultdict(set)
    for lemma, _, form in agid():
        lemmas[form].add(lemma)
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for word in common(_WORDS):
        lemmas[word] |= {word}.union(*lemminflect.getAllLemmas(word).values())
        lemmas[word] |= {BRITISH_ENGLISH_SPELLINGS.get(lemma, lemma) for lemma in lemmas[word]}
        alike[word[:3]].append(word)
    pairs = [
        (one, other)
        for words in alike.values()
        for at, one in enumerate(words)
        for other in words[at + 1 :]
        for size in [(2 * min(len(one), len(other)) + 2) // 3]
        if one[:size] != other[:size]
        if lemmas[one].isdisjoint(lemmas[other])
    ]
    return random.Random(1).sample(pairs, _UNRELATED)


def spellings() -> set[tuple[str, str]]:
    """The British and the American spelling of a word."""
    return {
        pair
        for pair in BRITISH_ENGLISH_SPELLINGS.items()
        if min(zipf_frequency(spelling, "en") for spelling in pair) >= _RAREST
    }


def meets(one: str, other: str) -> bool:
    stems = [{stem(word), other_stems().get(word, stem(word))} for word in (one, other)]
    return not stems[0].isdisjoint(stems[1])


def main() -> None:
    for kind, pairs in (("lemma and form", form_pairs()), ("two spellings", spellings())):
        apart = sorted(pair for pair in pairs if not meets(*pair))
        print(f"{1 - len(apart) / len(pairs):.2%} of {len(pairs)} pairs of {kind} meet, but for:")
        print(" ".join(map("/".join, apart)))
    met = [pair for pair in unrelated_pairs() if meets(*pair)]
    print(f"{len(met)} of {_UNRELATED} unrelated pairs meet: {' '.join(map('/'.join, met))}")


if __name__ == "__main__":
    main()
