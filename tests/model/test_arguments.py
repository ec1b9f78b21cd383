import inspect
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import search
from search import Event, EventSearchError, Index, UsageError, build, read, regenerate_archive
from search.engine.relearning import relearn
from search.model.arguments import checked_path, instance_of, meant, must_be_callable, shown
from search.model.options import SearchOptions
from search.publish.lists.site import write_lists


@pytest.mark.parametrize("value", ["", "a\0b", None, b"a", 5, ["a"]])
def test_what_is_no_path_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match=r"^archive is "):
        checked_path(value, "archive")
    assert checked_path("a/b", "archive") == checked_path(Path("a/b"), "archive") == Path("a/b")


def test_a_number_too_long_to_print_is_shown_by_its_type() -> None:
    assert shown(10**5000) == "a value of type int"
    assert shown("x" * 100, 10) == "'xxxxxxxxx"


def test_classes_and_callbacks_are_checked() -> None:
    assert instance_of(int, 3, "part") == 3
    with pytest.raises(UsageError, match="part is '3'; it must be of type int"):
        instance_of(int, "3", "part")
    must_be_callable(on_skip=print)
    with pytest.raises(UsageError, match="on_skip is 5; it must be a function"):
        must_be_callable(on_skip=5)


def _with_paths() -> list[tuple[Any, str]]:
    """Public functions, each with the name of an argument that is a path."""
    public = [getattr(search, name) for name in search.__all__]
    functions: list[Any] = [Index.open, relearn, write_lists, *filter(inspect.isfunction, public)]
    return [
        (function, name)
        for function in functions
        for name, parameter in inspect.signature(function).parameters.items()
        if "Path" in str(parameter.annotation)
    ]


@pytest.mark.parametrize(("function", "name"), _with_paths())
@pytest.mark.parametrize("value", ["", "a\0b", 5])
def test_no_public_function_takes_what_is_no_path(
    function: Any, name: str, value: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given: dict[str, Any] = {
        other: "there" if "Path" in str(parameter.annotation) else 1
        for other, parameter in inspect.signature(function).parameters.items()
        if parameter.default is inspect.Parameter.empty
    }
    if function is build:
        given = {"archives": "there", "directory": "ix"}
    with pytest.raises(UsageError):
        answer = function(**{**given, name: value})
        next(answer)  # a generator checks when it is asked
    assert list(tmp_path.iterdir()) == []


def test_the_functions_with_paths_are_found() -> None:
    assert {(function.__name__, name) for function, name in _with_paths()} >= {
        ("build", "archives"), ("build", "directory"), ("open", "directory"), ("read", "paths"),
        ("regenerate_archive", "archive"), ("regenerate_archive", "directory"),
        ("regenerate_archive", "lists"), ("write_part", "directory"),
        ("merged_lines", "directory"), ("relearn", "directory"), ("write_lists", "archive"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "call",
    [
        lambda: build([], "i"),
        lambda: build(["s"], None),  # type: ignore[arg-type]
        lambda: build("s", "i", on_skip=5),  # type: ignore[arg-type]
        lambda: build("s", "i", on_progress=5),  # type: ignore[arg-type]
        lambda: build("s", "i", SearchOptions()),  # type: ignore[arg-type]
        lambda: read(None),  # type: ignore[arg-type]
        lambda: read("s", 5),  # type: ignore[arg-type]
        lambda: regenerate_archive(["s"], "i"),  # type: ignore[arg-type]
        lambda: regenerate_archive("s", "i", {"limit": 3}),  # type: ignore[arg-type]
        lambda: regenerate_archive("s", "i", SearchOptions()),  # type: ignore[arg-type]
        lambda: regenerate_archive("s", "i", processes="2"),  # type: ignore[arg-type]
        lambda: regenerate_archive("s", "i", on_change=5),  # type: ignore[arg-type]
        lambda: Event.from_json(None),  # type: ignore[arg-type]
        lambda: Event.from_json({"id": "a", "date": 10**5000, "title": "x"}),
        lambda: Event("a", date(2016, 1, 1), ""),
        lambda: Event(" ", date(2016, 1, 1), "x"),
    ],
)
def test_arguments_of_other_types_are_errors_of_the_library(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EventSearchError):
        call()
    assert list(tmp_path.iterdir()) == []


def test_advice_proposes_what_is_near_or_else_names_all() -> None:
    assert meant("limts", ["limit", "order"]) == "write 'limit'"
    assert meant("bogus", ["limit", "order"]) == "known are limit, order"
