from datetime import date
from pathlib import Path

import pytest

from search.archive import Skipped, read
from search.model.event import Event


def events(root: Path, pages: dict[str, str]) -> tuple[dict[str, Event], list[Skipped]]:
    for name, text in pages.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    skipped: list[Skipped] = []
    return {event.id: event for event in read([root], skipped.append)}, skipped


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_posts/2016-02-06-a-dam.md", "---\nlayout: post\n---\nText."),
        ("_posts/2016-02-06-a-dam.md", "# A Dam\n\nText."),
        ("posts/a-dam.md", "---\ntitle: A Dam\ndate: 2016-02-06 10:00:00 +0100\n---\nText."),
        ("posts/x.md", "---\ntitle: A Dam\npubDate: Feb 6 2016\n---\nText."),
        ("posts/x.md", "+++\ntitle = 'A Dam'\ndate = 2016-02-06T10:00:00Z\n+++\nText."),
        ("posts/x.md", '{\n"title": "A Dam",\n"date": "2016-02-06"\n}\nText.'),
        ("posts/a-dam/index.md", "---\ndate: 2016-02-06\n---\nText."),
        ("posts/2016-02-06-a-dam/index.md", "---\nx: y\n---\nText."),
        ("2016/02/6/a.md", "---\ntitle: A Dam\n---\nText."),
    ],
)
def test_title_and_day_are_found_where_site_generators_have_them(
    tmp_path: Path, name: str, text: str
) -> None:
    found, skipped = events(tmp_path, {name: text})
    assert skipped == []
    (event,) = found.values()
    assert (event.title, event.date, event.summary) == ("A Dam", date(2016, 2, 6), "Text.")


def test_tags_are_terms_and_a_description_is_part_of_the_summary(tmp_path: Path) -> None:
    head = "title: T\ndate: 2016-02-06\ndescription: About it.\npermalink: /dam/"
    found, _ = events(
        tmp_path,
        {
            "a.md": f"---\n{head}\ntags: [one, two words, one]\ncategory: c\n---\nText.\n",
            "b.md": f"---\n{head}\ntags: one two\nkeywords: two words, three\n---\n",
        },
    )
    a, b = found["/a.md"], found["/b.md"]
    assert (a.terms, a.summary, a.url) == (("one", "two words", "c"), "About it.\nText.", "/dam/")
    assert (b.terms, b.summary) == (("one", "two", "two words", "three"), "About it.")


def test_a_heading_in_the_text_is_not_the_title(tmp_path: Path) -> None:
    text = "---\ntitle: T\ndate: 2016-02-06\n---\nText.\n\n# A part\n\nMore.\n"
    found, _ = events(tmp_path, {"a.md": text})
    assert (found["/a.md"].title, found["/a.md"].summary) == ("T", "Text.\nA part\nMore.")


def test_drafts_are_left_out_and_a_page_without_a_day_says_what_it_has(tmp_path: Path) -> None:
    found, skipped = events(
        tmp_path,
        {
            "a.md": "---\ntitle: T\ndraft: true\ndate: 2016-02-06\n---\n",
            "b.md": "---\ntitle: T\npublished: false\ndate: 2016-02-06\n---\n",
            "c.md": "---\ntitle: T\nshown: 2016-02-06\n---\n",
            "d.md": "# T\n",
        },
    )
    assert found == {}
    reasons = [skip.reason for skip in skipped]
    assert reasons[:2] == ["a draft", "a draft"]
    assert reasons[2].endswith("or front matter; try --map date=shown")
    assert reasons[3].endswith("or name; try --undated to take what has no date")
