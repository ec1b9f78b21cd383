"""The day of a moment in a stated zone, in files of every kind, remembered for the next run."""

import json
from pathlib import Path

import pytest

from search import Index, ReadOptions, UsageError, build, read

LATE = "2016-02-06T23:30:00Z"
TOKYO = ReadOptions(timezone="Asia/Tokyo")
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><id>f</id>
<entry><id>a</id><title>A dam breaks</title><updated>{LATE}</updated></entry></feed>"""
FILES = {
    "a.jsonl": json.dumps({"id": "/a", "published_at": LATE, "title": "A dam breaks"}),
    "a.csv": f"id,date,title\n/a,{LATE},A dam breaks\n",
    "a.md": f"---\ntitle: A dam breaks\ndate: {LATE}\n---\n\nText.\n",
    "b.md": f"+++\ntitle = 'A dam breaks'\ndate = {LATE}\n+++\n\nText.\n",
    "a.xml": ATOM,
    "a.yaml": f"- title: A dam breaks\n  date: {LATE}\n",
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_has_its_days_in_the_zone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    days = [
        [event.day for event in read([tmp_path / name], options=options)]
        for options in (ReadOptions(), TOKYO)
    ]
    assert days == [["2016-02-06"], ["2016-02-07"]]


def test_the_zone_is_remembered_and_can_be_changed(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(FILES["a.jsonl"], encoding="utf-8")

    def day(options: ReadOptions | None) -> str:
        build([tmp_path / "a.jsonl"], tmp_path / "i", options)
        with Index.open(tmp_path / "i") as index:
            return index.event("/a").day

    assert day(TOKYO) == "2016-02-07"
    assert day(None) == "2016-02-07"
    assert day(ReadOptions(timezone="America/New_York")) == "2016-02-06"
    assert day(ReadOptions(timezone="")) == "2016-02-06"


@pytest.mark.parametrize(
    ("name", "near"), [("Europe/Berln", "Europe/Berlin"), ("../etc", ""), ("/etc/passwd", "")]
)
def test_an_unknown_zone_is_refused_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"timezone.*unknown; .*{near}"):
        ReadOptions(timezone=name)
