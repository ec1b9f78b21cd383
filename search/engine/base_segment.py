"""Writes a base segment: the events of an archive, and what is learned from all of them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.engine.garbage_collection import no_collection
from search.index import event_store, lines, name_index, written_names
from search.index.postings import writer
from search.index.postings.collector import Occurrences
from search.index.term_counts import TermRows
from search.model.digests import hash_of
from search.model.errors import UsageError
from search.model.event import Event, day_number
from search.text.analysed_event import canonical_names, names_as_written
from search.text.boilerplate_learning import learn_boilerplate
from search.text.names.alias_edits import Edits
from search.text.names.alias_families import mined_aliases
from search.text.names.aliases import Aliases
from search.text.names.lexicon import Lexicon
from search.text.names.name_words import Name
from search.text.terms import INDEXING_BYTES, Analysis, Terms

# Called with a stage, the items done, and the items in all (None: unknown).
OnProgress = Callable[[str, int, int | None], None]
REPORT_EVERY: Final = 200
MOST_WORDS: Final = 1 << 32  # postings are counted in 32 bits, and a word is one at most


def write(
    events: list[Event],
    directory: Path,
    edits: Edits,
    on_progress: OnProgress,
    language: str = "",
    own_vectors: NDArray[np.int8] | None = None,
) -> None:
    """Write every file of a base; ``events`` are in the order of date and id.

    The list of events is emptied before the largest step: it takes a quarter of the memory.
    ``language`` is that of texts whose language cannot be detected; "": that of most texts.
    ``own_vectors`` [events, dimensions] replace the vectors that would be learned.

    Raises:
        UsageError: there are more words than postings can be counted.
    """
    words = sum(event.text.count(" ") + 1 for event in events)
    if words >= MOST_WORDS:
        raise UsageError(
            f"the archive has {words:,} words, and an index holds fewer than {MOST_WORDS:,}; "
            "build several, such as one for each decade"
        )
    days = np.array([day_number(event.date) for event in events], dtype=np.int32)
    # What one step needs is given up before the next: a build takes as much memory as its largest.
    rows, names = _write_terms(events, days, directory, on_progress, language)
    (directory / "events").mkdir()
    event_store.write(events, directory / "events")
    on_progress("mining names", 0, None)
    aliases = _write_names(events, names, edits, directory)
    del names
    hashes = np.array([hash_of(event.id) for event in events], dtype=np.uint64)
    events.clear()
    rows = rows.with_canonical_names(aliases)
    on_progress("learning what is related", 0, None)
    (directory / "vectors").mkdir()
    # Training is all that needs scipy; a run with nothing new must not load it.
    from search.related import training  # noqa: PLC0415

    training.train(rows, days, hashes, directory / "vectors", own_vectors)


def _write_terms(
    events: Sequence[Event],
    days: NDArray[np.int32],
    directory: Path,
    on_progress: OnProgress,
    language: str,
) -> tuple[TermRows, list[tuple[Name, ...]]]:
    """Write the postings and the lexicon; the terms of each event, and the names in its text."""
    topics = (topic for event in events for topic in event.terms)
    texts = [event.text for event in events]
    boilerplate = learn_boilerplate(texts, days.tolist())
    lexicon = Lexicon.learn(texts, topics, boilerplate, language)
    del texts
    terms = Terms(lexicon, INDEXING_BYTES)
    occurrences = Occurrences(terms)
    names: list[tuple[Name, ...]] = []
    with no_collection():
        for event in events:
            names.append(tuple(terms.names(event.text)))
            occurrences.add(event, names[-1])
            if len(names) % REPORT_EVERY == 0:
                on_progress("analysing texts", len(names), len(events))
        on_progress("writing postings", 0, None)
        writer.build(directory / "postings", occurrences)
        rows = occurrences.term_rows()
    (directory / "lexicon").mkdir()
    for part, words in lexicon.to_plain().items():
        lines.write(words, directory / "lexicon" / f"{part}.txt")
    return rows, names


def _write_names(
    events: Sequence[Event], names: Sequence[tuple[Name, ...]], edits: Edits, directory: Path
) -> Aliases:
    """Mine the aliases of names, and write them and the names of each event."""
    named = [Analysis((), each) for each in names]
    aliases = mined_aliases(events, named, edits)
    (directory / "aliases.tsv").write_text(aliases.to_text(), encoding="utf-8")
    lines.write_map(aliases.canonical_of, directory / "canonical_names.txt")
    lines.write_map(aliases.surface_of, directory / "printed_names.txt")
    for part in ("names", "written_names"):
        (directory / part).mkdir()
    each = zip(events, named, strict=True)
    written = [names_as_written(analysis, event.terms, aliases) for event, analysis in each]
    written_names.write(written, directory / "written_names")
    name_index.write([canonical_names(its) for its in written], directory / "names")
    return aliases
