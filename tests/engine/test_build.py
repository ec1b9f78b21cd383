"""Building: nothing is done for nothing, and what cannot be built leaves the index as it was."""

import gzip
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from search import (
    ArchiveError,
    Event,
    Index,
    IndexFormatMismatch,
    IndexLocked,
    IndexMissing,
    Skipped,
    UsageError,
    build,
)
from search.engine.build import repair
from search.engine.indexed_archives import sources
from search.index import generations, publishing
from search.model.build_summary import BuildSummary
from search.model.errors import IndexNewer
from tests.small_archive import page_of, stories

WHO = "/news/2015/08/09/the-who-sends-a-vaccine.md"


def write(archive: Path, events: Sequence[Event]) -> Path:
    """The events as pages below ``archive``."""
    for event in events:
        path = archive / event.id.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page_of(event), encoding="utf-8")
    return archive


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write(tmp_path / "site", stories()[:8])


def tree(directory: Path) -> dict[str, bytes]:
    """All files of an index that a run with nothing to do must leave alone."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in files
        if path.name not in ("LOCK", "SOURCES", "FILE_CACHE")
    }


def test_pages_become_an_index(archive: Path, index: Path) -> None:
    summary = build([archive], index)
    assert summary == BuildSummary(index, 8, 0, built=True)
    assert summary.sentence() == f"indexed 8 events in {index}"
    with Index.open(index) as opened:
        assert [opened.event(id) for id in opened.ids()] == stories()[:8]


def test_the_same_events_from_pages_lines_and_tables_answer_alike(
    archive: Path, tmp_path: Path
) -> None:
    events = stories()[:8]
    lines = "".join(json.dumps(event.to_json()) + "\n" for event in events)
    (tmp_path / "e.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "e.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    rows = "".join(f'{e.id},{e.date},"{e.title}","{e.summary}",{e.sources[0]}\n' for e in events)
    (tmp_path / "e.csv").write_text("id,date,title,summary,sources\n" + rows, encoding="utf-8")
    said = []
    for number, source in enumerate(["site", "e.jsonl", "e.jsonl.gz", "e.csv"]):
        build([tmp_path / source], tmp_path / f"index{number}")
        with Index.open(tmp_path / f"index{number}") as opened:
            said.append([(opened.event(id), opened.related(id)) for id in opened.ids()])
    assert said[0] == said[1] == said[2] == said[3]


def test_several_archives_become_one_index(archive: Path, index: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps(stories()[-1].to_json()), encoding="utf-8")
    assert build([archive, other], index).events == 9
    assert sources(index) == (str(archive.resolve()), str(other.resolve()))


def test_an_unchanged_archive_is_not_even_read(
    archive: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.archive.file_cache._MOMENT", -(10**15))
    build([archive], index)
    before = tree(index)
    monkeypatch.setattr("search.archive.scan.records_of", None)
    summary = build([archive], index)
    assert (summary.built, summary.events) == (False, 8)
    assert "up to date" in summary.sentence()
    assert tree(index) == before


def test_files_that_were_only_touched_give_no_new_generation(archive: Path, index: Path) -> None:
    build([archive], index)
    before = tree(index)
    for path in archive.rglob("*.md"):
        os.utime(path, (1, 1))
    assert not build([archive], index).built
    assert tree(index) == before


def test_a_new_related_section_gives_no_new_generation(archive: Path, index: Path) -> None:
    build([archive], index)
    page = next(archive.rglob("*.md"))
    page.write_text(page.read_text() + "### Related:\n\n1. [x](/x.md)\n", encoding="utf-8")
    assert not build([archive], index).built


@pytest.mark.parametrize("change", ["changed", "added", "removed"])
def test_an_archive_that_changed_is_built_anew(archive: Path, index: Path, change: str) -> None:
    build([archive], index)
    page = archive / stories()[0].id.lstrip("/")
    if change == "added":
        write(archive, stories()[8:9])
    elif change == "removed":
        page.unlink()
    else:
        page.write_text(page.read_text().replace("Twitter", "Chirper"), encoding="utf-8")
    assert build([archive], index).built
    with Index.open(index) as opened:
        assert opened.generation == 2
        assert len(opened) == {"changed": 8, "added": 9, "removed": 7}[change]
    assert not build([archive], index).built


def test_an_open_index_goes_on_answering_as_it_did(archive: Path, index: Path) -> None:
    build([archive], index)
    with Index.open(index) as opened:
        before = [opened.related(id) for id in opened.ids()]
        write(archive, stories()[8:])
        build([archive], index)
        assert [opened.related(id) for id in opened.ids()] == before
        assert opened.search("earthquake").total == 3


def test_what_is_no_event_is_reported_and_costs_nothing_else(tmp_path: Path, index: Path) -> None:
    lines = [json.dumps(event.to_json()) for event in stories()[:3]]
    lines[1:1] = ['{"id": "x"}', "no json", '{"id": "y", "date": "2014-02-30", "title": "t"}']
    source = tmp_path / "e.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    skipped: list[Skipped] = []
    summary = build([source], index, on_skip=skipped.append)
    assert (summary.events, summary.skipped) == (3, 3)
    assert [(each.path, each.line) for each in skipped] == [(str(source), n) for n in (2, 3, 4)]
    assert all(each.reason for each in skipped)
    assert "(3 files or lines skipped)" in summary.sentence()


def test_an_archive_without_events_is_refused(tmp_path: Path, index: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ArchiveError, match=r"empty.*no event"):
        build([empty], index)
    with pytest.raises(IndexMissing):
        Index.open(index)


def test_an_archive_that_lost_its_events_leaves_the_index(archive: Path, index: Path) -> None:
    build([archive], index)
    before = tree(index)
    for page in archive.rglob("*.md"):
        page.unlink()
    with pytest.raises(ArchiveError):
        build([archive], index)
    assert tree(index) == before


def test_an_archive_that_is_not_there_is_refused(tmp_path: Path, index: Path) -> None:
    with pytest.raises(ArchiveError, match="nowhere"):
        build([tmp_path / "nowhere"], index)


def test_a_build_that_fails_leaves_the_index(
    archive: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build([archive], index)
    before = tree(index)
    write(archive, stories()[8:])

    def fail(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr("search.related.training.train", fail)
    with pytest.raises(MemoryError):
        build([archive], index)
    assert tree(index) == before
    with Index.open(index) as opened:
        assert len(opened) == 8


def test_two_builds_do_not_meet(archive: Path, index: Path) -> None:
    with publishing.writing(index), pytest.raises(IndexLocked, match="try again later"):
        build([archive], index)
    assert build([archive], index).built


def edit(index: Path, text: str) -> None:
    (index / "aliases.tsv").write_text(text, encoding="utf-8")


def test_an_editors_aliases_are_honoured(tmp_path: Path, index: Path) -> None:
    archive = write(tmp_path / "site", stories())
    build([archive], index)
    with Index.open(index) as opened:
        assert {"World Health Organization"} & {
            term for hit in opened.related(WHO) for term in hit.context
        }
    edit(index, "name\talias\tkind\nWorld Health Organization\tWHO\tnever\n")
    assert build([archive], index).built
    with Index.open(index) as opened:
        assert not {"World Health Organization"} & {
            term for hit in opened.related(WHO) for term in hit.context
        }
    assert not build([archive], index).built
    (index / "aliases.tsv").unlink()
    assert build([archive], index).built


def test_a_name_that_an_editor_adds_is_printed(tmp_path: Path, index: Path) -> None:
    archive = write(tmp_path / "site", stories())
    index.mkdir()
    edit(index, "name\talias\tkind\nWex Comet\tWex\t\n")
    build([archive], index)
    with Index.open(index) as opened:
        hits = opened.related("/news/2015/02/17/the-craft-on-the-comet.md")
        assert hits
        assert all("Wex Comet" in hit.context for hit in hits[:3])


def test_broken_aliases_are_refused_with_their_line(archive: Path, index: Path) -> None:
    build([archive], index)
    before = tree(index)
    edit(index, "name\talias\tkind\nWorld Health Organization\n")
    with pytest.raises(UsageError, match=r"aliases\.tsv.*line 2.*correct or remove"):
        build([archive], index)
    (index / "aliases.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"aliases\.tsv"):
        build([archive], index)
    (index / "aliases.tsv").unlink()
    assert tree(index) == before
    assert not build([archive], index).built


@pytest.mark.parametrize("what", ["RANKING_VERSION", "FORMAT"])
def test_an_index_of_another_version_is_refused_and_built_anew(
    archive: Path, index: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    engine = ["engine.build", "engine.current_generation", "engine.index"]
    rooms = ["index.generations"] if what == "FORMAT" else engine
    build([archive], index)
    for room in rooms:
        monkeypatch.setattr(f"search.{room}.{what}", 99)
    with pytest.raises(IndexFormatMismatch, match=r"99.*event-search index ARCHIVE"):
        Index.open(index)
    summary = build([archive], index)
    assert summary.built and "the old index was replaced: " in summary.sentence()
    with Index.open(index) as opened:
        assert len(opened) == 8
    monkeypatch.undo()
    before = tree(index)
    newer = r"99.*install a newer event-search"
    with pytest.raises(IndexNewer, match=newer):
        build([archive], index)
    with pytest.raises(IndexNewer, match=newer):
        repair(index)
    assert tree(index) == before, "an older version replaces nothing"


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "[1]", '{"generation": 1}', '{"generation": "x"', "\0", '"x"', "7"]
)
def test_a_damaged_hint_costs_a_reading_and_no_more(archive: Path, index: Path, text: str) -> None:
    build([archive], index)
    (index / "SOURCES").write_text(text, encoding="utf-8")
    assert sources(index) == ()
    assert not build([archive], index).built
    assert sources(index) == (str(archive.resolve()),)


def test_a_damaged_index_is_built_anew(archive: Path, index: Path) -> None:
    build([archive], index)
    for damaged in ("000001/base/events/events.jsonl", "000002/manifest.json", "CURRENT"):
        (index / damaged).write_bytes(b"damage")
        assert build([archive], index).built
        with Index.open(index) as opened:
            assert len(opened) == 8


def test_an_index_whose_damage_is_met_in_an_update_is_built_anew(
    archive: Path, index: Path
) -> None:
    build([archive], index)
    lines = index / "000001" / "base" / "events" / "events.jsonl"
    lines.write_bytes(lines.read_bytes().swapcase())
    write(archive, stories()[8:9])
    assert build([archive], index).built
    with Index.open(index) as opened:
        assert len(opened) == 9
        assert [opened.event(id) for id in opened.ids()] == stories()[:9]


def test_repair_builds_from_what_was_recorded_and_only_what_is_broken(
    archive: Path, index: Path
) -> None:
    build([archive], index)
    before = tree(index)
    assert not repair(index).built
    assert tree(index) == before
    damaged = index / "000001" / "base" / "aliases.tsv"
    damaged.write_bytes(damaged.read_bytes()[::-1])
    summary = repair(index)
    assert summary == BuildSummary(index, 8, 0, True, f"{damaged}: bytes from 0 on were altered")
    assert "the old index was replaced: " in summary.sentence()
    assert generations.current(index).verify() == []
    (index / "CURRENT").unlink()
    (index / "SOURCES").unlink()
    with pytest.raises(UsageError, match=r"not recorded.*event-search index ARCHIVE"):
        repair(index)


def test_progress_is_told_stage_by_stage(
    archive: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engine.base_segment.PART", 2)
    monkeypatch.setattr("search.archive.scan._REPORT_EVERY", 2)
    told: list[tuple[str, int, int | None]] = []
    build([archive], index, on_progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == [
        "reading",
        "analysing texts",
        "writing postings",
        "mining names",
        "learning what is related",
    ]
    assert ("analysing texts", 8, 8) in told


def test_more_words_than_an_index_counts_are_refused_before_the_work(
    archive: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engine.base_segment.MOST_WORDS", 100)
    stages = []
    with pytest.raises(UsageError, match=r"fewer than 100; build several"):
        build([archive], index, on_progress=lambda stage, *_: stages.append(stage))
    assert not stages and not list(index.glob("0*"))
