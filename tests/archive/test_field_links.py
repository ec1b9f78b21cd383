"""Addresses in lists of references are links of an event; its own address and pictures are not."""

import json
from pathlib import Path

from search import Event, read

REFERENCES = ["https://a.example/fix", {"type": "WEB", "url": "https://b.example/report"}]
LINKS = ("https://a.example/fix", "https://b.example/report")


def test_references_of_a_record_are_links(tmp_path: Path) -> None:
    record = {
        "id": "one",
        "date": "2016-02-06",
        "title": "A valve leaks",
        "url": "https://own.example/one",
        "image": "https://pictures.example/one.png",
        "references": [*REFERENCES, "no address", 7, None, {"url": ["https://c.example"]}],
    }
    (tmp_path / "events.jsonl").write_text(json.dumps(record))
    assert only_event(tmp_path / "events.jsonl").links == LINKS


def test_references_in_front_matter_are_links_beside_those_of_the_text(tmp_path: Path) -> None:
    page = (
        "---\ntitle: A valve leaks\ndate: 2016-02-06\nimage: https://pictures.example/one.png\n"
        f"references: {json.dumps(LINKS)}\n---\nSee [this](https://d.example/more).\n"
    )
    (tmp_path / "one.md").write_text(page)
    assert only_event(tmp_path).links == ("https://d.example/more", *LINKS)


def only_event(archive: Path) -> Event:
    (event,) = read(archive)
    return event
