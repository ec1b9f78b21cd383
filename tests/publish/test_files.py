import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from search.engine.build import build
from search.engine.index import Index
from search.engine.list_parts import write_part
from search.model.errors import UsageError
from search.model.event import Event
from search.model.options import RelatedOptions
from search.publish.export.pages import write_data, write_html
from search.publish.export.postgresql import write_postgresql
from search.publish.export.run import export
from search.publish.export.servers import write_meilisearch, write_ndjson, write_opensearch
from search.publish.export.sqlite import write_sqlite
from search.publish.feeds import Channel, SiteAddress, write_feeds
from search.publish.files import is_our_page, write_if_changed
from search.publish.lists_as_data import write_list_files

_OPTIONS = RelatedOptions(min_score=0)
_FORMS: dict[str, Any] = {
    "data": write_data, "html": write_html, "ndjson": write_ndjson, "opensearch": write_opensearch,
    "meilisearch": write_meilisearch, "sqlite": write_sqlite, "postgresql": write_postgresql,
}  # fmt: skip


def _export(form: str, index: Index, out: Path) -> None:
    export(index, out, form, _FORMS[form], _OPTIONS)


_WRITERS: dict[str, Callable[[Index, Path], object]] = {
    form: partial(_export, form) for form in _FORMS
} | {
    "feeds": lambda index, out: write_feeds(
        index, out, Channel("News", SiteAddress("https://news.example"))
    ),
    "folder": lambda index, out: write_list_files(index, out / "lists", _OPTIONS),
    "json": lambda index, out: write_list_files(index, out / "lists.json", _OPTIONS),
    "jsonl": lambda index, out: write_list_files(index, out / "lists.jsonl", _OPTIONS),
    "part": lambda index, out: write_part(index, 1, 1, out, _OPTIONS),
}


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    directory = tmp_path_factory.mktemp("outputs") / "ix"
    events = [
        Event(f"/news/2016/02/{day}/p.md", date(2016, 2, day), f"The Dunmore dam breaks {day}")
        for day in (1, 2)
    ]
    build(events=events, directory=directory)
    with Index.open(directory) as index:
        yield index


@pytest.mark.parametrize("name", _WRITERS)
def test_an_output_replaces_its_own_files_and_no_others(
    name: str, small_index: Index, tmp_path: Path
) -> None:
    write = _WRITERS[name]
    write(small_index, tmp_path / "new")
    made = sorted(path for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert made
    for path in made:
        if name not in ("json", "jsonl", "meilisearch", "part"):
            path.write_bytes(path.read_bytes() + b"\n")  # as after a change of what is written
    write(small_index, tmp_path / "new")
    for number, path in enumerate(made):
        if path.suffix == ".copy":
            continue  # ours by the script beside it
        out = tmp_path / f"{number}"
        mine = out / path.relative_to(tmp_path / "new")
        mine.parent.mkdir(parents=True)
        mine.write_text('{"my": "data"}\n', encoding="utf-8")
        with pytest.raises(UsageError, match="event-search did not write"):
            write(small_index, out)
        assert mine.read_text(encoding="utf-8") == '{"my": "data"}\n'


def test_a_database_of_the_user_is_left_alone(small_index: Index, tmp_path: Path) -> None:
    path = tmp_path / "events.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE mine (text)")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="did not write"):
        _WRITERS["sqlite"](small_index, tmp_path)
    assert path.read_bytes() == before


def test_files_of_other_names_beside_bulk_files_stay(small_index: Index, tmp_path: Path) -> None:
    for name in ("bulk-mine.ndjson", "bulk-0009.ndjson"):
        (tmp_path / name).write_text("{}\n", encoding="utf-8")
    _WRITERS["opensearch"](small_index, tmp_path)
    assert (tmp_path / "bulk-mine.ndjson").exists()
    assert (tmp_path / "bulk-0009.ndjson").exists()


def test_a_stream_is_written_to_and_never_replaced(capfd: pytest.CaptureFixture[str]) -> None:
    assert write_if_changed(Path("/dev/fd/1"), b"a report\n", is_our_page)
    assert capfd.readouterr().out == "a report\n"
    assert Path("/dev/fd/1").is_symlink() or Path("/dev/fd").is_symlink()
