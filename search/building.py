"""Archives in, a generation out: a new base, or a delta over the one that is there.

An index is a base, from which everything is learned that needs a whole archive, and a delta: what
was added, altered or removed since. The delta depends on nothing but the base and the events, so
an index that was updated a hundred times is, byte for byte, the one that a single update makes.
Once the delta comes to more than ``DRIFT`` of the base, the archive has drifted away from what was
learned: a new base is built, which is the one that a new index would have.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search import base, delta, event_file, generations, reading
from search.aliases import Edits
from search.base import REPORT_EVERY
from search.blocks import Files
from search.errors import ArchiveError, IndexDamaged, IndexUnusable, UsageError
from search.events import Event
from search.ranking import RANKING_VERSION
from search.reading import OnSkip
from search.snapshot import Snapshot

# Events added, altered and removed, to those of the base.
DRIFT: Final = 1 / 50


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
    archives: Sequence[Path | str],
    directory: Path | str,
    *,
    on_skip: OnSkip = lambda skipped: None,
    on_progress: base.OnProgress = lambda stage, done, total: None,
) -> BuildSummary:
    """Bring the index in ``directory`` up to date with ``archives``.

    Nothing is written if no file changed since the last run, or if what is read is the same.
    ``aliases.tsv`` in ``directory``, if an editor has put it there, corrects the names that are
    mined (see ``search.aliases``).
    The index stays as it was, and open indexes stay valid, whatever is raised.

    Raises:
        ArchiveError: an archive is not there, or holds no event.
        UsageError: ``aliases.tsv`` is of another form.
        IndexLocked, IndexUnwritable: see ``search.errors``.
    """
    directory = Path(directory)
    with generations.writing(directory):
        current = _current(directory)
        source = _source(archives, directory)
        if current is not None and source is not None and _seen(directory, current) == source:
            return BuildSummary(directory, current.facts["events"], 0, built=False)
        return _built(archives, directory, current, source, on_skip, on_progress)


def repair(
    directory: Path | str,
    *,
    on_skip: OnSkip = lambda skipped: None,
    on_progress: base.OnProgress = lambda stage, done, total: None,
) -> BuildSummary:
    """Build a damaged index anew from the archives that it was last built from.

    Every file is read; nothing is written if all are as they were published.

    Raises:
        UsageError: it is not recorded what the index was built from, or it was standard input.
        ArchiveError, IndexLocked, IndexUnwritable: as `build` does.
    """
    directory = Path(directory)
    with generations.writing(directory):
        current = _current(directory)
        if current is not None and not current.verify():
            return BuildSummary(directory, current.facts["events"], 0, built=False)
        archives = sources(directory)
        if not archives:
            raise UsageError(
                f"{directory}: damaged, and it is not recorded what it was built from; build it "
                "anew with: event-search index ARCHIVE"
            )
        source = _source(archives, directory)
        return _built(archives, directory, None, source, on_skip, on_progress)


def _built(
    archives: Sequence[Path | str],
    directory: Path,
    current: generations.Generation | None,
    source: dict[str, Any] | None,
    on_skip: OnSkip,
    on_progress: base.OnProgress,
) -> BuildSummary:
    """Read the archives, and publish what becomes of ``current`` (None: of nothing) with them."""
    edits, text = _edits(directory)
    events, skipped = _read(archives, on_skip, on_progress)
    facts = {
        "edits": blake2b(text.encode(), digest_size=32).hexdigest(),
        "events": len(events),
        "ranking": RANKING_VERSION,
    }
    fill, kept, built = _plan(current, events, edits, facts, on_progress)
    if built or current is None:
        current = generations.publish(directory, fill, kept)
    _remember(directory, current, source)
    return BuildSummary(directory, len(events), skipped, built)


Fill = Callable[[Path], dict[str, Any]]


def _plan(
    current: generations.Generation | None,
    events: Sequence[Event],
    edits: Edits,
    facts: dict[str, Any],
    on_progress: base.OnProgress,
) -> tuple[Fill, Files | None, bool]:
    """How the next generation is filled, which files it keeps, and whether it is another."""

    def anew(directory: Path) -> dict[str, Any]:
        (directory / "base").mkdir()
        base.write(events, directory / "base", edits, on_progress)
        return facts

    if current is None or current.facts.get("edits") != facts["edits"]:
        return anew, None, True
    try:
        return _plan_over(current, events, anew, facts)
    except IndexDamaged:
        return anew, None, True


def _plan_over(
    current: generations.Generation, events: Sequence[Event], anew: Fill, facts: dict[str, Any]
) -> tuple[Fill, Files | None, bool]:
    """The same for an index that is there.

    Raises:
        IndexDamaged: what is there cannot be built upon.
    """
    with current.blamed():
        snapshot = Snapshot(current.files)
        kept = current.files.only("base")
        below = Snapshot(kept)
        gone, added = _difference(below, events)
        if len(gone) + len(added) > DRIFT * len(below):
            return anew, None, True
        settled = delta.settled_in(snapshot, len(below))
        same = {event_file.digest_of(event_file.line_of(event)) for event in added}
        if same == set(settled) and np.array_equal(gone, snapshot.gone):
            return anew, None, False

    def update(directory: Path) -> dict[str, Any]:
        if len(gone) or added:
            (directory / "delta").mkdir()
            delta.write(below, added, gone, settled, directory / "delta")
        return facts

    return update, kept, True


def _difference(below: Snapshot, events: Sequence[Event]) -> tuple[NDArray[np.int64], list[Event]]:
    """The ordinals of a base that are not among the events, and the events not in the base."""
    known = {digest: ordinal for ordinal, digest in enumerate(below.events.digests().tolist())}
    added = []
    kept = np.zeros(len(below.events), np.bool_)
    for event in events:
        ordinal = known.get(event_file.digest_of(event_file.line_of(event)))
        if ordinal is None:
            added.append(event)
        else:
            kept[ordinal] = True
    return np.flatnonzero(~kept), added


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


def _source(archives: Sequence[Path | str], directory: Path) -> dict[str, Any] | None:
    stamp = reading.fingerprint(archives)
    if stamp is None:
        return None
    try:
        edited = (directory / "aliases.tsv").stat().st_mtime_ns
    except OSError:
        edited = 0
    resolved = [str(Path(path).resolve()) for path in archives]
    return {"archives": resolved, "stamp": stamp, "edited": edited}


def _seen(directory: Path, current: generations.Generation) -> dict[str, Any] | None:
    seen = _recorded(directory)
    return seen if seen.pop("generation", None) == current.number else None


def _recorded(directory: Path) -> dict[str, Any]:
    """What SOURCES says; nothing if it is not there or says nothing that can be understood."""
    try:
        seen = json.loads((directory / "SOURCES").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return seen if isinstance(seen, dict) else {}


def _remember(
    directory: Path, current: generations.Generation, source: dict[str, Any] | None
) -> None:
    seen = {**(source or {}), "generation": current.number}
    generations.replace_text(directory / "SOURCES", json.dumps(seen, sort_keys=True) + "\n")


def _read(
    archives: Sequence[Path | str], on_skip: OnSkip, on_progress: base.OnProgress
) -> tuple[list[Event], int]:
    skipped = 0

    def count(what: reading.Skipped) -> None:
        nonlocal skipped
        skipped += 1
        on_skip(what)

    events = []
    for event in reading.read(archives, count):
        events.append(event)
        if len(events) % REPORT_EVERY == 0:
            on_progress("reading", len(events), None)
    if not events:
        names = ", ".join(map(str, archives))
        raise ArchiveError(f"{names}: no event was found there; name a folder of event pages")
    return sorted(events, key=lambda event: (event.date, event.id)), skipped


def _edits(directory: Path) -> tuple[Edits, str]:
    """What an editor says about names in ``aliases.tsv`` of the index directory, and its text."""
    path = directory / "aliases.tsv"
    try:
        text = path.read_text(encoding="utf-8")
        return Edits.read(text), text
    except FileNotFoundError:
        return Edits(), ""
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}; mend it, or remove the file") from error
