"""All related lists of an archive, made in parts by independent jobs and merged.

A job writes one part: the lists of a range of events, as JSON Lines, and a last line with the
manifest of the part. The jobs share nothing but copies of one index, so any scheduler can run them.
``merged_lines`` accepts a directory of parts only if every part is there, undamaged, and made from
the same generation with the same options.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from search.engine.decisions.reading import all_decided
from search.engine.index import Index
from search.engine.parallel_lists import Listed, made_of_lists
from search.index.outputs import check_output
from search.index.publishing import sync
from search.model.arguments import checked_path
from search.model.errors import ArchiveError, UnknownEvent, UsageError
from search.model.hit import RANKING_VERSION, Explanation, Hit
from search.model.json_answers import RelatedLine, related_line
from search.model.options import RelatedOptions, options_from
from search.model.printing import visible

MOST_PARTS: Final = 100_000
_NAME: Final = re.compile(r"part-([0-9]{6})-of-([0-9]{6})\.jsonl")
_LONGEST_MANIFEST: Final = 1 << 16  # bytes
_KEY: Final = "event-search part"
_OF_ONE_PART: Final = frozenset({"part", "first", "last", "digest"})


@dataclass(frozen=True, slots=True)
class PartSummary:
    """What ``write_part`` wrote: the file, and how many lists it holds."""

    path: Path
    lists: int


def write_part(
    index: Index,
    part: int,
    parts: int,
    directory: Path | str,
    options: RelatedOptions | None = None,
    *,
    processes: int = 1,
) -> PartSummary:
    """Make the lists of one part of all events, and write them to a file in ``directory``.

    Decisions of editors are applied if the archive is on this machine. The events are split by
    their order (date, then id) into ``parts`` ranges whose sizes differ by one at most. The file is
    renamed to its name when it is complete, so a job that was killed leaves no part. An existing
    part is replaced.

    Args:
        index: an open index.
        part: from 1 to ``parts``.
        parts: how many parts there are in all, at most 100,000.
        directory: of the parts; it is made if it is missing.
        options: of the lists; the same for every part.
        processes: how many processes make the lists.

    Raises:
        UsageError: there is no such part.
        ArchiveError: the file cannot be written.
    """
    directory = checked_path(directory, "the directory of the parts")
    options = options_from(RelatedOptions, options, {})
    if not 1 <= parts <= MOST_PARTS or not 1 <= part <= parts:
        raise UsageError(
            f"part {part}/{parts}: name a part from 1/N to N/N, with N at most {MOST_PARTS:,}"
        )
    first, last = _range_of(len(index), part, parts)
    path = directory / f"part-{part:06d}-of-{parts:06d}.jsonl"
    check_output(path, _is_part)
    decided = all_decided(index.directory)
    ids = islice(index.ids(), first, last)
    lines = made_of_lists(index, ids, options, related_line, processes, decided)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        place = {"part": part, "parts": parts, "first": first, "last": last}
        _write(path, lines, {**_facts(index, options), **place, "edits": decided.digest})
    except OSError as error:
        raise ArchiveError(
            f"{visible(str(path))}: {error.strerror or error}; name a directory that can be "
            "written to with --out"
        ) from error
    return PartSummary(path, last - first)


def merged_lines(directory: Path | str) -> Iterator[str]:
    """The lines of all parts, in the order of the events, as ``related --all --jsonl`` prints them.

    Every part is checked before the first line is given.

    Raises:
        ArchiveError: a part is missing, cut short or altered, or parts do not belong together.
    """
    for part in _checked_parts(checked_path(directory, "the directory of the parts")):
        for line in part.lines():
            yield line.decode().removesuffix("\n")


def lists_of_parts(
    directory: Path | str, index: Index, options: RelatedOptions, event_ids: Iterable[str]
) -> Iterator[Listed]:
    """Each id with its list from the parts, without explanations; None for an id that no part has.

    All parts are checked first. Only the file offsets of their lists are held in memory.

    Raises:
        ArchiveError: see ``merged_lines``; or the parts were made from another generation of the
            index, or with other options.
    """
    parts = _checked_parts(checked_path(directory, "the directory of the parts"))
    wanted = _facts(index, options)
    if {name: parts[0].manifest.get(name) for name in wanted} != wanted:
        raise ArchiveError(
            f"{visible(str(directory))}: these lists were made from another generation of the "
            "index, or with other options; make all parts again"
        )
    offsets: dict[str, tuple[Path, int]] = {}
    for part in parts:
        offset = 0
        for line in part.lines():
            with _part_guard(part.path):
                offsets[str(json.loads(line)["id"])] = (part.path, offset)
            offset += len(line)
    places = ((event_id, offsets.get(event_id)) for event_id in event_ids)
    return ((event_id, place and _hits(index, *place)) for event_id, place in places)


def _hits(index: Index, path: Path, offset: int) -> tuple[Hit, ...]:
    with _part_guard(path), path.open("rb") as file:
        file.seek(offset)
        return tuple(
            Hit(
                index.event(item["id"]),
                float(item["score"]),
                tuple(map(str, item["context"])),
                Explanation(),
                also=tuple(map(str, item.get("also", ()))),
            )
            for item in json.loads(file.readline())["related"]
        )


@contextmanager
def _part_guard(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refused(path, str(error.strerror or error), "make it readable") from error
    except (ValueError, KeyError, TypeError, RecursionError, UnknownEvent) as error:
        raise _refused(path, "a line is not a list of this index", "make it again") from error


def _range_of(events: int, part: int, parts: int) -> tuple[int, int]:
    return events * (part - 1) // parts, events * part // parts


def _facts(index: Index, options: RelatedOptions) -> dict[str, Any]:
    """Facts that all parts must share."""
    return {
        "events": len(index),
        "generation": index.digest,
        "options": repr(options),
        "ranking": RANKING_VERSION,
    }


def _write(path: Path, lines: Iterator[RelatedLine], manifest: dict[str, Any]) -> None:
    digest = blake2b(digest_size=32)
    unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
    try:
        with unfinished.open("xb") as file:
            for made in lines:
                data = made.line.encode() + b"\n"
                digest.update(data)
                file.write(data)
            manifest = {**manifest, "digest": digest.hexdigest()}
            file.write(json.dumps({_KEY: manifest}, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        sync(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


class _Part(NamedTuple):
    """A part: its file, its manifest, and how many bytes come before the manifest."""

    path: Path
    manifest: dict[str, Any]
    size: int

    @classmethod
    def opened(cls, path: Path) -> "_Part":
        """The part in a file, of which only the last line is read."""
        try:
            if path.is_symlink() or not path.is_file():
                raise _refused(path, "not a regular file", "make it again")
            with path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _LONGEST_MANIFEST))
                end = file.read()
            line = end.removesuffix(b"\n").rpartition(b"\n")[2]
            manifest = json.loads(line)[_KEY]
            is_whole = end.endswith(b"\n") and all(
                type(manifest[name]) is int for name in ("events", "first", "last", "part", "parts")
            )
            if not is_whole or not isinstance(manifest["digest"], str):
                raise ValueError("cut short")
            return cls(path, dict(manifest), size - len(line) - 1)
        except OSError as error:
            raise _refused(path, str(error.strerror or error), "make it readable") from error
        except (ValueError, KeyError, TypeError, RecursionError):
            raise _refused(path, "cut short: it has no manifest line", "make it again") from None

    def lines(self) -> Iterator[bytes]:
        """The lines of the lists."""
        left = self.size
        with _part_guard(self.path), self.path.open("rb") as file:
            while left > 0 and (line := file.readline(left)):
                left -= len(line)
                yield line

    def check(self, first: "_Part", number: int, parts: int) -> None:
        """Refuse the part unless it is whole, is part ``number`` of so many ``parts``, and was
        made like the ``first``."""
        manifest = self.manifest
        for name in sorted(first.manifest.keys() - _OF_ONE_PART):
            if manifest.get(name) != first.manifest[name]:
                reason = f"its {name} differ from those of part 1"
                raise _refused(self.path, reason, "make it again")
        place = (manifest["part"], manifest["parts"], manifest["first"], manifest["last"])
        if place != (number, parts, *_range_of(manifest["events"], number, parts)):
            raise _refused(self.path, "it holds another part than its name says", "make it again")
        digest, lists = blake2b(digest_size=32), 0
        for line in self.lines():
            digest.update(line)
            lists += 1
        is_whole = lists == manifest["last"] - manifest["first"]
        if not is_whole or digest.hexdigest() != manifest["digest"]:
            raise _refused(self.path, "its bytes were altered", "make it again")


def _checked_parts(directory: Path) -> list[_Part]:
    """Every part, in order, if they belong together and are whole."""
    try:
        names = [path.name for path in directory.iterdir()]
    except OSError as error:
        raise ArchiveError(
            f"{visible(str(directory))}: {error.strerror or error}; name the directory that the "
            "parts were written to"
        ) from error
    paths = [directory / name for name in sorted(names) if _NAME.fullmatch(name)]
    if not paths:
        raise ArchiveError(
            f"{visible(str(directory))}: there are no parts; write them with: "
            "event-search related --all --part 1/N --out DIR"
        )
    counts = sorted({int(path.stem.rpartition("-")[2]) for path in paths})
    if len(counts) > 1:
        raise _refused(paths[-1], f"beside parts of {counts[0]:,}", "remove those of the other run")
    there = {int(path.name[5:11]) for path in paths}
    missing = [number for number in range(1, counts[0] + 1) if number not in there]
    if missing:
        raise ArchiveError(
            f"{visible(str(directory))}: part {missing[0]} of {counts[0]} is missing"
            f"{f', and {len(missing) - 1:,} more' if len(missing) > 1 else ''}; "
            f"make it with: event-search related --all --part {missing[0]}/{counts[0]} --out DIR"
        )
    parts = list(map(_Part.opened, paths))
    for number, part in enumerate(parts, 1):
        part.check(parts[0], number, counts[0])
    return parts


def _is_part(path: Path) -> bool:
    try:
        return bool(_Part.opened(path))
    except ArchiveError:
        return False


def _refused(path: Path, why: str, remedy: str) -> ArchiveError:
    return ArchiveError(f"{visible(str(path))}: {why}; {remedy}")
