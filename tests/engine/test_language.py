"""The language of an archive, as its owner says: ``build(language=)``."""

from pathlib import Path

import pytest

from search import Index, build

# Too short to tell: no stop word, no letter that only one language has.
SHORT = ["Parteien gewinnen Wahlen", "Partei gewinnt Wahl", "Minister besucht Hafen"]
ENGLISH = [
    "The parties are winning the elections in the north",
    "A minister visits the old harbours",
]


def events(*titles: str) -> list[dict[str, str]]:
    return [
        {"id": f"/{n}", "date": f"2016-01-{1 + n:02}", "title": title}
        for n, title in enumerate(titles)
    ]


def found(index: Path, query: str) -> set[str]:
    with Index.open(index) as opened:
        return {hit.event.id for hit in opened.search(query).hits}


def test_forms_are_those_of_the_language_that_is_named(tmp_path: Path) -> None:
    build(events=events(*SHORT), directory=tmp_path / "ix", language="de")
    assert found(tmp_path / "ix", "wahlen") == {"/0", "/1"}


def test_texts_of_another_language_keep_theirs(tmp_path: Path) -> None:
    build(events=events(*SHORT, *ENGLISH), directory=tmp_path / "ix", language="german")
    assert found(tmp_path / "ix", "election") >= {"/3"}
    assert found(tmp_path / "ix", "harbour") >= {"/4"}


@pytest.mark.parametrize("wrong", ["finnish", "arabic", "english", "turkish", "tamil"])
def test_a_wrong_language_makes_no_word_unfindable(tmp_path: Path, wrong: str) -> None:
    titles = [*SHORT, *ENGLISH, "Die Arktis", "Президент посетил Тайвань", "北京の電車が停止"]
    build(events=events(*titles), directory=tmp_path / "ix", language=wrong)
    for number, title in enumerate(titles):
        for word in title.split():
            assert f"/{number}" in found(tmp_path / "ix", word), word
            assert f"/{number}" in found(tmp_path / "ix", f'"{word}"'), word


def test_the_language_is_remembered_until_another_is_named(tmp_path: Path) -> None:
    archive, index = tmp_path / "a.csv", tmp_path / "ix"
    rows = "".join(f"/{n},2016-01-0{1 + n},{title}\n" for n, title in enumerate(SHORT))
    archive.write_text(f"id,date,title\n{rows}")
    assert build(archive, index, language="de").built
    assert not build(archive, index).built
    assert found(index, "wahlen") == {"/0", "/1"}
    assert build(archive, index, language="auto").built
    assert not build(archive, index).built


def test_a_word_without_blanks_is_printed_as_it_stands(tmp_path: Path) -> None:
    build(events=events("サービス停止のお知らせ", "北京の電車"), directory=tmp_path / "ix")
    with Index.open(tmp_path / "ix") as opened:
        (hit,) = opened.search("サービス停止").hits
    assert hit.context == ("サービス停止",)
