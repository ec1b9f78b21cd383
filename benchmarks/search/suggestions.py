"""How often "did you mean" says the right word, and how often it speaks where nothing is wrong.

    python benchmarks/search/suggestions.py ARCHIVE...

Words of four letters and more, and queries of three words of one event, are drawn by a seed. One
word of each gets one or two slips at random places: a letter lost, added, changed, or swapped with
the next. A suggestion is right if it is the query as it was drawn, whatever its capitals. A query
without a slip should get none; nor should a good word that the archive lacks: those are taken from
one event in twenty, which the index does not see.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from search import Event, Index, SearchOptions, build, read
from search.text.folding import folded_word

SEED = 2018
DRAWN = 500
KEPT_OUT = 20
SHORTEST = 4
LETTERS = "abcdefghijklmnopqrstuvwxyz"
OPTIONS = SearchOptions(limit=1, fold=False)

Draw = Callable[[random.Random], list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", nargs="+")
    events = list(read(parser.parse_args().archive, lambda skipped: None))
    inside = [event for at, event in enumerate(events) if at % KEPT_OUT]
    with tempfile.TemporaryDirectory() as place:
        archive = Path(place) / "events.jsonl"
        lines = (json.dumps(event.to_json()) + "\n" for event in inside)
        archive.write_text("".join(lines), encoding="utf-8")
        build([archive], Path(place) / "index")
        with Index.open(Path(place) / "index") as index:
            for line in report(index, inside, events[::KEPT_OUT]):
                print(line, flush=True)


def report(index: Index, inside: Sequence[Event], outside: Sequence[Event]) -> Iterator[str]:
    known = [words for event in inside if len(words := words_of(event)) >= 3]
    for what, count in (("a word", 1), ("three words", 3)):
        for slips in (0, 1, 2):
            source = random.Random(f"{SEED} {count} {slips}")
            drawn = [source.sample(source.choice(known), count) for _ in range(DRAWN)]
            yield f"{what}, {slips} slips: {tried(index, drawn, slips, source)}"
    spoken = {word for event in inside for word in words_of(event)}
    strange = sorted({word for event in outside for word in words_of(event)} - spoken)
    drawn = [[word] for word in random.Random(SEED).sample(strange, min(DRAWN, len(strange)))]
    yield f"good words that no event has: {tried(index, drawn, 0, random.Random(SEED))}"


def tried(index: Index, drawn: Sequence[list[str]], slips: int, source: random.Random) -> str:
    right = wrong = 0
    spent = []
    for words in drawn:
        typed = list(words)
        at = source.randrange(len(typed))
        for _ in range(slips):
            typed[at] = slipped(typed[at], source)
        before = time.process_time()
        suggestion = index.search(" ".join(typed), OPTIONS).suggestion
        spent.append(1000 * (time.process_time() - before))
        if suggestion is not None:
            said = " ".join(map(folded_word, suggestion.split()))
            right += said == " ".join(words)
            wrong += said != " ".join(words)
    spent.sort()
    cpu = f"{spent[len(spent) // 2]:.1f} CPU ms, at most {spent[-1]:.0f}"
    return (
        f"{right} right, {wrong} others, {len(drawn) - right - wrong} none of {len(drawn)}; {cpu}"
    )


def slipped(word: str, source: random.Random) -> str:
    """The word with one letter lost, added, changed, or swapped with the next."""
    while True:
        at = source.randrange(len(word))
        letter = source.choice(LETTERS)
        other = source.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            )
        )
        if other != word:
            return other


def words_of(event: Event) -> list[str]:
    """Its folded words of letters alone, each once."""
    folded = (folded_word(part.strip('.,;:!?()"')) for part in event.text.split())
    return list(
        dict.fromkeys(
            word for word in folded if len(word) >= SHORTEST and word.isalpha() and word.isascii()
        )
    )


if __name__ == "__main__":
    main()
