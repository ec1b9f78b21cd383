"""The input of an index: archives on disk, standard input, or events in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from search.archive import STDIN, FileCache, OnSkip, Scan, paths_of, scan_archives
from search.archive.field_names import FieldMap
from search.engine.indexed_archives import recorded, sources
from search.engine.own_vectors import EventVectors, OwnVectors
from search.engine.workers import Workers
from search.model.arguments import instance_of
from search.model.errors import UsageError
from search.model.progress import OnProgress
from search.model.read_options import ReadOptions
from search.text.languages import language_called, stemmed_language
from search.text.names.alias_edits import Edits

_DEFAULTS: Final = ReadOptions()
_YEAR: Final = re.compile(r"1\d{3}|2\d{3}", re.ASCII)
_MONTH_OR_DAY: Final = re.compile(r"\d{1,2}", re.ASCII)


def whole_of(archive: Path) -> Path | None:
    """The directory that an archive is only a part of, judged by its path: the archive is a file,
    or the directory of a year, month or day (news/2016/02). None if it looks like a whole
    archive."""
    found = archive.resolve()
    top = found if found.is_dir() else found.parent
    parts = top.parts
    for length in (3, 2, 1):
        dated = parts[-length:]
        if _YEAR.fullmatch(dated[0]) and all(_MONTH_OR_DAY.fullmatch(part) for part in dated[1:]):
            return Path(*parts[:-length])
    return None if found.is_dir() else top


@dataclass(frozen=True, slots=True)
class Archives:
    """``paths`` of archives, or ``events`` in memory; ``options`` for reading; the user's
    ``vectors``."""

    paths: Sequence[Path | str]
    events: Any = None
    options: ReadOptions = _DEFAULTS
    vectors: OwnVectors | None = None

    @classmethod
    def of(
        cls,
        archives: Any,
        events: Any = None,
        field_map: Mapping[str, str] | None = None,
        options: ReadOptions | None = None,
        language: str | None = None,
    ) -> Archives:
        """The arguments of ``build``, checked.

        Raises:
            UsageError: both or neither of archives and events are given, something is of another
                type, or no such language is known.
        """
        from search.archive.in_memory import is_events  # noqa: PLC0415 – most read files

        if events is None and is_events(archives):
            archives, events = None, archives
        if (archives is None) == (events is None):
            raise UsageError("give either archives, as paths, or events=...")
        options = instance_of(ReadOptions, options or _DEFAULTS, "read_options")
        if field_map is None and options.map is not None:
            field_map = dict(options.map)
        if field_map is not None:
            options = replace(options, map=FieldMap.of(field_map).sources)
        if language is not None:
            options = replace(options, language=language_called(language))
        elif options.style.language and options.language is None:
            options = replace(options, language=stemmed_language(options.style.language))
        return cls(() if archives is None else paths_of(archives), events, options)

    def with_recorded(self, recorded: Mapping[str, Any]) -> Archives:
        """These archives, with the map, the language, the time zone and ``undated`` of the last run
        where they are not given now, and if that run read the same archives."""
        if not self.paths or recorded.get("archives") != self.resolved():
            return self
        known = ReadOptions.from_dict(recorded.get("read"))
        remembered = {
            name: getattr(known, name)
            for name in ("map", "language", "timezone", "undated")
            if getattr(self.options, name) is None
        }
        return replace(self, options=replace(self.options, **remembered))

    def scan(
        self, earlier: FileCache | None, on_skip: OnSkip, on_read: Callable[[int], None]
    ) -> Scan:
        """Read the events; with ``earlier``, only from files that changed."""
        if self.events is not None:
            from search.archive.in_memory import scan_events  # noqa: PLC0415 – most read files

            return scan_events(self.events, on_skip, FieldMap.by(self.options))
        return scan_archives(self.paths, earlier, on_skip, on_read, self.options)

    def are_files(self) -> bool:
        """Whether all are files that exist."""
        return bool(self.paths) and all(Path(path).is_file() for path in self.paths)

    def named(self) -> str:
        """The archives, for a message."""
        return ", ".join(map(str, self.paths)) or "events"

    def resolved(self) -> list[str]:
        """Absolute paths; none if something came by standard input or from memory."""
        if self.events is not None or STDIN in map(str, self.paths):
            return []
        return [str(Path(path).resolve()) for path in self.paths]

    def to_record(self) -> dict[str, Any]:
        """What a later run needs in order to read the same, as JSON values."""
        record: dict[str, Any] = {"archives": self.resolved()}
        if self.options != _DEFAULTS:
            record["read"] = self.options.to_dict()
        return dict(json.loads(json.dumps(record)))  # as it is read again: tuples are lists


class BaseInputs(NamedTuple):
    """What a base is made from, beside its events.

    ``edits`` are an editor's corrections of aliases. ``facts`` are those of the next generation,
    with the digest of ``own_vectors``, event vectors from the user. ``workers`` analyse the texts.
    ``on_progress`` is called with the progress of each stage, as for ``build``.
    """

    edits: Edits
    facts: dict[str, Any]
    own_vectors: EventVectors | None
    workers: Workers
    on_progress: OnProgress


def recorded_archives(directory: Path) -> Archives:
    """What the index was last built from, and how it was read; no paths if that is not known."""
    if not (paths := sources(directory)):
        return Archives(())
    return Archives(paths, None, ReadOptions.from_dict(recorded(directory).get("read")))
