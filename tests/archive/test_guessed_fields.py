import pytest

from search.archive.guessed_fields import guessed_names


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
    assert guessed_names(names, dict.fromkeys(names, "x"), target) == expected


def test_only_a_value_that_can_be_meant_counts() -> None:
    values = {"webTitle": ["x"], "subTitle": "", "seen": True, "postDate": None}
    assert guessed_names(list(values), values, "title") == []
    assert guessed_names(["postDate", "date_happened"], {"date_happened": 1454752800}, "date") == [
        "date_happened"
    ]
