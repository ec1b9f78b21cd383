"""What editors decided acts on every list, wherever it is shown or written, and in the same way."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from search import Index, RelatedOptions, build
from search.engine.decisions.answers import related, related_text
from search.engine.decisions.reading import all_decided
from search.engine.parallel_lists import made_of_lists
from search.model.hit import Hit
from search.model.read_options import DECISIONS
from search.publish.export.documents import documents
from search.publish.lists_as_data import write_list_files
from search.publish.web.app import create_app
from tests.site_pages import put
from tests.small_archive import odd, page_of, stories

EVENTS = [*stories()[:9], *odd()[:2]]
OPTIONS = RelatedOptions()
Lists = dict[str, list[str]]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})


@pytest.fixture
def index(site: Path, tmp_path: Path) -> Iterator[Index]:
    build([site], tmp_path / "i")
    with Index.open(tmp_path / "i") as index:
        yield index


def mark(site: Path, page: str, text: str) -> None:
    with (site / page.lstrip("/")).open("a", encoding="utf-8") as file:
        file.write(f"\n<!-- event-search: {text} -->\n")


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.event.id for hit in hits]


def one_by_one(index: Index, place: Path) -> Lists:
    return {name: ids(related(index, name, OPTIONS)) for name in index.ids()}


def all_at_once(index: Index, place: Path) -> Lists:
    edits = all_decided(index.directory)
    return dict(made_of_lists(index, index.ids(), OPTIONS, _ids, decided=edits))


def _ids(event_id: str, hits: tuple[Hit, ...] | None) -> tuple[str, list[str]]:
    return event_id, ids(hits or ())


def exported(index: Index, place: Path) -> Lists:
    found = documents(index, OPTIONS, 1)
    return {each.id: [item["id"] for item in each.related] for each in found}


def as_data(index: Index, place: Path) -> Lists:
    write_list_files(index, place / "lists.jsonl", OPTIONS)
    lines = map(json.loads, (place / "lists.jsonl").read_text(encoding="utf-8").splitlines())
    return {line["id"]: [item["id"] for item in line["related"]] for line in lines}


def served(index: Index, place: Path) -> Lists:
    with TestClient(create_app(index.directory), base_url="http://127.0.0.1") as client:
        answers = {name: client.get(f"/related{name}").json() for name in index.ids()}
    return {name: [item["id"] for item in answer["related"]] for name, answer in answers.items()}


OUTLETS = [one_by_one, all_at_once, exported, as_data, served]


@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_list_is_by_what_editors_decided(
    site: Path, index: Index, tmp_path: Path, outlet: Callable[[Index, Path], Lists]
) -> None:
    before = one_by_one(index, tmp_path)
    page = max(before, key=lambda name: (len(before[name]), name))
    banned, story, twin = before[page][:3]
    others = [name for name in before if name not in (page, *before[page])]
    pinned, excluded = others[:2]
    mark(site, page, f"ban {banned}")
    mark(site, page, f"pin {pinned}")
    mark(site, excluded, "no-list")
    decided = f'exclude = ["{excluded}"]\nsame_story = [["{story}", "{twin}"]]\n'
    (site / DECISIONS).write_text(decided, encoding="utf-8")
    lists = outlet(index, tmp_path)
    assert banned not in lists[page] and lists[page][0] == pinned
    assert all(excluded not in listed for listed in lists.values())
    assert lists[excluded] == []
    assert all(len({story, twin} & set(listed)) < 2 for listed in lists.values())
    assert lists == one_by_one(index, tmp_path)


def test_what_is_no_reason_is_none_in_answers(site: Path, index: Index) -> None:
    text = "The army of Norland shells the Northern Front"
    named = [
        name for name in index.ids() for hit in index.related(name) if "Norland" in hit.context
    ]
    assert named and any("Norland" in hit.context for hit in index.related_text(text))
    (site / DECISIONS).write_text('not_a_term = ["norland"]\n', encoding="utf-8")
    answers = [related(index, name, OPTIONS) for name in named]
    for hit in (hit for hits in [*answers, related_text(index, text, OPTIONS)] for hit in hits):
        assert "Norland" not in hit.context
        assert all(part.term.casefold() != "norland" for part in hit.explanation.contributions)


def test_a_text_is_related_to_nothing_excluded(site: Path, index: Index) -> None:
    text = EVENTS[3].text
    first = index.related_text(text)[0].event.id
    (site / DECISIONS).write_text(f'exclude = ["{first}"]\n', encoding="utf-8")
    hits = related_text(index, text, OPTIONS)
    assert hits and first not in ids(hits)


def test_a_question_limits_and_filters_pins_too(site: Path, index: Index) -> None:
    page = EVENTS[3].id
    pins = [event for event in EVENTS if event.id != page][:3]
    for event in pins:
        mark(site, page, f"pin {event.id}")
    assert set(ids(related(index, page, RelatedOptions(limit=2)))) <= {pin.id for pin in pins}
    assert len(related(index, page, RelatedOptions(limit=2))) == 2
    last = max(pin.date for pin in pins if pin.date)
    found = related(index, page, RelatedOptions(since=last))
    assert all(hit.event.day >= str(last) for hit in found)


def test_an_index_without_its_archive_answers_by_the_ranking(
    site: Path, index: Index, tmp_path: Path
) -> None:
    page = EVENTS[3].id
    mark(site, page, f"ban {index.related(page)[0].event.id}")
    assert related(index, page, OPTIONS) != index.related(page)
    site.rename(tmp_path / "elsewhere")
    assert related(index, page, OPTIONS) == index.related(page)
