"""The command line: words and options that other programs rely on, exit codes, and quiet errors."""

import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import filelock
import pytest

from search import Index, RelatedOptions, cli
from search.engine.regenerate import Run
from tests.conftest import SAMPLE
from tests.small_archive import ODD, page_of, stories

PROBE = "/news/2015/01/05/the-probe-lantern-enters-orbit.md"
LANDER = "/news/2015/02/14/the-european-space-agency-lands.md"
COMMANDS = ["index", "search", "related", "regenerate", "site", "why", "info", "verify"]


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Ask = Callable[..., Ran]


@pytest.fixture
def ask(
    story_directory: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Ask:
    """Runs the command line here, against the index of the small archive."""
    monkeypatch.setenv("EVENT_SEARCH_INDEX", str(story_directory))

    def run(*words: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["event-search", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsysbinary.readouterr()
        return Ran(code, said.out.decode(), said.err.decode())

    return run


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for event in stories()[:8]:
        path = tmp_path / "site" / event.id.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page_of(event), encoding="utf-8")
    return tmp_path / "site"


def shell(
    words: Sequence[str], directory: Path, env: dict[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "EVENT_SEARCH_INDEX": str(directory), **(env or {})}
    return subprocess.run(
        [sys.executable, "-m", "search", *words],
        capture_output=True,
        encoding="utf-8",
        input=stdin,
        check=False,
        env=environment,
    )


def assert_one_line_of_advice(ran: Ran) -> None:
    assert ran.code == 2
    assert ran.out == ""
    lines = [line for line in ran.err.splitlines() if not line.startswith("skipped ")]
    assert len(lines) == 1 and lines[0].startswith("event-search: "), ran.err


# Help and version


def test_the_commands_are_those_that_were_promised() -> None:
    assert set(COMMANDS) <= set(cli.commands.load_all())


@pytest.mark.parametrize("command", sorted(cli.commands.load_all()))
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help_with_an_example(ask: Ask, command: str, option: str) -> None:
    ran = ask(command, option)
    assert ran.code == 0
    assert f"Example:\n    event-search {command} " in ran.out or (
        command in ("info", "verify") and f"Example:\n    event-search {command}\n" in ran.out
    )
    asks_an_index = command not in ("merge", "config", "init")
    assert ("--index" in ran.out and "EVENT_SEARCH_INDEX" in ran.out) == asks_an_index
    assert ran.err == ""


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("index", []),
        ("search", ["--from", "--to", "--limit", "--json", "--jsonl", "--queries"]),
        (
            "related",
            ["--text", "--order", "--limit", "--min-score", "--json", "--jsonl", "--ids", "--all"],
        ),
        ("regenerate", ["--limit", "--order", "--check", "--diff", "--dry-run"]),
        ("why", []),
        ("info", []),
    ],
)
def test_a_command_has_its_promised_options(command: str, options: list[str]) -> None:
    known = {
        name
        for param in cli.commands.load_all()[command].params
        if isinstance(param, click.Option)
        for name in param.opts
    }
    assert {*options, "--index"} <= known


def test_every_option_says_what_it_is_for() -> None:
    for command in cli.commands.load_all().values():
        for param in command.params:
            assert not isinstance(param, click.Option) or param.help


def test_the_bare_name_shows_the_way(ask: Ask) -> None:
    ran = ask("--help")
    assert ran.code == 0
    assert all(f"  {command}" in ran.out for command in COMMANDS)
    bare = ask()
    assert "Example:" in bare.out + bare.err


def test_the_module_and_the_script_say_the_same_version(ask: Ask, story_directory: Path) -> None:
    module = shell(["--version"], story_directory)
    assert module.stdout == ask("--version").out
    name, version = module.stdout.split()
    assert name == "event-search" and version[0].isdigit()


# Searches


def test_a_search_is_written_for_people(ask: Ask) -> None:
    ran = ask("search", "earthquake")
    assert ran.code == 0
    assert ran.err == ""
    first, link, context, *_ = ran.out.splitlines()
    assert first.startswith("1. 0.") and "A second earthquake" in first
    assert link.strip().startswith("/news/") and context.strip().startswith("Context: ")
    assert "\x1b" not in ran.out


def test_a_search_answer_has_its_schema(ask: Ask) -> None:
    answer = ask("search", "marsh fever 2015", "--json").json
    assert set(answer) == {"query", "total", "hits", "notes"}
    assert answer["query"] == "marsh fever 2015"
    assert answer["total"] == len(answer["hits"]) == 3
    for hit in answer["hits"]:
        assert {"id", "date", "title", "score", "context", "explanation", "snippet"} <= set(hit)
        assert 0 <= hit["score"] <= 1
        assert set(hit["explanation"][0]) == {"term", "contribution", "kind"}
        assert round(sum(part["contribution"] for part in hit["explanation"]), 4) == hit["score"]
    assert ask("search", "marsh fever 2015", "--jsonl").json == answer


def test_dates_and_limits_are_kept(ask: Ask) -> None:
    def days(*words: str) -> list[str]:
        return [hit["date"] for hit in ask("search", "norland", *words, "--json").json["hits"]]

    assert len(days("--limit", "2")) == 2
    assert {day[:7] for day in days("--from", "2015-08", "--to", "2015")} == {
        "2015-08",
        "2015-09",
    }
    assert days("--from", "2016-02-02", "--to", "2016-02-29") == ["2016-02-03"]


def test_nothing_found_is_exit_code_1(ask: Ask) -> None:
    ran = ask("search", "zeppelin")
    assert (ran.code, ran.out, ran.err) == (1, "", "nothing found\n")
    ran = ask("search", "zeppelin", "--json")
    assert (ran.code, ran.json) == (1, {"query": "zeppelin", "total": 0, "hits": []})


def test_notes_are_no_data(ask: Ask) -> None:
    ran = ask("search", "norland 2016")
    assert "taken as a time" in ran.err and "taken as a time" not in ran.out


def test_queries_are_answered_line_by_line_in_their_order(ask: Ask, tmp_path: Path) -> None:
    queries = ["earthquake", "zeppelin", '"port selva" -army', "地震", "earthquake"]
    file = tmp_path / "queries.txt"
    file.write_bytes(("\ufeff" + "\r\n".join(queries)).encode())
    ran = ask("search", "--queries", file, "--jsonl")
    assert (ran.code, ran.err) == (0, "")
    assert [answer["query"] for answer in ran.lines] == queries
    assert ran.lines[0] == ran.lines[4] == ask("search", "earthquake", "--jsonl").json
    assert ask("search", "--queries", "-", "--jsonl", stdin=file.read_bytes()).out == ran.out
    assert ask("search", "--queries", "-", "--jsonl", stdin=b"zeppelin\n").code == 1


# Related lists


def test_pages_of_a_search_go_on(ask: Ask) -> None:
    whole = ask("search", "norland", "--jsonl").json["hits"]
    pages = [ask("search", "norland", "--limit", 4, "--page", n, "--jsonl") for n in (1, 2)]
    assert [hit for page in pages for hit in page.json["hits"]] == whole[:8]
    assert ask("search", "norland", "--limit", 4, "--page", 2).out.startswith("5. ")


def test_a_page_behind_the_last_says_so(ask: Ask) -> None:
    ran = ask("search", "norland", "--page", 99)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "That page is past the last result.\n"


def test_a_search_may_stand_in_the_order_of_days(ask: Ask) -> None:
    for sort, sign in (("newest", -1), ("oldest", 1)):
        hits = ask("search", "port selva", "--sort", sort, "--json").json["hits"]
        days = [hit["date"] for hit in hits]
        assert len(days) > 2 and days == sorted(days)[::sign]


def test_count_is_a_number_and_nothing_else(ask: Ask) -> None:
    assert ask("search", "earthquake", "--count") == Ran(0, "3\n", "")
    assert ask("search", "zzzz", "--count") == Ran(1, "0\n", "nothing found\n")
    ran = ask("search", "earthquake", "--count", "--json")
    assert ran.json == {"query": "earthquake", "total": 3}


def test_counts_are_drawn_and_written(ask: Ask) -> None:
    ran = ask("search", "earthquake", "--count", "--years", "--sources")
    assert (ran.code, ran.err) == (0, "")
    count, gap, year, other_gap, source = ran.out.splitlines()
    assert (count, gap, other_gap) == ("3", "", "")
    assert year.startswith("2014 3 █") and source.startswith("The Selva Post 3 █")
    assert {len(year), len(source)} == {80}
    plain = ask("search", "earthquake", "--years", "--sources", "--json").json
    assert plain["years"] == [{"year": 2014, "events": 3}]
    assert plain["sources"] == [{"source": "The Selva Post", "events": 3}]


def test_explain_shows_shares_that_add_up(ask: Ask) -> None:
    lines = ask("search", "strong earthquake", "--limit", 1, "--explain").out.splitlines()
    contributions = [
        float(line.split()[-2]) for line in lines if line.endswith(("term", "vectors"))
    ]
    [total] = [float(line.split()[-1]) for line in lines if "total" in line]
    assert contributions and sum(contributions) == pytest.approx(total)


def test_a_slip_is_answered_with_what_was_meant(ask: Ask) -> None:
    ran = ask("search", "earthqauke")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "Did you mean: earthquake\nnothing found\n"
    assert ask("search", "earthqauke", "--jsonl").json["suggestion"] == "earthquake"


def test_related_lists_take_filters(ask: Ask) -> None:
    def days(*words: str) -> list[str]:
        ran = ask("related", LANDER, "--min-score", 0, "--json", *words)
        return [hit["date"] for hit in ran.json["related"]]

    assert max(days("--older")) <= "2015-02-14" <= min(days("--newer"))
    assert all("2015-01" <= day <= "2015-03" for day in days("--from", "2015", "--to", "2015-02"))
    assert set(days("--match", "lantern")) <= {"2015-01-05", "2015-02-14", "2015-06-30"}
    assert len(days()) > len(days("--older")) and len(days()) > len(days("--match", "lantern"))


def test_lists_of_many_events_take_filters(ask: Ask, story_index: Index) -> None:
    answered = ask("related", "--all", "--older", "--jsonl").lines
    dates = {
        event_id: story_index.event(event_id).date.isoformat() for event_id in story_index.ids()
    }
    related = [(dates[line["id"]], hit["date"]) for line in answered for hit in line["related"]]
    assert related and all(day <= asked for asked, day in related)


def test_why_names_the_filter(ask: Ask) -> None:
    said = ask("why", PROBE, LANDER, "--older").out.splitlines()[-1]
    assert said == "Not listed: it is newer, and only older events are wanted."


def test_related_takes_an_id_a_path_and_a_link(ask: Ask) -> None:
    by_id = ask("related", PROBE, "--json")
    assert by_id.code == 0
    assert set(by_id.json) == {"id", "related"}
    assert by_id.json["id"] == PROBE
    assert [set(item) for item in by_id.json["related"]] == [
        {"id", "date", "title", "score", "context", "explanation"}
    ] * 3
    for reference in (f"site{PROBE}", f"https://example.org/en{PROBE}"):
        assert ask("related", reference, "--json").out == by_id.out


def test_a_page_is_known_by_its_path_from_any_directory(
    ask: Ask, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = stories()[3].id
    page = site / event_id.lstrip("/")
    wanted = ask("related", event_id, "--json")
    why = ask("why", event_id, LANDER).out
    for directory in (site, page.parent.parent, page.parent):
        monkeypatch.chdir(directory)
        assert ask("related", page.relative_to(directory), "--json").out == wanted.out
        assert ask("why", page.relative_to(directory), LANDER).out == why
    (page.parent / "other.md").write_text("no event\n", encoding="utf-8")
    assert_one_line_of_advice(ask("related", "other.md"))


def test_related_takes_a_text(ask: Ask) -> None:
    ran = ask("related", "--text", "an earthquake in Port Selva", "--json")
    assert set(ran.json) == {"text", "related"}
    assert ran.json["related"][0]["context"] == ["Port Selva"]
    people = ask("related", "--text", "an earthquake in Port Selva")
    assert "Context: Port Selva" in people.out


def test_related_keeps_its_options(ask: Ask, story_index: Index) -> None:
    def ids(*words: object) -> list[str]:
        return [item["id"] for item in ask("related", PROBE, *words, "--json").json["related"]]

    assert ids("--limit", 1) == ids()[:1]
    assert len(ids("--min-score", 0)) > len(ids())
    best = ask("related", PROBE, "--json").json["related"][0]["score"]
    assert ids("--min-score", best) == ids()[:1]
    by_names = story_index.related(PROBE, RelatedOptions(order="context"))
    assert ids("--order", "context") == [hit.event.id for hit in by_names]
    assert {part["kind"] for item in ask("related", PROBE, "--no-time", "--json").json["related"]
            for part in item["explanation"]}.isdisjoint({"time"})  # fmt: skip


def test_an_event_alone_is_exit_code_1(ask: Ask) -> None:
    ran = ask("related", "/odd/number.md")
    assert (ran.code, ran.out, ran.err) == (1, "", "nothing related\n")
    assert ask("related", "--text", " ").code == 1


def test_all_lists_are_one_a_line(ask: Ask, story_index: Index) -> None:
    ran = ask("related", "--all", "--jsonl", "--limit", 2)
    assert ran.code == 0
    assert [answer["id"] for answer in ran.lines] == list(story_index.ids())
    assert max(len(answer["related"]) for answer in ran.lines) == 2
    assert {"id": "/odd/number.md", "related": []} in ran.lines
    assert ask("related", "--all", "--limit", 2).out == ran.out


def test_ids_are_answered_line_by_line_and_unknown_ones_said(ask: Ask, tmp_path: Path) -> None:
    asked = [LANDER, "/none", PROBE, f"site{LANDER}"]
    file = tmp_path / "ids.txt"
    file.write_text("\n".join(asked), encoding="utf-8")
    ran = ask("related", "--ids", file, "--jsonl", "--order", "context")
    assert ran.code == 2
    assert [answer["id"] for answer in ran.lines] == asked
    assert ran.lines[1]["related"] == [] and "/none" in ran.lines[1]["error"]
    assert ran.lines[3]["related"] == ran.lines[0]["related"]
    assert ran.err.count("\n") == 1 and "/none" in ran.err and "leave it out" in ran.err
    known = ask("related", "--ids", "-", "--jsonl", stdin=f"\ufeff{PROBE}\n\n{LANDER}\n".encode())
    assert known.code == 0
    assert known.lines[0] == ask("related", PROBE, "--jsonl").json
    assert ask("related", "--ids", "-", "--jsonl", stdin=b"/odd/number.md\n").code == 1


# Why and info


def test_why_shows_shares_that_add_up(ask: Ask) -> None:
    ran = ask("why", PROBE, LANDER)
    assert ran.code == 0
    rows = [line.split() for line in ran.out.splitlines() if line.startswith("  ")]
    contributions = [float(row[-2]) for row in rows[:-1]]
    assert rows[-1][0] == "total"
    assert round(sum(contributions), 4) == float(rows[-1][-1])
    assert ran.out.splitlines()[-1].startswith("Listed: it is number 1")


def test_why_has_its_schema(ask: Ask) -> None:
    answer = ask("why", f"site{PROBE}", LANDER, "--json").json
    assert {"id", "date", "title", "score", "explanation", "of", "rank", "verdict"} <= set(answer)
    assert (answer["of"], answer["id"], answer["rank"]) == (PROBE, LANDER, 1)
    timeless = ask("why", PROBE, LANDER, "--no-time", "--json").json
    assert "time" not in {part["kind"] for part in timeless["explanation"]}


def test_info_says_what_the_index_holds(ask: Ask) -> None:
    facts = ask("info", "--json").json
    assert facts["events"] == len(stories()) + len(ODD)
    assert f"events: {facts['events']}\n" in ask("info").out


# Index and regenerate


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
    for command in ("index", "regenerate"):
        first = ask(command, site, "--index", tmp_path / "i").err.splitlines()[0]
        assert first == (
            f"skipped 3 for one reason, the first is {site / 'a.md'}: no title line (# ...)"
        )
        told = ask(command, site, "--explain-skips", "--index", tmp_path / "i").err.splitlines()
        assert told[:3] == [
            f"skipped {site / f'{name}.md'}: no title line (# ...)" for name in "abc"
        ]


def test_where_no_event_is_found_the_reasons_are_told(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("article_id,when\n1,x\n", encoding="utf-8")
    ran = ask("index", tmp_path / "a.csv", "--index", tmp_path / "i")
    assert_one_line_of_advice(ran)
    assert "no column for date, title; the columns are: article_id, when" in ran.err
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
    assert whole.err.endswith("all as published\n")
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
    assert shown.out.splitlines()[0] == "learned from 8 events before, from 8 anew"
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

    links = "; links of changed pages: 22 new, 0 lost, 0 moved, 0 kept"
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


def test_jobs_make_parts_and_merging_gives_the_lists_of_one_run(
    ask: Ask, site: Path, tmp_path: Path
) -> None:
    where, parts = ("--index", tmp_path / "i"), tmp_path / "parts"
    ask("index", site, *where)
    for part in ("1/2", "2/2"):
        done = ask("related", "--all", "--part", part, "--out", parts, *where)
        assert (done.code, done.out) == (0, "")
    merged = ask("merge", parts)
    assert (merged.code, merged.out) == (0, ask("related", "--all", *where).out)
    assert ask("regenerate", site, "--lists", parts, *where).code == 0
    (parts / "part-000002-of-000002.jsonl").unlink()
    assert_one_line_of_advice(ask("merge", parts))
    assert_one_line_of_advice(ask("regenerate", site, "--fresh", "--lists", parts, *where))
    for words in (("--part", "1/2"), ("--out", parts), ("--part", "2", "--out", parts)):
        assert_one_line_of_advice(ask("related", "--all", *words, *where))


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


# What goes wrong


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["search"], "QUERY or --queries"),
        (["search", "x", "--queries", "-"], "QUERY or --queries"),
        (["search", "--queries", "-"], "add --jsonl"),
        (["search", "--queries", "-", "--json"], "add --jsonl"),
        (["search", "--queries", "{here}", "--jsonl"], "Is a directory"),
        (["search", "--queries", "{here}/none", "--jsonl"], "No such file"),
        (["search", "--queries", "{here}/binary", "--jsonl"], "not UTF-8"),
        (["search", "x", "--limit", "0"], "--limit"),
        (["search", "x", "--limit", "-1"], "--limit"),
        (["search", "x", "--limit", "many"], "--limit"),
        (["search", "x", "--from", "yesterday"], "YYYY-MM-DD"),
        (["search", "x", "--from", "2015-02-30"], "2015-02-30"),
        (["search", "x", "--to", "2015-00"], "2015-00"),
        (["search", "x", "--bogus"], "--bogus"),
        (["search", "x", "y"], "unexpected extra argument"),
        (["related"], "--text, --ids or --all"),
        (["related", "/a", "--all"], "--text, --ids or --all"),
        (["related", "--all", "--json"], "--all answers with one line for each event: use --jsonl"),
        (["related", "--ids", "-"], "--ids answers with one line for each question: add --jsonl"),
        (["related", "--ids", "{here}/binary", "--jsonl"], "not UTF-8"),
        (["related", "--ids", "{here}", "--jsonl"], "Is a directory"),
        (["related", "/none"], "event-search search"),
        (["related", "a\nb\x1b[31m"], r"a\nb\x1b[31m"),
        (["related", "/a", "--min-score", "2"], "--min-score"),
        (["related", "/a", "--min-score", "nan"], "min"),
        (["related", "/a", "--order", "newest"], "--order"),
        (["related", "/a", "--limit", "0"], "--limit"),
        (["why", PROBE], "Missing argument 'B'"),
        (["why", PROBE, "/none"], "/none"),
        (["index"], "name an ARCHIVE"),
        (["index", "{here}/empty", "--repair"], "not both"),
        (["index", "--repair", "--index", "{here}/i"], "event-search index ARCHIVE"),
        (["verify", "--index", "{here}/none"], "event-search index ARCHIVE"),
        (["index", "{here}/none", "--index", "{here}/i"], "{here}/none"),
        (["index", "{here}/empty", "--index", "{here}/i"], "{here}/empty: no event"),
        (["index", "{here}/binary", "--index", "{here}/i"], "{here}/binary"),
        (["index", "{here}/empty", "--index", "{here}/binary"], "{here}/binary"),
        (["regenerate", "{here}/none"], "{here}/none"),
        (["regenerate", "{here}/empty", "--index", "{here}/i"], "no event"),
        (["regenerate", "{here}/empty", "--limit", "0"], "--limit"),
        (["info", "--index", "{here}/none"], "event-search index ARCHIVE"),
        (["search", "x", "--index", "{here}/empty"], "event-search index ARCHIVE"),
        (["related", "--all", "--jsonl", "--index", "{here}/binary"], "event-search index ARCHIVE"),
        (["index", ""], "it is empty"),
        (["index", "{here}", ""], "it is empty"),
        (["regenerate", ""], "it is empty"),
        (["search", ""], "it is empty"),
        (["related", ""], "it is empty"),
        (["related", "--text", ""], "it is empty"),
        (["related", "/a", "--match", ""], "it is empty"),
        (["related", "--ids", "", "--jsonl"], "''"),
        (["search", "--queries", "", "--jsonl"], "''"),
        (["search", "x", "--from", ""], "YYYY-MM-DD"),
        (["why", "", PROBE], "it is empty"),
        (["why", PROBE, ""], "it is empty"),
        (["info", "--index", ""], "--index is empty"),
        (["index", "{here}", "--index", ""], "--index is empty"),
        (["nonsense"], "nonsense"),
        (["--nonsense"], "--nonsense"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_bad_input_is_answered_with_one_line_of_advice(
    ask: Ask, tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    (tmp_path / "empty").mkdir()
    ran = ask(*(word.replace("{here}", str(tmp_path)) for word in words))
    assert_one_line_of_advice(ran)
    assert said.replace("{here}", str(tmp_path)) in ran.err
    assert any(
        advice in ran.err
        for advice in (
            "--help",
            "event-search ",
            "--jsonl",
            "convert",
            "name a ",
            "give ",
            "move away",
            "must be",
        )
    )


@pytest.mark.parametrize(
    "words",
    [
        ["search", "earthquake"],
        ["related", PROBE],
        ["related", "--text", "earthquake"],
        ["related", "--all", "--jsonl"],
        ["why", PROBE, LANDER],
        ["info"],
    ],
    ids=" ".join,
)
def test_a_damaged_index_is_refused_by_every_question(
    ask: Ask, story_directory: Path, tmp_path: Path, words: list[str]
) -> None:
    for name, data in (
        ("CURRENT", b""),
        ("CURRENT", b"000001 " + b"0" * 64 + b"\n"),
        ("000001/manifest.json", b"{}"),
        ("000001/base/vectors/terms.txt", b""),
        ("000001/base/events/days.npy", None),
    ):
        directory = tmp_path / "i"
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(story_directory, directory)
        if data is None:
            (directory / name).unlink()
        else:
            (directory / name).write_bytes(data)
        ran = ask(*words, "--index", directory)
        assert_one_line_of_advice(ran)
        assert str(directory) in ran.err and "event-search index --repair" in ran.err


def test_an_interruption_says_that_all_is_whole(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Index, "search", interrupted)
    ran = ask("search", "earthquake")
    assert ran.code == 130
    assert ran.err.strip() == "event-search: interrupted; everything on disk is whole"


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Whoever was begun in the background has interruptions ignored, and hands that down."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_run_leaves_every_page_as_before_or_as_after(tmp_path: Path) -> None:
    site = Path(shutil.copytree(SAMPLE, tmp_path / "site"))
    words = ["regenerate", str(site), "--limit", "1", "--index", str(tmp_path / "index")]
    pages = sorted(site.rglob("*.md"))
    before = {path: path.read_bytes() for path in pages}
    process = subprocess.Popen(
        [sys.executable, "-m", "search", *words],
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and all(
        path.stat().st_size == len(page) for path, page in before.items()
    ):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "event-search: interrupted; everything on disk is whole"
    assert sorted(site.rglob("*.md")) == pages
    found = {path: path.read_bytes() for path in pages}
    finished = shell(words, tmp_path)
    assert finished.returncode == 0, finished.stderr
    after = {path: path.read_bytes() for path in pages}
    assert before != found != after
    assert all(found[path] in (before[path], after[path]) for path in pages)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("wait", [0, 0.4, 1.5])
def test_an_interruption_of_all_processes_is_said_once(tmp_path: Path, wait: float) -> None:
    """A terminal sends ^C to the processes that make the lists, too."""
    archive = tmp_path / "events.jsonl"
    lines = (
        json.dumps({"id": f"/{n}", "date": "2015-01-01", "title": f"Storm {n // 10} hits"}) + "\n"
        for n in range(3000)
    )
    archive.write_text("".join(lines), encoding="utf-8")
    assert shell(["index", str(archive)], tmp_path / "index").returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "search", "related", "--all", "--jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "EVENT_SEARCH_INDEX": str(tmp_path / "index")},
    )
    workers = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and len(workers.read_text().split()) < 3:  # with the tracker
        time.sleep(0.01)
    time.sleep(wait)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate()[1]
    assert process.returncode == 130
    assert said.strip() == "event-search: interrupted; everything on disk is whole"


# Pipes, terminals and encodings


def test_a_closed_pipe_is_no_error(story_directory: Path) -> None:
    words = f"'{sys.executable}' -m search related --all --jsonl --min-score 0 --limit 1000"
    ran = subprocess.run(
        ["bash", "-c", f"{words} | head -c 10; echo ${{PIPESTATUS[0]}} >&2"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "EVENT_SEARCH_INDEX": str(story_directory)},
    )
    assert (ran.stdout, ran.stderr) == ('{"id": "/o', "0\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_said_and_is_exit_code_2(story_directory: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "search", "info"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "EVENT_SEARCH_INDEX": str(story_directory)},
        )
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1 and "standard output" in ran.stderr


def test_a_poor_encoding_stops_no_answer(story_directory: Path) -> None:
    ran = shell(
        ["search", "地震"], story_directory, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    )
    assert ran.returncode == 0, ran.stderr
    assert "地震" in ran.stdout


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_that_want_them(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert ("\x1b[" in ask("search", "earthquake").out) is coloured
    assert "\x1b[" not in ask("search", "earthquake", "--json").out
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b[" not in ask("search", "earthquake").out


def test_a_run_without_memory_says_so_on_one_line(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*words: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(cli.commands, "main", exhausted)
    ran = ask("info")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "out of memory; everything on disk is whole" in ran.err
