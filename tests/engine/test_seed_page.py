"""A page of the format that the project began with gets the list that its readers expect."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import (
    Index,
    RelatedOptions,
    regenerate_archive,
)
from tests.conftest import ROOT
from tests.site_pages import items, put

SEED_ITEM = re.compile(r"^\d+\. \[(.*)\]\((/\S+/(\d+)/(\d+)/(\d+)/\S+\.md)\)", re.MULTILINE)


def seed_tree(root: Path, seed: str) -> str:
    """Put a page of the seed's format into a tree with the pages that it names; return its id."""
    found = re.search(r"\[\S+\]\((/\S+/)index\.md\)", seed)
    assert found
    own = f"{found[1]}own.md"
    pages = {own: seed}
    for title, link, year, month, day in SEED_ITEM.findall(seed):
        line = f"### [{year}-{month}-{day}](/news/{year}/{month}/{day}/index.md)"
        pages[link] = f"{line}\n\n# {title}\n\n\n\n### Source:\n\n1. A newspaper\n"
    put(root, pages)
    return own


def assert_seed_is_made_anew(root: Path, index: Path, seed: str) -> None:
    own = seed_tree(root, seed)
    named = {link for _, link, *_ in SEED_ITEM.findall(seed)}
    assert len(named) == 10
    regenerate_archive(root, index)
    after = (root / own.lstrip("/")).read_bytes().decode()
    head = seed.index("### Related:")
    assert after[:head] == seed[:head]
    body = after[head:]
    listed = items(root, own)
    assert body.startswith("### Related:\n\n1. ")
    assert len(body.rstrip("\n").split("\n")) == 2 + len(listed)
    assert after.endswith("\n") == seed.endswith("\n")
    assert {link for _, _, link, _ in listed} <= named
    for _, title, _, context in listed[:3]:
        assert "Twitter" in title
        assert "Twitter" in context.split(", ")
    with Index.open(index) as opened:
        everything = opened.related(own, RelatedOptions(min_score=0, limit=100))
        assert ["Twitter" in hit.event.title for hit in everything] == [True] * 3 + [False] * (
            len(everything) - 3
        )
    assert regenerate_archive(root, index).changed == 0


def test_a_page_like_the_seed_gets_its_twitter_stories_first(tmp_path: Path, index: Path) -> None:
    """A page of our own words in the seed's form: its list is not in order of relevance."""
    related = [
        ("2017/09/5", "The army of Norland lifts the siege of Port Selva by the Northern Front."),
        ("2017/09/4", "Troops come within sight of Port Selva, besieged by the Northern Front."),
        ("2015/01/12", "Northern Front hackers take over the Twitter feed of the navy of Norland."),
        (
            "2017/09/2",
            "A bomb hits a power station in Karsk; the Northern Front claims the attack.",
        ),
        ("2016/08/18", "Twitter says that it closed 90,000 more accounts linked to extremists."),
        ("2017/08/30", "Planes destroy a road before a convoy of the Northern Front near Karsk."),
        ("2017/08/28", "Fighters of the Northern Front leave the hills of Osel with families."),
        ("2016/06/15", "A widow sues Twitter for the help it gave to the Northern Front."),
        ("2017/08/27", "The army of Norland is in control of Karsk after eight days of fighting."),
        ("2017/08/20", "Troops and volunteers set out to take Karsk from the Northern Front."),
    ]
    listed = "".join(
        f"{number}. [{title} ](/news/{day}/page-{number}.md) _Context: Northern Front_\n"
        for number, (day, title) in enumerate(related, start=1)
    )
    seed = (
        "### [2016-02-6](/news/2016/02/6/index.md)\n\n"
        "# Twitter says that it closed 40,000 accounts linked to the Northern Front. \n\n"
        "The accounts had praised extremists, says the company. \n\n\n"
        "### Source:\n\n1. [The Selva Post](http://example.org/a)\n\n"
        f"### Related:\n\n{listed}"
    )
    assert_seed_is_made_anew(tmp_path / "site", index, seed)


def seeds() -> Iterator[Path]:
    directory = Path(os.environ.get("EVENT_SEARCH_SEED", ROOT.parent / "shared" / "seed"))
    if directory.is_dir():
        yield from sorted(path for path in directory.iterdir() if path.is_file())


def test_the_seed_page_itself_gets_its_twitter_stories_first(tmp_path: Path, index: Path) -> None:
    pages = list(seeds())
    if not pages:
        pytest.skip("the seed page is not here; EVENT_SEARCH_SEED names its directory")
    assert_seed_is_made_anew(tmp_path / "site", index, pages[0].read_bytes().decode())
