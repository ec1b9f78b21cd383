import json
from datetime import date
from pathlib import Path

import pytest

from search import Index, build
from search.model.errors import UsageError
from search.model.options import RelatedOptions
from search.publish.lists_as_data import write_list_files
from tests.site_pages import put

_OPTIONS = RelatedOptions(min_score=0.0, limit=2)
_TITLES = (
    "The lander Philae bounces on the comet", "The probe Rosetta hears from Philae",
    "Philae wakes up on the comet", "Rosetta ends its mission",
)  # fmt: skip


def indexed(root: Path, count: int = len(_TITLES)) -> Path:
    lines = [
        json.dumps({"id": f"/{n}.md", "date": str(date(2016, 2, n + 1)), "title": title})
        for n, title in enumerate(_TITLES[:count])
    ]
    (root / "events.jsonl").write_text("\n".join(lines) + "\n")
    build([root / "events.jsonl"], root / "index")
    return root / "index"


@pytest.mark.parametrize("name", ["related.json", "related.jsonl", "lists"])
def test_what_is_written_is_read_back_and_follows_the_archive(tmp_path: Path, name: str) -> None:
    out = tmp_path / "data" / name
    with Index.open(indexed(tmp_path)) as index:
        assert write_list_files(index, out, _OPTIONS, write=False).changed == 4
        assert not out.exists()
        assert write_list_files(index, out, _OPTIONS).changed == 4
        assert write_list_files(index, out, _OPTIONS).changed == 0
    with Index.open(indexed(tmp_path, 3)) as index:
        assert write_list_files(index, out, _OPTIONS).changed >= 1
        assert write_list_files(index, out, _OPTIONS).changed == 0
    files = sorted(out.iterdir()) if out.is_dir() else [out]
    text = "".join(path.read_text() for path in files)
    assert '"/3.md"' not in text
    assert len(files) == (3 if name == "lists" else 1)


def test_the_forms_are_json(tmp_path: Path) -> None:
    with Index.open(indexed(tmp_path)) as index:
        for name in ("a.json", "a.jsonl", "a"):
            write_list_files(index, tmp_path / name, _OPTIONS)
    whole = json.loads((tmp_path / "a.json").read_text())
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert list(whole.values()) == rows
    assert list(whole) == [row["id"] for row in rows]  # an event without a link has its id
    assert json.loads((tmp_path / "a" / "0.json").read_text()) == rows[0]
    assert set(rows[0]["related"][0]) == {"id", "date", "title", "link", "context"}


@pytest.mark.parametrize("text", ["hello\nworld\nagain\n", '{\n"a": {"id": 3},\n"b": 1\n}\n'])
def test_a_file_that_others_wrote_is_left_alone(tmp_path: Path, text: str) -> None:
    out = tmp_path / "related.json"
    out.write_text(text)
    with (
        Index.open(indexed(tmp_path)) as index,
        pytest.raises(UsageError, match=r"name another"),
    ):
        write_list_files(index, out, _OPTIONS)
    assert out.read_text() == text


@pytest.mark.parametrize("fresh", [False, True])
def test_an_item_that_a_mark_keeps_has_the_words_that_an_editor_gave_it(
    tmp_path: Path, fresh: bool
) -> None:
    pages = {
        f"{n}.md": f"---\ntitle: {title}\ndate: 2016-02-0{n + 1}\n---\nText.\n"
        for n, title in enumerate(_TITLES)
    }
    pages["0.md"] += "\n<!-- event-search: keep /2.md -->\n"
    site, out = put(tmp_path / "site", pages), tmp_path / "lists.jsonl"
    build([site], tmp_path / "index")
    with Index.open(tmp_path / "index") as index:
        write_list_files(index, out, _OPTIONS)
        data = out.read_text().replace(_TITLES[2], "In the words of the desk")
        out.write_text(data)
        write_list_files(index, out, _OPTIONS, fresh=fresh)
        worded = {
            row["id"] for row in map(json.loads, out.read_text().splitlines())
            for item in row["related"] if item["title"] == "In the words of the desk"
        }  # fmt: skip
        assert worded == {"/0.md"}
        assert write_list_files(index, out, _OPTIONS).changed == 0
