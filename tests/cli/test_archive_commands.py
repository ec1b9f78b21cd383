"""The commands ``index``, ``verify``, ``regenerate`` and ``info``."""

import errno
import json
import os
from pathlib import Path

import filelock
import pytest

from search.engine.regenerate import Run
from tests.cli.conftest import PROBE, Ask, assert_one_line_of_advice, shell
from tests.small_archive import ODD, stories


def test_info_says_what_the_index_holds(ask: Ask) -> None:
    facts = ask("info", "--json").json
    assert facts["events"] == len(stories()) + len(ODD)
    assert f"events: {facts['events']}\n" in ask("info").out


def test_index_builds_and_then_says_that_all_is_up_to_date(
    ask: Ask, site: Path, tmp_path: Path
) -> None:
    (site / "notes.md").write_text("no event\n", encoding="utf-8")
    first = ask("index", site, "--index", tmp_path / "i")
    assert (first.code, first.out) == (0, "")
    skipped, summary = first.err.splitlines()
    assert skipped.startswith(f"skipped {site / 'notes.md'}: ")
    assert summary == f"indexed 8 events (1 files or lines skipped) in {tmp_path / 'i'}"
    again = ask("index", site, "--index", tmp_path / "i")
    assert (again.code, again.out) == (0, "")
    assert again.err == (
        f"{skipped}\n{tmp_path / 'i'} is up to date: 8 events (1 files or lines skipped)\n"
    )


def test_what_is_skipped_is_counted_by_reason_and_named_on_request(
    ask: Ask, site: Path, tmp_path: Path
) -> None:
    for name in "abc":
        (site / f"{name}.md").write_text("no event\n", encoding="utf-8")
    reason = (
        "no title line (# ...), and no day: no day line (### [YYYY-MM-DD](...)), and no day in its "
        "path or name; try --undated to take what has no date"
    )
    for command in ("index", "regenerate"):
        first = ask(command, site, "--index", tmp_path / "i").err.splitlines()[0]
        assert first == f"skipped 3 for one reason, the first is {site / 'a.md'}: {reason}"
        told = ask(command, site, "--explain-skips", "--index", tmp_path / "i").err.splitlines()
        assert told[:3] == [f"skipped {site / f'{name}.md'}: {reason}" for name in "abc"]


def test_where_no_event_is_found_the_reasons_are_told(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("article_id,kind\n1,x\n", encoding="utf-8")
    ran = ask("index", tmp_path / "a.csv", "--index", tmp_path / "i")
    assert_one_line_of_advice(ran)
    assert "no column for date, title; the columns are: article_id, kind" in ran.err
    (tmp_path / "empty").mkdir()
    ran = ask("index", tmp_path / "empty", "--index", tmp_path / "i")
    assert_one_line_of_advice(ran)
    assert "name a directory of pages" in ran.err


def test_verify_names_what_is_damaged_and_repair_mends_it(
    ask: Ask, site: Path, tmp_path: Path
) -> None:
    place = ("--index", tmp_path / "i")
    ask("index", site, *place)
    whole = ask("verify", *place)
    assert (whole.code, whole.out) == (0, "")
    assert whole.err.endswith("all undamaged\n")
    assert ask("index", "--repair", *place).err == f"{tmp_path / 'i'} is up to date: 8 events\n"
    for name in ("events/events.jsonl", "vectors/terms.txt"):
        file = tmp_path / "i" / "000001" / "base" / name
        file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:])
    damaged = ask("verify", *place)
    assert damaged.code == 2
    assert [line.split(": ")[0] for line in damaged.out.splitlines()] == [
        str(tmp_path / "i" / "000001" / "base" / name)
        for name in ("events/events.jsonl", "vectors/terms.txt")
    ]
    assert "2 of" in damaged.err and "event-search index --repair" in damaged.err
    told = ask("index", "--repair", *place).err
    assert told.startswith(f"indexed 8 events in {tmp_path / 'i'}; the old index was replaced: ")
    assert told.endswith("were altered\n") and told.count("\n") == 1
    assert ask("verify", *place).code == 0


def test_relearning_is_shown_and_waits_for_a_yes(ask: Ask, site: Path, tmp_path: Path) -> None:
    place = ("--index", tmp_path / "i")
    ask("index", site, *place)
    shown = ask("index", "--relearn", *place)
    assert shown.out.splitlines()[0] == "learned from 8 events before, from 8 now"
    assert shown.out.splitlines()[1].startswith("0 of 8 lists have other items")
    assert "event-search index --relearn --yes" in shown.err
    done = ask("index", "--relearn", "--yes", *place)
    assert (done.code, done.out, done.err) == (0, shown.out, "")


def test_index_reads_standard_input(ask: Ask, tmp_path: Path) -> None:
    lines = "".join(json.dumps(event.to_json()) + "\n" for event in stories())
    process = shell(["index", "-"], tmp_path / "i", stdin=lines)
    assert process.returncode == 0, process.stderr
    assert "indexed 20 events" in process.stderr
    assert ask("related", PROBE, "--index", tmp_path / "i").code == 0


def test_the_option_goes_before_the_environment_and_that_before_the_default(
    ask: Ask, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ask("info", "--json").json["events"] == 29
    ask("index", site, "--index", "named")
    assert ask("info", "--json", "--index", "named").json["events"] == 8
    monkeypatch.delenv("EVENT_SEARCH_INDEX")
    assert ask("info").code == 2
    ask("index", site)
    assert ask("info", "--json").json["index"] == ".event-search/index"
    assert (tmp_path / ".event-search" / ".gitignore").read_text() == "*\n"
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert ask("info", "--json").json["index"] == "../.event-search/index"


def test_an_empty_variable_is_no_index(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENT_SEARCH_INDEX", "")
    monkeypatch.chdir(tmp_path)
    for words in (["info"], ["search", "x"], ["index", "."], ["regenerate", "."], ["verify"]):
        ran = ask(*words)
        assert_one_line_of_advice(ran)
        assert "EVENT_SEARCH_INDEX is empty" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_regenerate_checks_shows_writes_and_then_has_nothing_to_do(
    ask: Ask, site: Path, tmp_path: Path
) -> None:
    where = ("--index", tmp_path / "i")
    before = {path: path.read_bytes() for path in site.rglob("*.md")}
    check = ask("regenerate", site, "--check", *where)
    assert check.code == 1
    stale = check.out.splitlines()
    assert sorted(stale) == sorted(map(str, before))
    dry = ask("regenerate", site, "--dry-run", *where)
    assert (dry.code, dry.out) == (0, check.out)
    diff = ask("regenerate", site, "--diff", *where)
    assert diff.code == 0
    assert diff.out.count("\n+### Related:\n") == len(before)
    assert ask("regenerate", site, "--diff", "--check", *where).code == 1
    assert before == {path: path.read_bytes() for path in site.rglob("*.md")}

    links = "; links of changed pages: 25 new, 0 lost, 0 moved, 0 kept"
    assert dry.err.splitlines()[-1] == f"8 pages, 8 to change; 0 with nothing related{links}"
    done = ask("regenerate", site, *where)
    assert (done.code, done.out) == (0, "")
    assert done.err == f"8 pages, 8 changed; 0 with nothing related{links}\n"
    for words in ((), ("--check",), ("--diff",), ("--dry-run",)):
        again = ask("regenerate", site, *words, *where)
        assert (again.code, again.out) == (0, "")
        assert again.err.startswith("8 pages, 0 ")
    assert ask("regenerate", site, "--check", "--limit", 1, *where).code == 1
    assert ask("regenerate", site, "--check", "--order", "context", *where).code == 1


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_checking_needs_no_permission_to_write_in_the_index(
    ask: Ask, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    where = ("--index", tmp_path / "i")
    ask("regenerate", site, *where)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code), str(tmp_path / "i" / "LOCK"))

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    assert ask("regenerate", site, "--check", *where).code == 0
    page = next(site.rglob("*.md"))
    page.write_text(page.read_text() + "\n")
    edited = ask("regenerate", site, "--check", *where)
    assert (edited.code, edited.out) == (0, ""), "the event is the same"
    page.write_text(page.read_text().replace("# ", "# A new word in "))
    assert_one_line_of_advice(ask("regenerate", site, "--check", *where))


def test_a_diff_is_one_that_patch_takes(ask: Ask, site: Path, tmp_path: Path) -> None:
    where = ("--index", tmp_path / "i")
    page = site / stories()[0].id.lstrip("/")
    page.write_bytes(page.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n"))
    diff = ask("regenerate", site, "--diff", *where).out
    ask("regenerate", site, *where)
    after = page.read_bytes()
    shown = diff.split("--- ")[1:]
    [own] = [part for part in shown if page.name in part.splitlines()[0]]
    added = [line[1:] for line in own.split("\n")[3:] if line.startswith("+")]
    assert all(line.encode() in after for line in added)


def test_a_page_that_cannot_be_written_is_exit_code_2(
    ask: Ask, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(pages=8, changed=7, unrelated=0, refused=1, written=True)
    monkeypatch.setattr("search.engine.regenerate.regenerate_archive", lambda *args, **options: run)
    ran = ask("regenerate", site, "--index", site.parent / "i")
    assert ran.code == 2
    assert "1 could not be written" in ran.err
