"""What goes wrong: one line that says what to do, and the exit code."""

import shutil
from pathlib import Path

import pytest

from search import cli
from tests.cli.conftest import LANDER, PROBE, Ask, assert_one_line_of_advice


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["search"], "QUERY or --queries"),
        (["search", "x", "--queries", "-"], "QUERY or --queries"),
        (["search", "--queries", "-", "--json"], "use --jsonl, not --json"),
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
        (["related", "--ids", "-", "--json"], "--ids answers with one line for each: use --jsonl"),
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
        (["index", "{here}/empty", "--repair"], "give only one"),
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
        (["index", ""], "the path is empty"),
        (["index", "{here}", ""], "the path is empty"),
        (["regenerate", ""], "the path is empty"),
        (["search", ""], "it is empty"),
        (["related", ""], "it is empty"),
        (["related", "--text", ""], "it is empty"),
        (["related", "/a", "--match", ""], "it is empty"),
        (["related", "--ids", "", "--jsonl"], "''"),
        (["search", "--queries", "", "--jsonl"], "''"),
        (["search", "x", "--from", ""], "YYYY-MM-DD"),
        (["why", "", PROBE], "it is empty"),
        (["why", PROBE, ""], "it is empty"),
        (["info", "--index", ""], "'--index': the path is empty"),
        (["index", "{here}", "--index", ""], "'--index': the path is empty"),
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


def test_a_run_without_memory_says_so_on_one_line(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*words: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(cli.commands, "main", exhausted)
    ran = ask("info")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "out of memory; everything on disk is whole" in ran.err
