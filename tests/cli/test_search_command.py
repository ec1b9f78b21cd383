"""The command ``search``: its answers for people and as JSON, and its exit codes."""

from pathlib import Path

import pytest

from tests.cli.conftest import Ask, Ran


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
    assert ask("search", "--queries", "-", stdin=file.read_bytes()).out == ran.out
    assert ask("search", "--queries", "-", "--jsonl", stdin=b"zeppelin\n").code == 1


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
