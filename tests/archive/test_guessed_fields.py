import pytest

from search.archive.guessed_fields import guessed_names, may_be_meant


@pytest.mark.parametrize(
    ("names", "target", "expected"),
    [
        (["lastSeen", "firstSeen"], "date", ["firstSeen", "lastSeen"]),
        (["end_date", "DeclarationDate"], "date", ["DeclarationDate", "end_date"]),
        (["Fecha", "created_by", "Date de l'incident"], "date", ["Fecha", "Date de l'incident"]),
        (["update", "candidate", "mandate"], "date", []),
        (["Publication Title", "advisoryTitle"], "title", ["advisoryTitle", "Publication Title"]),
        (["Titel", "titles", "title_id"], "title", ["Titel"]),
        (["bodyText", "textbook", "content_type"], "summary", ["bodyText"]),
        (["内容", "Descripción"], "summary", ["内容", "Descripción"]),
    ],
)
def test_a_name_is_known_by_its_words(names: list[str], target: str, expected: list[str]) -> None:
    assert list(guessed_names(tuple(names), target)) == expected


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [("x", "title", True), ("", "title", False), (["x"], "title", False), (3, "title", False),
     (1454752800, "date", True), (None, "date", False)],
)  # fmt: skip
def test_only_a_value_that_can_be_meant_counts(value: object, target: str, expected: bool) -> None:
    assert may_be_meant(value, target) is expected
