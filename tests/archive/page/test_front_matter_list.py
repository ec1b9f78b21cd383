import json
import tomllib
from datetime import date

import pytest
import yaml

from search.archive.page.front_matter_list import listed
from search.archive.page.parser import CannotPlace, Page, parse
from search.archive.page.related_section import with_related
from search.model.event import Event
from search.model.hit import Hit
from search.model.page_style import PageStyle
from tests.site_pages import item_of

STYLE = PageStyle(front_matter="related")
ITEMS = [
    item_of(Event("/a", date(2014, 1, 1), 'A "quoted", link = {one}: # x'), ("ESA, x", "it's")),
    item_of(Event("/b", date(2014, 1, 2), "Zweite ümlaut \\ …")),
]
PAGES = {
    "yaml": "---\ntitle: T\ntags:\n  - a\ndate: 2014-05-01\n---\n\nText.\n",
    "toml": '+++\ntitle = "T"\ndate = 2014-05-01\n[extra]\nx = 1\n+++\n\nText.\n',
    "json": '{\n"title": "T",\n"date": "2014-05-01"\n}\n\nText.\n',
}


def page(text: str) -> Page:
    found = parse(text.encode(), STYLE)
    assert isinstance(found, Page)
    return found


def remade(text: str, items: list[Hit]) -> str:
    return with_related(page(text), items, style=STYLE).decode()


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_field_comes_and_goes_and_no_other_byte_changes(language: str, end: str) -> None:
    before = PAGES[language].replace("\n", end)
    once = remade(before, ITEMS)
    assert remade(once, ITEMS) == once
    assert remade(once, []) == before
    assert [item.title for item in listed(page(once), "related")] == [i.event.title for i in ITEMS]
    assert [item.context for item in listed(page(once), "related")] == [i.context for i in ITEMS]
    assert page(once).fields == page(before).fields
    kept = [line for line in once.split(end) if line in before.split(end)]
    assert kept == before.split(end)


def test_site_generators_read_what_was_written() -> None:
    wanted = [
        {"title": i.event.title, "link": i.event.link, "terms": list(i.context)} for i in ITEMS
    ]
    text = remade(PAGES["yaml"], ITEMS).split("---\n")[1]
    assert yaml.safe_load(text)["related"] == wanted
    assert tomllib.loads(remade(PAGES["toml"], ITEMS).split("+++\n")[1])["related"] == wanted
    assert json.loads(remade(PAGES["json"], ITEMS).split("\n\n")[0])["related"] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\nText.\n",
        "---\ntitle: T\nrelated: [a, b]\n---\n\nText.\n",
        "---\ntitle: T\nrelated:\n  - chosen by hand\n---\n\nText.\n",
        '---\ntitle: T\nrelated:\n  - {"title": "A", "link": "/a", "terms": []}\n  - mine\n---\n',
        '+++\ntitle = "T"\n[related]\nx = 1\n+++\n',
    ],
)
def test_a_page_whose_field_is_an_editors_is_left_alone(text: str) -> None:
    with pytest.raises(CannotPlace, match="front matter"):
        remade(text, ITEMS)
