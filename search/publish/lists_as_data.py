"""Related lists as data for site generators: one JSON file, JSON Lines, or one file a page.

The next run reads these files back. As in pages, an item stays while it is good enough (see
``search.engine.stable_lists``), and decisions of editors come first. An item that the mark ``keep``
of a page names keeps the words that it has in the file. Scores are left out, so that a file changes
only if a list does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from search.engine.decisions.reading import all_decided
from search.engine.decisions.renames import renames_of
from search.engine.decisions.ruled_lists import RuledLists
from search.engine.decisions.rules import Rules
from search.engine.index import Index
from search.engine.parallel_lists import related_lists
from search.engine.stable_lists import PrintedItem, in_words_of
from search.index.outputs import begins, check_output
from search.model.errors import UsageError
from search.model.hit import Hit
from search.model.options import RelatedOptions
from search.model.printing import json_text
from search.publish.files import place_of, refused, write_if_changed

_MAX_BYTES: Final = 1 << 30  # of a file that is read back
# A row by itself, or a first line "{" and then a link with its row.
_is_ours: Final = begins(rb'(?:\{\n"(?:[^"\\]|\\.)*": )?\{"id": "(?:[^"\\]|\\.)*", "related": \[')
_Lists = dict[str, list[dict[str, Any]]]


class ListFiles(NamedTuple):
    """What a run did, or would do: the numbers of lists, of changed lists and of empty lists."""

    lists: int
    changed: int
    empty: int
    written: bool

    def sentence(self) -> str:
        """What was done or would be, for people."""
        verb = "changed" if self.written else "to change"
        return f"{self.lists:,} lists, {self.changed:,} {verb}; {self.empty:,} with nothing related"


def write_list_files(
    index: Index,
    out: Path,
    options: RelatedOptions,
    *,
    write: bool = True,
    fresh: bool = False,
    processes: int = 1,
) -> ListFiles:
    """Write the list of every event of an index.

    ``out`` ending in ``.json`` is one object, from the link of each event to its list; ending in
    ``.jsonl`` one line an event; else a folder with a file for each. An item has ``id``, ``date``,
    ``title``, ``link`` and ``context``. With ``fresh`` the present files do not count.

    Raises:
        UsageError: event-search did not write the files in place, or the system refuses.
    """
    before = _read(out)
    after = dict(_lists(index, before, options, processes, fresh=fresh))
    changed = sum(before.get(event_id) != items for event_id, items in after.items())
    changed += len(before.keys() - after.keys())
    if write:
        _write(index, out, before, after)
    return ListFiles(len(after), changed, sum(not items for items in after.values()), write)


def _lists(
    index: Index, before: Mapping[str, Any], options: RelatedOptions, processes: int, *, fresh: bool
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    decided = all_decided(index.directory)
    rules = Rules(index, decided.decisions)
    renamed = ((rules.id_of(old), old) for old in before if old not in index)
    before = {**{new: before[old] for new, old in renamed if new is not None}, **before}
    lists = RuledLists(index, rules, options, ignores_printed=fresh or options.order == "context")
    for event_id, hits in related_lists(index, index.ids(), options, processes):
        remembered = [_remembered(index, item) for item in before.get(event_id, ())]
        marks = decided.marks.get(event_id, ())
        done = lists.of(
            index.event(event_id), hits or (), remembered, marks, is_new=event_id not in before
        )
        items = {item.event.id: item for item in remembered if item.event}
        worded = in_words_of(items, rules.kept(marks), done.hits)
        yield event_id, list(map(_item, worded))


def _item(hit: Hit) -> dict[str, Any]:
    event = hit.event
    return {
        "id": event.id,
        "date": event.day or None,
        "title": event.title,
        "link": event.link,
        "context": list(hit.context),
    }


def _remembered(index: Index, item: Mapping[str, Any]) -> PrintedItem:
    event_id = item["id"]
    if event_id not in index:
        event_id = renames_of(index).of_item(event_id, item["title"])
    event = None if event_id is None else index.event(event_id)
    return PrintedItem(event, item["title"], tuple(item["context"]))


def _read(out: Path) -> _Lists:
    """The lists that were written before, by the ids of their events.

    Raises:
        UsageError: there is something else.
    """
    if out.suffix not in (".json", ".jsonl"):
        files = sorted(out.rglob("*.json")) if out.is_dir() else []
        entries = ((path, _entry(_text(path))) for path in files)
        return {
            entry[0]: entry[1]
            for path, entry in entries
            if entry is not None and out / place_of(entry[0], ".json") == path
        }
    check_output(out, _is_ours)
    if not out.exists():
        return {}
    lines = _text(out).splitlines()
    rows = lines if out.suffix == ".jsonl" else [line.rstrip(",") for line in lines[1:-1]]
    found: _Lists = {}
    for row in rows:
        _, begin, rest = row.partition('{"id": ')
        entry = _entry(begin + rest)
        if entry is None:
            raise UsageError(f"{out}: not a file of lists; name another --out, or remove the file")
        found[entry[0]] = entry[1]
    return found


def _text(path: Path) -> str:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return ""
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
    except OSError as error:
        raise refused(path, error) from error


def _entry(text: str) -> tuple[str, list[dict[str, Any]]] | None:
    """The id and the list in one row that we wrote."""
    try:
        row = json.loads(text)
        event_id, items = row["id"], row["related"]
        for item in items:
            _ = PrintedItem(None, item["title"], tuple(map(str.strip, item["context"])))
            if not isinstance(item["id"], str) or not isinstance(item["title"], str):
                return None
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    return (event_id, items) if isinstance(event_id, str) and len(row) == 2 else None


def _write(index: Index, out: Path, before: _Lists, after: _Lists) -> None:
    rows = {event_id: _row(event_id, items) for event_id, items in after.items()}
    if out.suffix == ".jsonl":
        write_if_changed(out, "".join(f"{row}\n" for row in rows.values()).encode(), _is_ours)
    elif out.suffix == ".json":
        keyed = [f"{json_text(index.event(name).link)}: {row}" for name, row in rows.items()]
        write_if_changed(out, ("{\n" + ",\n".join(keyed) + "\n}\n").encode(), _is_ours)
    else:
        for event_id, row in rows.items():
            write_if_changed(out / place_of(event_id, ".json"), f"{row}\n".encode(), _is_ours)
        for event_id in before.keys() - after.keys():
            (out / place_of(event_id, ".json")).unlink(missing_ok=True)


def _row(event_id: str, items: Sequence[Mapping[str, Any]]) -> str:
    return json_text({"id": event_id, "related": items})
