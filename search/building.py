"""Archives in, a generation out: everything that asking needs, built aside and then published."""

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np

from search import event_file, generations, keywords, name_postings, reading
from search.aliases import Aliases, Edits
from search.context import canonical_names
from search.errors import ArchiveError, IndexUnusable, UsageError
from search.events import Event, day_number
from search.lexicon import Lexicon
from search.ranking import RANKING_VERSION
from search.reading import OnSkip
from search.terms import Analysis, Terms

OnProgress = Callable[[str, int, int | None], None]  # what is done, how much, of how much in all
_REPORT_EVERY: Final = 200


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
    on_progress: OnProgress = lambda stage, done, total: None,
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
        edits, text = _edits(directory)
        events, skipped = _read(archives, on_skip, on_progress)
        digest = blake2b((event_file.digest(events) + text).encode()).hexdigest()
        built = current is None or current.facts["digest"] != digest
        if current is None or built:
            facts = {"digest": digest, "events": len(events), "ranking": RANKING_VERSION}

            def fill(new: Path) -> dict[str, Any]:
                _write(events, new, edits, on_progress)
                return facts

            current = generations.publish(directory, fill)
        _remember(directory, current, source)
        return BuildSummary(directory, len(events), skipped, built)


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
    archives: Sequence[Path | str], on_skip: OnSkip, on_progress: OnProgress
) -> tuple[list[Event], int]:
    skipped = 0

    def count(what: reading.Skipped) -> None:
        nonlocal skipped
        skipped += 1
        on_skip(what)

    events = []
    for event in reading.read(archives, count):
        events.append(event)
        if len(events) % _REPORT_EVERY == 0:
            on_progress("reading", len(events), None)
    if not events:
        names = ", ".join(map(str, archives))
        raise ArchiveError(f"{names}: no event was found there; name a folder of event pages")
    return sorted(events, key=lambda event: (event.date, event.id)), skipped


def _write(events: Sequence[Event], directory: Path, edits: Edits, on_progress: OnProgress) -> None:
    # Training is all that needs scipy and scikit-learn; a run with nothing new must not load them.
    from search import training  # noqa: PLC0415

    topics = (topic for event in events for topic in event.terms)
    lexicon = Lexicon.learn((event.text for event in events), topics)
    terms = Terms(lexicon)
    analyses: list[Analysis] = []
    with _no_collection():
        for event in events:
            analyses.append(terms.analyse(event.text))
            if len(analyses) % _REPORT_EVERY == 0:
                on_progress("taking texts apart", len(analyses), len(events))
    _write_json(directory / "lexicon.json", lexicon.to_plain())
    (directory / "events").mkdir()
    event_file.write(events, directory / "events")

    on_progress("mining names", 0, None)
    aliases = Aliases.mine(events, analyses, edits)
    (directory / "aliases.tsv").write_text(aliases.to_text(), encoding="utf-8")
    _write_json(directory / "aliases.json", aliases.to_plain())
    (directory / "names").mkdir()
    each = list(zip(events, analyses, strict=True))
    names = [canonical_names(analysis, event.terms, aliases) for event, analysis in each]
    name_postings.write(names, directory / "names")

    on_progress("writing keywords", 0, None)
    documents = (keywords.Document.of(event, analysis.tokens) for event, analysis in each)
    keywords.build(directory / "keywords", documents, terms)

    on_progress("learning what is related", 0, None)
    (directory / "vectors").mkdir()
    days = np.array([day_number(event.date) for event in events], dtype=np.int32)
    training.train(analyses, days, directory / "vectors")


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of tokens are made and none is garbage: looking through them costs a third more."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _write_json(path: Path, plain: object) -> None:
    path.write_text(json.dumps(plain, ensure_ascii=False) + "\n", encoding="utf-8")


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
