"""Reads relevance labels: which events editors, authors or tags relate to each other.

Labels come from a file (TREC qrels, or JSON), from the decisions of editors, from the links in the
texts of pages, or from the terms that editors gave to events.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from search.archive import SitePage
from search.archive.decisions import decisions_beside
from search.archive.page.marks import marks_of
from search.engine.decisions.reading import pages_in
from search.engine.decisions.rules import Rules
from search.engine.index import Index
from search.model import limits
from search.model.errors import UnknownEvent, UsageError

# For each event the grades of other events: 0 is wrong, 1 or more is right.
Labels = Mapping[str, Mapping[str, int]]

_Row = TypeVar("_Row")

# Events with a tag, which are at most half of all; a more frequent tag is too general.
_MOST_SHARING: Final = 30
_TARGET: Final = re.compile(r"\]\(<?(/[^()\s<>]+)")


def labels_in(path: Path) -> Labels:
    """The labels of a file: TREC qrels (``TOPIC ITERATION DOCUMENT GRADE``), or JSON.

    JSON, if the name ends in ``.json``, is ``{"ID": ["ID", ...]}``, also below a key ``related``.

    Raises:
        UsageError: the file cannot be read, or is of another form.
    """
    if path.suffix == ".json":
        return _of_json(path)
    labels: dict[str, dict[str, int]] = defaultdict(dict)
    for topic, document, grade in parsed_lines(path, "TOPIC ITERATION DOCUMENT GRADE", _judgement):
        labels[topic][document] = grade
    return labels


def parsed_lines(path: Path, form: str, parse: Callable[[list[str]], _Row]) -> Iterator[_Row]:
    """What ``parse`` makes of the fields of each line of a TREC file; ``form`` is for messages.

    Raises:
        UsageError: the file cannot be read, or ``parse`` refuses a line with a ValueError.
    """
    for number, line in enumerate(_text_of(path).splitlines(), start=1):
        try:
            if fields := line.split():
                yield parse(fields)
        except ValueError:
            raise UsageError(f"{path}:{number}: must be {form}; correct the line") from None


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > limits.LABELS_BYTES:
            raise UsageError(f"{path}: larger than {limits.LABELS_BYTES >> 20} MiB; split it")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another file") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text ({error.reason}); convert it") from error


def _judgement(fields: list[str]) -> tuple[str, str, int]:
    topic, _, document, grade = fields
    if len(grade) > 9:
        raise ValueError("no grade")
    return topic, document, max(int(grade), 0)


def _of_json(path: Path) -> Labels:
    try:
        plain: Any = json.loads(_text_of(path))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: no JSON ({error}); correct it") from error
    if isinstance(plain, dict):
        plain = plain.get("related", plain)
    if not isinstance(plain, dict) or not all(
        isinstance(others, list) and all(isinstance(other, str) for other in others)
        for others in plain.values()
    ):
        raise UsageError(f'{path}: must be {{"ID": ["ID", ...]}}; correct it')
    return {event_id: dict.fromkeys(others, 1) for event_id, others in plain.items() if others}


def labels_of_marks(archive: Path, index: Index) -> Labels:
    """Labels of editors: a pinned event is relevant, a banned one is not."""
    rules = Rules(index, [decisions_beside(archive)])

    def graded(page: SitePage) -> dict[str, int]:
        of_list = rules.of(page.event.id, marks_of(page.page))
        return {**dict.fromkeys(sorted(of_list.bans), 0), **dict.fromkeys(of_list.pins, 1)}

    return _of_pages(archive, index, graded)


def labels_of_links(archive: Path, index: Index) -> Labels:
    """Labels of authors: the events that the text of a page links to, outside of its Related lists
    and headings."""

    def graded(page: SitePage) -> dict[str, int]:
        lists = {at for section in page.page.related for at in range(section.first, section.end)}
        links = (
            link
            for at, line in enumerate(page.page.lines)
            if at not in lists and not line.level
            for link in _TARGET.findall(line.content.decode())
        )
        found: dict[str, int] = {}
        for link in links:
            with suppress(UnknownEvent):
                found[index.resolve(unquote(link))] = 1
        found.pop(page.event.id, None)
        return found

    return _of_pages(archive, index, graded)


def _of_pages(archive: Path, index: Index, graded: Callable[[SitePage], dict[str, int]]) -> Labels:
    """The grades of all pages whose events are in the index, without pages that have none."""
    pages = (page for page in pages_in(archive, index.directory) if page.event.id in index)
    labels = ((page.event.id, graded(page)) for page in pages)
    return {event_id: grades for event_id, grades in labels if grades}


def labels_of_tags(index: Index) -> Labels:
    """Labels of tags: the grade is the number of rare tags that two events share.

    The ranking uses tags, too, so these labels can compare settings, but flatter each of them.
    """
    having: dict[str, list[str]] = defaultdict(list)
    for event_id in index.ids():
        for term in dict.fromkeys(index.event(event_id).terms):
            having[term].append(event_id)
    labels: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for _, ids in sorted(having.items()):
        if 1 < len(ids) <= min(_MOST_SHARING, len(index) // 2):
            for one in ids:
                for other in ids:
                    if other != one:
                        labels[one][other] += 1
    return {one: dict(others) for one, others in labels.items()}
