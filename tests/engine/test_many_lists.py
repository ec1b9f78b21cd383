"""Many lists: in the order asked, the same from one process and from several."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Index, IndexUnusable, RelatedOptions, build
from search.engine import many_lists as lists
from search.engine.many_lists import made_of_lists, related_lists
from search.model.hit import Hit
from tests.small_archive import stories


@pytest.fixture
def few_are_worth_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_WORTH_STARTING", 2)
    monkeypatch.setattr(lists, "_WORTH_COMPILING", 2)
    monkeypatch.setattr(lists, "_CHUNK", 3)


def test_lists_come_in_the_order_asked(story_index: Index) -> None:
    asked = [event.id for event in reversed(stories())] * 2
    listed = list(related_lists(story_index, asked, RelatedOptions()))
    assert listed == [(event_id, story_index.related(event_id)) for event_id in asked]


def test_an_unknown_id_has_no_list_and_costs_nothing_else(story_index: Index) -> None:
    known = stories()[0].id
    listed = list(related_lists(story_index, ["/none", known, ""], RelatedOptions()))
    expected = story_index.related(known)
    assert listed == [("/none", None), (known, expected), ("", None)]


def test_an_id_may_be_a_path_or_a_link(story_index: Index) -> None:
    known = stories()[0].id
    link = f"https://example.org{known}"
    assert list(related_lists(story_index, [link], RelatedOptions())) == [
        (link, story_index.related(known))
    ]


@pytest.mark.usefixtures("few_are_worth_a_process")
def test_several_processes_give_the_same_as_one(story_directory: Path) -> None:
    with Index.open(story_directory) as index:
        asked = [*index.ids(), "/none"] * 3
        for options in (RelatedOptions(limit=3), RelatedOptions(order="context", min_score=0.2)):
            assert list(related_lists(index, asked, options, 2)) == list(
                related_lists(index, asked, options)
            )


@pytest.mark.usefixtures("few_are_worth_a_process")
def test_ids_are_read_only_a_little_ahead(story_directory: Path) -> None:
    taken = 0

    def ids() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield stories()[0].id

    with Index.open(story_directory) as index:
        for processes in (1, 2):
            taken = 0
            listed = related_lists(index, ids(), RelatedOptions(), processes)
            next(listed)
            listed.close()  # type: ignore[attr-defined]
            assert taken < 60


@pytest.mark.usefixtures("few_are_worth_a_process")
def test_an_index_replaced_meanwhile_is_no_mixture(tmp_path: Path, json_lines: object) -> None:
    archive, directory = tmp_path / "events.jsonl", tmp_path / "index"
    write = json_lines
    assert callable(write)
    write(stories()[:5])
    build([archive], directory)
    with Index.open(directory) as index:
        write(stories())
        build([archive], directory)
        asked = list(index.ids())
        with pytest.raises(IndexUnusable, match="replaced meanwhile; run it again"):
            list(related_lists(index, asked, RelatedOptions(), 2))
        assert len(list(related_lists(index, asked, RelatedOptions()))) == 5


def _length(event_id: str, hits: tuple[Hit, ...] | None) -> tuple[str, int | None]:
    return event_id, None if hits is None else len(hits)


@pytest.mark.usefixtures("few_are_worth_a_process")
def test_what_is_made_of_a_list_comes_from_several_processes_too(story_directory: Path) -> None:
    with Index.open(story_directory) as index:
        asked = [*index.ids(), "/none"]
        expected = [_length(*listed) for listed in related_lists(index, asked, RelatedOptions())]
        for processes in (1, 2):
            assert (
                list(made_of_lists(index, asked, RelatedOptions(), _length, processes)) == expected
            )
