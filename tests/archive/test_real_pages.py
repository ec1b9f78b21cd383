"""Over the real pages, where the directory of real data is (see `real_data` in conftest.py)."""

import hashlib
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from search.archive import SitePage, Skipped, read
from search.archive.page.parser import Page, parse
from search.archive.page.related_section import with_related
from search.model.hit import Hit
from tests.site_pages import item_of, pages_of


def unexpected(skipped: Skipped) -> None:
    pytest.fail(str(skipped))


@pytest.fixture(scope="module")
def archive(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("real")
    for packed in ("pages-2014-2016.tar.gz", "pages-zh-2019-12.tar.gz"):
        with tarfile.open(real_data / packed) as tar:
            tar.extractall(root, filter="data")
    return root / "news"


@pytest.fixture(scope="module")
def site_pages(archive: Path) -> list[SitePage]:
    return list(pages_of([archive], unexpected))


def without_section(data: bytes) -> bytes:
    """The page without what is between the Related heading and the next one, found anew."""
    kept, skipping = [], False
    for line in data.split(b"\n"):
        if line.startswith(b"#"):
            skipping = line.rstrip() in (b"### Related:", "### 有关:".encode())
        if not skipping:
            kept.append(line)
    return b"\n".join(kept).rstrip()


def test_every_page_is_read_and_every_list_passed_over(archive: Path) -> None:
    skipped: list[Skipped] = []
    events = list(read([archive], skipped.append))
    assert skipped == []
    assert Counter(event.day[:4] == "2019" for event in events) == {False: 13_887, True: 168}
    assert all(event.id.startswith("/news/") for event in events)
    assert {event.link[:4] for event in events if event.day[:4] == "2019"} == {"/zh/"}
    assert {event.link == event.id for event in events if event.day < "2019"} == {True}


def test_the_pages_say_their_own_address(site_pages: list[SitePage]) -> None:
    for page in site_pages:
        day = page.event.date
        assert day and page.event.id.startswith(f"/news/{day.year}/{day.month:02}/{day.day}/")


def test_a_part_of_the_archive_has_the_same_ids(archive: Path) -> None:
    whole = {event.id: event for event in read([archive], unexpected)}
    for part in ("2016/02/6", "2015/03", "2019/12", "2019/12/3"):
        events = list(read([archive / part], unexpected))
        assert events
        assert all(whole[event.id] == event for event in events)


def test_labels_are_those_of_the_page(site_pages: list[SitePage]) -> None:
    languages = Counter(
        (page.page.labels().language, page.event.day > "2019") for page in site_pages
    )
    assert languages == {("en", False): 13_887, ("zh", True): 168}


def test_regenerating_keeps_every_other_byte(site_pages: list[SitePage], full: bool) -> None:
    def related(number: int) -> list[Hit]:
        others = (site_pages[(number * 7 + step * 131) % len(site_pages)] for step in range(10))
        return [item_of(other.event, ("One Name", "U.S.")) for other in others]

    def digest(data: bytes) -> bytes:
        return hashlib.sha256(without_section(data)).digest()

    for number in range(0, len(site_pages), 1 if full else 3):
        page = site_pages[number]
        before = page.page.data
        after = with_related(page.page, related(number))
        assert after != before
        assert digest(after) == digest(before)
        assert (b"\r\n" in after) == (b"\r\n" in before)
        assert after.count(b"\r\n") in (0, after.count(b"\n"))
        again = parse(after)
        assert isinstance(again, Page)
        assert with_related(again, related(number)) == after
        emptied = parse(with_related(again, []))
        assert isinstance(emptied, Page)
        assert emptied.related == ()
        assert with_related(emptied, related(number)) == after
        assert (emptied.title, emptied.summary) == (page.page.title, page.page.summary)
