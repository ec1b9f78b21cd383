"""Builds and updates an index under its lock. ``update_plan`` decides what is built."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from search.archive import FileCache, OnSkip, Scan, Skipped, StatSignature
from search.archive.skips import SkipTally
from search.archive.walk import in_silence
from search.engine.build_input import Archives, BaseInputs, recorded_archives
from search.engine.current_generation import Current, usable_generation, without_remedy
from search.engine.garbage_collection import no_collection
from search.engine.indexed_archives import recorded
from search.engine.own_vectors import Encoder, OwnVectors, vectors_fact, vectors_must_be_given
from search.engine.update_plan import Plan, plan_of
from search.engine.workers import HERE, Workers
from search.index import generations, publishing
from search.index.files import plain_bytes
from search.index.generations import whole_generations_after
from search.model.arguments import checked_path, instance_of, must_be_callable
from search.model.build_summary import BuildSummary
from search.model.digests import hex_digest
from search.model.errors import ArchiveError, IndexDamaged, IndexUnwritable, UsageError
from search.model.hit import RANKING_VERSION
from search.model.options import at_least_one
from search.model.progress import OnProgress
from search.model.read_options import ReadOptions
from search.text.names.alias_edits import Edits

_FILE_CACHE: Final = "FILE_CACHE"
_READ_ONLY: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


def build(
    archives: Sequence[Path | str] | Path | str | None = None,
    directory: Path | str = "",
    read_options: ReadOptions | None = None,
    *,
    events: Any = None,
    map: Mapping[str, str] | None = None,
    language: str | None = None,
    timezone: str | None = None,
    undated: bool | None = None,
    vectors: Any = None,
    encoder: Encoder | None = None,
    processes: int = 1,
    executor: Executor | None = None,
    on_skip: OnSkip = lambda skipped: None,
    on_progress: OnProgress = lambda stage, done, total: None,
) -> BuildSummary:
    """Bring the index in ``directory`` up to date with ``archives``, or with ``events``.

    ``events`` is an iterable of dicts or events, or a frame of pandas, polars or pyarrow.
    ``map`` says how records call the fields of an event, such as ``{"title": "headline"}``. By
    default the map of the last run with the same archives is used.
    ``language`` is the language of texts whose language cannot be detected, such as "german" or
    "de"; "auto": that of most texts. By default that of the last run is used.
    ``timezone`` is the zone in which the day of a moment is determined, such as "Europe/Berlin". By
    default that of the last run is used, or else the zone that the moment is written with.
    ``undated``: whether what has no date is an event too. By default as in the last run, or no.

    ``vectors``, of any model, count beside the event vectors that are learned from the archive: an
    array [events, dimensions] of floating-point numbers, or the path of a .npy file. Row i belongs
    to the i-th event of ``search.read`` or of ``events``. Alternatively give an ``encoder``, whose
    ``encode`` is called once, with all texts. Vectors do not replace terms: only events that share
    a term are compared, and a text that is no event is compared by its words alone.
    Such an index needs vectors again when an event was added, edited or removed.

    Texts of a large archive are analysed by so many ``processes``, for which see
    ``related_lists``; or by an ``executor``: a pool of threads or processes, of loky, of MPI, or
    what ``dask.distributed.Client.get_executor()`` returns. Its workers must find ``directory``
    under the same path. The index is the same, byte for byte.

    ``read_options`` say how files are read; the defaults suit most archives.
    Nothing is written if no event changed since the last run.
    An editor may put ``aliases.tsv`` into ``directory`` to correct the names that are mined (see
    ``search.text.names.aliases``).
    If an error is raised, the index stays as it was; open indexes stay valid in any case.

    Raises:
        ArchiveError: an archive is not there, or holds no event.
        UsageError: ``directory`` is neither empty nor an index; ``aliases.tsv`` has another form;
            an argument has another type; ``map`` names a field that events do not have; the
            ``language`` or ``timezone`` is unknown; ``vectors`` do not fit the events, or are
            missing although the index has some and an event changed.
        IndexLocked, IndexUnwritable: see ``search.model.errors``.

    >>> build("events.jsonl", "index").events
    20
    """
    must_be_callable(on_skip=on_skip, on_progress=on_progress)
    given = {"timezone": timezone, "undated": undated}
    if given := {name: value for name, value in given.items() if value is not None}:
        read_options = instance_of(ReadOptions, read_options or ReadOptions(), "read_options")
        read_options = replace(read_options, **given)  # type: ignore[arg-type]
    wanted = Archives.of(archives, events, map, read_options, language)
    wanted = replace(wanted, vectors=OwnVectors.of(vectors, encoder))
    at_least_one(processes, "processes")
    workers = Workers(executor, processes)
    return bring_up_to_date(wanted, directory, on_skip, on_progress, workers).summary


@dataclass(frozen=True, slots=True)
class Update:
    """What the archives hold, the generation that holds the same, and the file cache."""

    summary: BuildSummary
    scan: Scan
    generation: generations.Generation
    file_cache: FileCache


def bring_up_to_date(
    archives: Archives,
    directory: Path | str,
    on_skip: OnSkip,
    on_progress: OnProgress,
    workers: Workers = HERE,
) -> Update:
    """``build``, for callers that also need the scan, the generation and the file cache.

    An index in a directory that is read-only is used if it is up to date.
    """
    directory = checked_path(directory, "the index directory")
    archives = archives.with_recorded(recorded(directory))
    job = _Build(archives, directory, on_skip, on_progress, workers)
    try:
        with publishing.writing(directory), no_collection():
            return job.run(usable_generation(directory))
    except IndexUnwritable as error:
        if getattr(error.__cause__, "errno", None) not in _READ_ONLY:
            raise
        with no_collection():
            update = job.unneeded(usable_generation(directory))
        if update is None:
            raise
        return update


def remember_writing(
    directory: Path, update: Update, written: Mapping[int, tuple[StatSignature, int]], taken: int
) -> None:
    """Note that pages were written whose events did not change: the next run need not read them.

    See ``FileCache.after_writing``. Does nothing if another generation was published meanwhile.

    Raises:
        IndexLocked, IndexUnwritable: see ``search.model.errors``.
    """
    with publishing.writing(directory):
        if generations.current(directory).number == update.generation.number:
            now = update.file_cache.after_writing(written, taken)
            publishing.replace_hint(directory / _FILE_CACHE, now.to_bytes())


def repair(
    directory: Path | str,
    *,
    vectors: Any = None,
    reason: str = "",
    on_skip: OnSkip = lambda skipped: None,
    on_progress: OnProgress = lambda stage, done, total: None,
) -> BuildSummary:
    """Rebuild a damaged index from the archives that it was last built from.

    Every file is read; nothing is written if all are as they were published, unless there is
    another ``reason``. ``vectors`` are needed if it was built with some; see ``build``.

    Raises:
        UsageError: it is not recorded what the index was built from, or it was standard input.
        ArchiveError, IndexLocked, IndexUnwritable: as `build` does.
    """
    directory = checked_path(directory, "the index directory")
    with publishing.writing(directory):
        current = usable_generation(directory)
        if current.generation is not None:
            faults = (
                [reason]
                if reason
                else [*current.generation.verify(), *whole_generations_after(current.generation)]
            )
            if not faults:
                return BuildSummary(directory, current.generation.events, 0, built=False)
            current = Current(None, faults[0])
        archives = same_archives(directory, vectors)
        return _Build(archives, directory, on_skip, on_progress).run(current).summary


def same_archives(directory: Path, vectors: Any = None) -> Archives:
    """The archives that the index was last built from, with ``vectors`` as `build` takes them.

    Raises:
        UsageError: they are not recorded, or came by standard input.
    """
    last = recorded_archives(directory)
    if not last.paths:
        raise UsageError(
            f"{directory}: it is not recorded what it was built from; rebuild it with: "
            "event-search index ARCHIVE"
        )
    return replace(last, vectors=OwnVectors.of(vectors, None))


class _Planned(NamedTuple):
    """What the archives hold now, and the plan for the index; no plan if it is up to date.

    ``earlier`` is the file cache of the last run, and ``replaced`` the reason why the old index
    cannot be used.
    """

    plan: Plan | None
    scan: Scan
    tally: SkipTally
    inputs: BaseInputs
    earlier: FileCache | None
    replaced: str


@dataclass(frozen=True, slots=True)
class _Build:
    """One build: its input, the index directory, and whom it reports to."""

    archives: Archives
    directory: Path
    on_skip: OnSkip
    on_progress: OnProgress
    workers: Workers = HERE

    def run(self, before: Current) -> Update:
        """Read the archives, and publish a new generation if anything changed."""
        found = self._planned(before)
        current = before.generation
        if found.plan is not None:
            vectors_must_be_given(self.directory, found.inputs.own_vectors, found.inputs.facts)
            current = publishing.publish(self.directory, *found.plan)
        assert current is not None
        cache = found.scan.file_cache
        cache = replace(cache, facts={**cache.facts, **self._cache_facts(current)})
        self._record_archives(current)
        if found.earlier is None or not cache.says_no_more_than(found.earlier):
            publishing.replace_hint(self.directory / _FILE_CACHE, cache.to_bytes())
        return self._update(found, current, cache)

    def unneeded(self, before: Current) -> Update | None:
        """The update of an index that is up to date, without writing anything; else None."""
        if before.generation is None:
            return None
        found = self._planned(before)
        if found.plan is not None:
            return None
        return self._update(found, before.generation, found.scan.file_cache)

    def _update(self, found: _Planned, current: generations.Generation, cache: FileCache) -> Update:
        summary = BuildSummary(
            self.directory,
            len(found.scan.events),
            len(found.tally),
            found.plan is not None,
            found.replaced,
            tuple(found.tally.lines()),
        )
        return Update(summary, found.scan, current, cache)

    def _planned(self, before: Current) -> _Planned:
        current, replaced = before
        edits, text = _edits(self.directory)
        earlier = None if current is None else self._file_cache(current)
        tally = SkipTally()
        scan = self._scan(earlier, tally, self.on_skip)
        vectors = self.archives.vectors
        own = None if vectors is None else vectors.of_scan(scan, len(tally))
        known = recorded(self.directory) if current is None else current.facts
        facts = {
            "edits": hex_digest(text.encode()),
            "events": len(scan.events),
            "ranking": RANKING_VERSION,
            **vectors_fact(own, known),
        }
        if self.archives.options.language:
            facts["language"] = self.archives.options.language
        inputs = BaseInputs(edits, facts, own, self.workers, self.on_progress)
        try:
            plan = plan_of(current, scan, inputs)
        except IndexDamaged as error:  # nothing can be taken from it
            replaced = without_remedy(error)
            tally = SkipTally()
            scan = self._scan(None, tally, in_silence)
            plan = plan_of(None, scan, inputs)
        return _Planned(plan, scan, tally, inputs, earlier, replaced)

    def _scan(self, earlier: FileCache | None, tally: SkipTally, on_skip: OnSkip) -> Scan:
        def skip(skipped: Skipped) -> None:
            tally.add(skipped)
            on_skip(skipped)

        archives = self.archives
        scan = archives.scan(earlier, skip, lambda count: self.on_progress("reading", count, None))
        if not scan.events:
            why = (
                f"name a different file, or correct what was skipped: {tally.lines()[0]}"
                if len(tally)
                else "it holds no record; name a different file"
                if archives.are_files()
                else "name a directory of pages, or a file of a format that is read"
            )
            raise ArchiveError(f"{archives.named()}: no event was found there; {why}")
        return scan

    def _file_cache(self, current: generations.Generation) -> FileCache | None:
        """The file cache of the last run, if that read the same archives for the current
        generation; None if vectors are given, because an encoder needs all texts."""
        if self.archives.vectors is not None:
            return None
        file_cache = FileCache.at(self.directory / _FILE_CACHE)
        wanted = self._cache_facts(current)
        facts = {} if file_cache is None else file_cache.facts
        return file_cache if {name: facts.get(name) for name in wanted} == wanted else None

    def _cache_facts(self, current: generations.Generation) -> dict[str, Any]:
        """The facts of a file cache that must be the same in the next run, or it is not used."""
        return {"archives": self.archives.resolved(), "generation": current.line}

    def _record_archives(self, current: generations.Generation) -> None:
        """Write down what the index is built from, unless that is known."""
        record = self.archives.to_record()
        if "vectors" in current.facts:
            record["vectors"] = current.facts["vectors"]
        says_something = record["archives"] or "vectors" in record
        if says_something and recorded(self.directory) != record:
            text = json.dumps(record) + "\n"
            publishing.replace_hint(self.directory / "SOURCES", text.encode())


def _edits(directory: Path) -> tuple[Edits, str]:
    """An editor's corrections of names in ``aliases.tsv`` of the index directory, and its text."""
    path = directory / "aliases.tsv"
    try:
        text = plain_bytes(path).decode("utf-8")
        return Edits.read(text), text
    except FileNotFoundError:
        return Edits(), ""
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}; correct or remove the file") from error
