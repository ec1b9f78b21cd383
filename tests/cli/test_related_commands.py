"""The commands ``related``, ``merge`` and ``why``."""

from pathlib import Path

import pytest

from search import Index, RelatedOptions
from tests.cli.conftest import LANDER, PROBE, Ask, assert_one_line_of_advice
from tests.small_archive import stories


def test_related_lists_take_filters(ask: Ask) -> None:
    def days(*words: str) -> list[str]:
        ran = ask("related", LANDER, "--min-score", 0, "--json", *words)
        return [hit["date"] for hit in ran.json["related"]]

    assert max(days("--older")) <= "2015-02-14" <= min(days("--newer"))
    assert all("2015-01" <= day <= "2015-03" for day in days("--from", "2015", "--to", "2015-02"))
    assert all("2015-02" <= day <= "2015-03" for day in days("--within", "2w"))
    assert set(days("--match", "lantern")) <= {"2015-01-05", "2015-02-14", "2015-06-30"}
    assert len(days()) > len(days("--older")) and len(days()) > len(days("--match", "lantern"))


def test_days_in_the_wrong_order_are_exchanged_and_that_is_said(ask: Ask) -> None:
    words = ("related", LANDER, "--min-score", 0, "--json")
    ran = ask(*words, "--from", "2015-03", "--to", "2015-01")
    assert "run backwards; they were exchanged" in ran.err
    assert ran.json == ask(*words, "--from", "2015-01", "--to", "2015-03").json


def test_lists_of_many_events_take_filters(ask: Ask, story_index: Index) -> None:
    answered = ask("related", "--all", "--older", "--jsonl").lines
    dates = {event_id: story_index.event(event_id).day for event_id in story_index.ids()}
    related = [(dates[line["id"]], hit["date"]) for line in answered for hit in line["related"]]
    assert related and all(day <= asked for asked, day in related)


def test_why_names_the_filter(ask: Ask) -> None:
    said = ask("why", PROBE, LANDER, "--older").out.splitlines()[-1]
    assert said == "Not listed: it is newer, and only older events are wanted."
    said = ask("why", PROBE, LANDER, "--within", "1w").out.splitlines()[-1]
    assert said == "Not listed: it is 40 days away, and only events within 1w are wanted."


def test_a_span_of_time_that_is_none_is_refused_with_advice(ask: Ask) -> None:
    assert_one_line_of_advice(ask("related", PROBE, "--within", "2 years"))


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


def test_an_empty_list_says_how_many_are_below_the_cutoff(ask: Ask, story_index: Index) -> None:
    below = len(story_index.related(PROBE, RelatedOptions(min_score=0.0, limit=100)))
    ran = ask("related", PROBE, "--min-score", "1", "--json")
    assert (ran.code, ran.json["related"]) == (1, [])
    said = f"nothing related; {below} of a lower score: --min-score 0 lists them\n"
    assert (ran.err, below > 0) == (said, True)


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
    assert ask("related", "--ids", "-", stdin=b"/odd/number.md\n").code == 1


def test_ids_may_be_paths_from_where_one_stands(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "site" / PROBE.lstrip("/")
    page.parent.mkdir(parents=True)
    page.write_text("# A page\n", encoding="utf-8")
    monkeypatch.chdir(page.parent)
    ran = ask("related", "--ids", "-", stdin=f"{page.name}\n./{page.name}\n{page}\n".encode())
    assert ran.code == 0
    assert [answer["id"] for answer in ran.lines] == [PROBE] * 3


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
