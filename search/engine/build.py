"""Archives in, a generation out: a new base, or a delta over the one that is there.

An index is a base, from which everything is learned that needs a whole archive, and a delta: what
was added, altered or removed since. The delta depends on nothing but the base and the events, so
an index that was updated a hundred times is, byte for byte, the one that a single update makes.
Once the delta comes to more than ``DRIFT`` of the base, the archive has drifted away from what was
learned: a new base is built, which is the one that a new index would have.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from search import archive as reading
from search.archive import Census, Ledger, OnSkip, Skipped, Stamp
from search.engine.garbage import no_collection
from search.index import generations, publishing
from search.index.arrays import are_among
from search.index.files import Files, damaged, plain_bytes
from search.index.ownership import must_be_named
from search.index.snapshot import Snapshot
from search.model.errors import ArchiveError, IndexDamaged, IndexUnusable, UsageError
from search.model.event import Event
from search.model.hit import RANKING_VERSION
from search.text.names.aliases import Edits

if TYPE_CHECKING:
    from search.engine.base_segment import OnProgress

# Events added, altered and removed, to those of the base.
DRIFT: Final = 1 / 50
_LEDGER: Final = "LEDGER"


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What ``build`` did: ``built`` is False if the index was up to date."""

    directory: Path
    events: int
    skipped: int
    built: bool

    def sentence(self) -> str:
        if not self.built:
            return f"{self.directory} is up to date: {self.events:,} events"
        skipped = f" ({self.skipped:,} files or lines skipped)" if self.skipped else ""
        return f"indexed {self.events:,} events{skipped} in {self.directory}"


def build(
    archives: Sequence[Path | str] | Path | str,
    directory: Path | str,
    *,
    on_skip: OnSkip = lambda skipped: None,
    on_progress: OnProgress = lambda stage, done, total: None,
) -> BuildSummary:
    """Bring the index in ``directory`` up to date with ``archives``.

    Nothing is written if no file changed since the last run, or if what is read is the same.
    ``aliases.tsv`` in ``directory``, if an editor has put it there, corrects the names that are
    mined (see ``search.text.names.aliases``).
    The index stays as it was, and open indexes stay valid, whatever is raised.

    Raises:
        ArchiveError: an archive is not there, or holds no event.
        UsageError: ``directory`` is neither empty nor an index, or ``aliases.tsv`` is of another
            form.
        IndexLocked, IndexUnwritable: see ``search.model.errors``.
    """
    return bring_up_to_date(archives, directory, on_skip, on_progress).summary


@dataclass(frozen=True, slots=True)
class Update:
    """What the archives hold, the generation that says the same, and what was remembered."""

    summary: BuildSummary
    census: Census
    generation: generations.Generation
    ledger: Ledger


def bring_up_to_date(
    archives: Sequence[Path | str] | Path | str,
    directory: Path | str,
    on_skip: OnSkip,
    on_progress: OnProgress,
) -> Update:
    """``build``, for those who go on with what it has seen."""
    directory, archives = must_be_named(directory), paths_of(archives)
    with publishing.writing(directory), no_collection():
        return _built(archives, directory, _current(directory), on_skip, on_progress)


def paths_of(archives: Sequence[Path | str] | Path | str) -> Sequence[Path | str]:
    """The archives as a sequence; one path alone is a sequence of one.

    Raises:
        UsageError: one of them is no path, or an empty one.
    """
    paths = [archives] if isinstance(archives, Path | str) else list(archives)
    for path in paths:
        if not isinstance(path, Path | str) or path == "":
            raise UsageError(
                f"{path!r:.60} is no archive: name a directory or file, as a str or a Path"
            )
    return paths


def remember_writing(
    directory: Path, update: Update, written: Mapping[int, tuple[Stamp, int]], taken: int
) -> None:
    """Pages were written whose events stayed as they were: the next run need not read them.

    See ``Ledger.after_writing``. Does nothing if another generation was published meanwhile.

    Raises:
        IndexLocked, IndexUnwritable: see ``search.model.errors``.
    """
    with publishing.writing(directory):
        if generations.current(directory).number == update.generation.number:
            now = update.ledger.after_writing(written, taken)
            publishing.replace_hint(directory / _LEDGER, now.to_bytes())


def repair(
    directory: Path | str,
    *,
    on_skip: OnSkip = lambda skipped: None,
    on_progress: OnProgress = lambda stage, done, total: None,
) -> BuildSummary:
    """Build a damaged index anew from the archives that it was last built from.

    Every file is read; nothing is written if all are as they were published.

    Raises:
        UsageError: it is not recorded what the index was built from, or it was standard input.
        ArchiveError, IndexLocked, IndexUnwritable: as `build` does.
    """
    directory = must_be_named(directory)
    with publishing.writing(directory):
        current = _current(directory)
        if current is not None and not current.verify():
            return BuildSummary(directory, current.facts["events"], 0, built=False)
        archives = sources(directory)
        if not archives:
            raise UsageError(
                f"{directory}: damaged, and it is not recorded what it was built from; build it "
                "anew with: event-search index ARCHIVE"
            )
        return _built(archives, directory, None, on_skip, on_progress).summary


def _built(
    archives: Sequence[Path | str],
    directory: Path,
    current: generations.Generation | None,
    on_skip: OnSkip,
    on_progress: OnProgress,
) -> Update:
    """Read the archives, and publish what becomes of ``current`` (None: of nothing) with them."""
    edits, text = _edits(directory)
    earlier = None if current is None else _ledger(directory, current, archives)
    skipped: list[Skipped] = []
    census = _census(archives, earlier, skipped.append, on_progress)
    facts = {
        "edits": blake2b(text.encode(), digest_size=32).hexdigest(),
        "events": len(census.events),
        "ranking": RANKING_VERSION,
    }
    try:
        plan = _plan(current, census, edits, facts, on_progress)
    except IndexDamaged:  # nothing can be taken from it
        census = _census(archives, None, lambda skipped: None, on_progress)
        plan = _plan(None, census, edits, facts, on_progress)
    if plan is not None:
        for what in skipped:  # a run with nothing new does not say so again
            on_skip(what)
        current = publishing.publish(directory, *plan)
    assert current is not None
    ledger = _remember(directory, current, archives, census.ledger, earlier)
    summary = BuildSummary(
        directory, len(census.events), len(skipped) if plan else 0, plan is not None
    )
    return Update(summary, census, current, ledger)


def _census(
    archives: Sequence[Path | str],
    earlier: Ledger | None,
    on_skip: OnSkip,
    on_progress: OnProgress,
) -> Census:
    census = reading.take_census(
        archives, earlier, on_skip, lambda count: on_progress("reading", count, None)
    )
    if not census.events:
        names = ", ".join(map(str, archives))
        raise ArchiveError(f"{names}: no event was found there; name a folder of event pages")
    return census


# What fills a generation, and the files that it keeps of the one before.
Plan = tuple[Callable[[Path], dict[str, Any]], Files | None]


def _plan(
    current: generations.Generation | None,
    census: Census,
    edits: Edits,
    facts: dict[str, Any],
    on_progress: OnProgress,
) -> Plan | None:
    """How the next generation is made; None if nothing is to change.

    Raises:
        IndexDamaged: the current one is, where it is needed.
    """

    def anew(directory: Path) -> dict[str, Any]:
        from search.engine import base_segment as base  # noqa: PLC0415

        (directory / "base").mkdir()
        base.write(everything, directory / "base", edits, on_progress)
        return facts

    if current is None:
        everything = _in_order(map(census.fresh.__getitem__, census.events))
        return anew, None
    with current.blamed():
        snapshot = Snapshot(current.files)
        digests = snapshot.events.digests()
        gone, added = _difference(digests[: snapshot.base_count], census.events)
        drift = len(gone) + len(added) > DRIFT * snapshot.base_count
        has_drifted = drift or current.facts.get("edits") != facts["edits"]
        settled_now = set(digests[snapshot.base_count :].tolist())
        if not has_drifted and added == settled_now and np.array_equal(gone, snapshot.gone):
            return None
        # Only what there is to do needs Whoosh, which takes long to load.
        from search.engine import delta_segment as delta  # noqa: PLC0415

        known = {digest: at for at, digest in enumerate(digests.tolist())}

        def event_of(digest: int) -> Event:
            event = census.fresh.get(digest)
            if event is None and digest not in known:
                raise damaged(_LEDGER, "it tells of an event that is not there")
            return event or snapshot.events[known[digest]]

        if has_drifted:
            everything = _in_order(map(event_of, census.events))
            return anew, None
        settled = delta.settled_in(snapshot)
        kept = current.files.only("base")
        below = Snapshot(kept)
        events = _in_order(map(event_of, added))

    def update(directory: Path) -> dict[str, Any]:
        if len(gone) or events:
            (directory / "delta").mkdir()
            delta.write(below, events, gone, settled, directory / "delta")
        return facts

    return update, kept


def _in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.date, event.id))


def _difference(
    base: NDArray[np.uint64], events: Sequence[int]
) -> tuple[NDArray[np.int64], set[int]]:
    """The ordinals of the base that are not among the events, and the events not in the base."""
    now = np.array(events, dtype=np.uint64)
    gone = np.flatnonzero(~are_among(base, now))
    added: set[int] = set(now[~are_among(now, base)].tolist())
    return gone, added


def sources(directory: Path) -> tuple[str, ...]:
    """The archives that the index was last built from, as absolute paths."""
    archives = _recorded(directory).get("archives")
    return tuple(map(str, archives)) if isinstance(archives, list) else ()


def _current(directory: Path) -> generations.Generation | None:
    try:
        current = generations.current(directory)
    except IndexUnusable:
        return None
    return current if current.facts.get("ranking") == RANKING_VERSION else None


def _recorded(directory: Path) -> dict[str, Any]:
    """What SOURCES says; nothing if it is not there or says nothing that can be understood."""
    try:
        seen = json.loads(plain_bytes(directory / "SOURCES"))
    except (OSError, ValueError, RecursionError):
        return {}
    return seen if isinstance(seen, dict) else {}


def _ledger(
    directory: Path, current: generations.Generation, archives: Sequence[Path | str]
) -> Ledger | None:
    """What the last run read, if it read the same archives for the current generation."""
    ledger = Ledger.at(directory / _LEDGER)
    wanted = {"archives": _resolved(archives), "generation": current.line}
    told = {} if ledger is None else ledger.facts
    return ledger if {name: told.get(name) for name in wanted} == wanted else None


def _remember(
    directory: Path,
    current: generations.Generation,
    archives: Sequence[Path | str],
    ledger: Ledger,
    earlier: Ledger | None,
) -> Ledger:
    resolved = _resolved(archives)
    facts = {"archives": resolved, "generation": current.line}
    if resolved and sources(directory) != tuple(resolved):
        publishing.replace_text(directory / "SOURCES", json.dumps({"archives": resolved}) + "\n")
    now = replace(ledger, facts={**ledger.facts, **facts})
    if earlier is None or not now.says_no_more_than(earlier):
        publishing.replace_hint(directory / _LEDGER, now.to_bytes())
    return now


def _resolved(archives: Sequence[Path | str]) -> list[str]:
    """Where the archives are; nothing if one came by standard input, and is nowhere."""
    if reading.STDIN in map(str, archives):
        return []
    return [str(Path(path).resolve()) for path in archives]


def _edits(directory: Path) -> tuple[Edits, str]:
    """What an editor says about names in ``aliases.tsv`` of the index directory, and its text."""
    path = directory / "aliases.tsv"
    try:
        text = plain_bytes(path).decode("utf-8")
        return Edits.read(text), text
    except FileNotFoundError:
        return Edits(), ""
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}; mend it, or remove the file") from error
