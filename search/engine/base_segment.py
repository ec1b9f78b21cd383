"""Writes a base segment: the events of an archive, and what is learned from all of them.

Events are written first. All later steps read them from there, some at a time. So memory is needed
for the vocabulary, the term rows and the vectors, but not for the texts.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Final

import numpy as np

from search.engine.build_input import BaseInputs
from search.engine.text_analysis import analyse, learn_lexicon, names_of, terms_of
from search.engine.workers import HERE, Workers, results
from search.index import event_store, lines, name_index, written_names
from search.index.postings import writer
from search.index.postings.parts import Part, StoredPart, merged_rows
from search.model.digests import hash_of
from search.model.errors import IndexUnwritable, UsageError
from search.model.event import Event, day_number
from search.model.progress import OnProgress
from search.text.analysed_event import canonical_names
from search.text.names.alias_evidence import Facts
from search.text.names.alias_families import Families
from search.text.names.aliases import Aliases

MOST_WORDS: Final = 1 << 32  # a word has at most one posting, and these are counted in 32 bits
PART: Final = 4_096  # events that are analysed by one call
WORTH_WORKERS: Final = 2 * PART  # fewer events are analysed sooner than a process starts
_PARTS: Final = "parts"  # a directory that is removed before anything is published


def write(events: list[Event], directory: Path, inputs: BaseInputs) -> None:
    """Write every file of a base. They do not depend on how many workers there are.

    Args:
        events: in the order of date and id. The list is emptied once they are written.
        directory: where to; it must be empty.
        inputs: what else the base is made from.

    Raises:
        UsageError: the archive has too many words.
        IndexUnwritable: a worker was killed.
    """
    words = sum(event.text.count(" ") + 1 for event in events)
    if words >= MOST_WORDS:
        raise UsageError(
            f"the archive has {words:,} words, and an index holds fewer than {MOST_WORDS:,}; "
            "build several, such as one for each decade"
        )
    own_vectors = None if inputs.own_vectors is None else inputs.own_vectors.of(events)
    workers, on_progress = inputs.workers, inputs.on_progress
    days = np.array([day_number(event.date) for event in events], dtype=np.int32)
    hashes = np.array([hash_of(event.id) for event in events], dtype=np.uint64)
    (directory / "events").mkdir()
    event_store.write(events, directory / "events")
    events.clear()
    if len(days) < WORTH_WORKERS and workers.executor is None:
        workers = HERE
    try:
        language = inputs.facts.get("language", "")
        parts, facts = _analysed(directory, len(days), workers, on_progress, language)
    except BrokenExecutor as error:
        raise IndexUnwritable(
            f"{directory}: a process that analysed texts was killed; free some memory, then run "
            "the command again"
        ) from error
    on_progress("writing postings", 0, None)
    writer.build(directory / "postings", parts)
    on_progress("mining names", 0, None)
    aliases = Aliases(*Families(facts, inputs.edits).settled())
    del facts  # free its memory before the next step
    _write_names(parts, aliases, directory)
    rows = merged_rows(parts).with_canonical_names(aliases)
    shutil.rmtree(directory / _PARTS, ignore_errors=True)
    on_progress("learning what is related", 0, None)
    (directory / "vectors").mkdir()
    # Only training needs scipy, which takes long to load.
    from search.related import training  # noqa: PLC0415

    training.train(rows, days, hashes, directory / "vectors", own_vectors)


def _analysed(
    directory: Path, count: int, workers: Workers, on_progress: OnProgress, language: str
) -> tuple[list[Part], Facts]:
    """Write the lexicon, and analyse the texts. Returns the parts, on disk if there are several,
    and the evidence of aliases."""
    parts: list[Part] = []
    facts = Facts()
    directory = directory.absolute()  # workers may have a different working directory
    calls = [(directory, first, min(first + PART, count)) for first in range(0, count, PART)]
    try:
        with workers.pool() as pool:
            for _ in results(pool, learn_lexicon, [(directory, language)]):
                on_progress("analysing texts", 0, count)
            for number, (part, its_facts) in enumerate(results(pool, analyse, calls)):
                path = directory / _PARTS / f"{number}"
                parts.append(part if len(calls) == 1 else StoredPart(part, path))
                facts.update(its_facts)
                on_progress("analysing texts", calls[number][2], count)
    finally:
        terms_of.cache_clear()  # this process may go on for long
    return parts, facts


def _write_names(parts: Sequence[Part], aliases: Aliases, directory: Path) -> None:
    """Write the aliases and the names of each event."""
    (directory / "aliases.tsv").write_text(aliases.to_text(), encoding="utf-8")
    lines.write_map(aliases.canonical_of, directory / "canonical_names.txt")
    lines.write_map(aliases.surface_of, directory / "printed_names.txt")
    for folder in ("names", "written_names"):
        (directory / folder).mkdir()
    written = list(names_of(parts, aliases))
    written_names.write(written, directory / "written_names")
    name_index.write([canonical_names(its) for its in written], directory / "names")
