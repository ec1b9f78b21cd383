"""The editor's desk writes what an editor decides, and nothing that anybody else asks for."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from search import Index, RelatedOptions, UsageError
from search.engine.decisions.review import why
from search.model.read_options import DECISIONS
from tests.publish.web.conftest import write_index
from tests.small_archive import stories

if TYPE_CHECKING:
    from starlette.testclient import TestClient

ONE, TWO = stories()[3].id, stories()[4].id
HOME = {"origin": "http://localhost"}
FORM = {"verb": "pin", "a": ONE, "b": TWO}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_index(tmp_path, stories())
    return tmp_path


@pytest.fixture
def client(place: Path) -> Iterator["TestClient"]:
    from starlette.testclient import TestClient  # noqa: PLC0415

    from search.publish.web.app import create_app  # noqa: PLC0415

    app = create_app(place / "index", token="a secret")
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as made:
        yield made


def test_nobody_decides_without_the_token(client: "TestClient", place: Path) -> None:
    assert client.get("/desk?token=wrong").status_code == 403
    assert client.post("/decide", data=FORM, headers=HOME).status_code == 403
    client.cookies.set("event-search-desk", "wrong")
    assert client.post("/decide", data=FORM, headers=HOME).status_code == 403
    assert '<form method="post"' not in client.get(f"/explain?a={ONE}&b={TWO}").text
    assert not (place / DECISIONS).exists()


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://localhost:1"}],
)
def test_no_other_site_decides(client: "TestClient", place: Path, headers: dict[str, str]) -> None:
    client.get("/desk?token=a%20secret")
    assert client.post("/decide", data=FORM, headers=headers).status_code == 403
    wrong = {**HOME, "host": "evil.example"}
    assert client.post("/decide", data=FORM, headers=wrong).status_code == 400
    assert not (place / DECISIONS).exists()


def test_an_editor_decides_and_takes_it_back(client: "TestClient", place: Path) -> None:
    (place / DECISIONS).write_text("# ours\nexclude = []  # nobody\n", encoding="utf-8")
    opened = client.get("/desk?token=a%20secret")
    assert "HttpOnly" in opened.headers["set-cookie"]
    assert "SameSite=strict" in opened.headers["set-cookie"]
    assert 'value="same_story"' in client.get(f"/explain?a={ONE}&b={TWO}").text
    for verb in ("pin", "ban", "ban_both", "same_story"):
        answer = client.post("/decide", data={**FORM, "verb": verb}, headers=HOME)
        assert answer.status_code == 303
        with Index.open(place / "index") as index:
            explained = why(index, ONE, TWO, RelatedOptions())
        [mark] = explained.marks
        assert f": {verb} {ONE} {TWO}" in mark
        if verb != "same_story":
            wanted = "Listed: an editor pinned it." if verb == "pin" else "an editor banned it."
            assert explained.verdict.endswith(wanted)
        assert mark in client.get(answer.headers["location"]).text.replace("&#39;", "'")
    client.post("/decide", data={**FORM, "verb": "forget"}, headers=HOME)
    text = (place / DECISIONS).read_text(encoding="utf-8")
    assert text.startswith("# ours\nexclude = []  # nobody\n") and ONE not in text.split("]")[-1]
    with Index.open(place / "index") as index:
        assert why(index, ONE, TWO, RelatedOptions()).marks == ()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({**FORM, "verb": "delete"}, 400),
        ({**FORM, "b": "/none.md"}, 404),
        ({**FORM, "a": "x" * 20_000}, 413),
        ({}, 400),
    ],
)
def test_what_makes_no_sense_writes_nothing(
    client: "TestClient", place: Path, form: dict[str, str], status: int
) -> None:
    client.get("/desk?token=a%20secret")
    assert client.post("/decide", data=form, headers=HOME).status_code == status
    assert not (place / DECISIONS).exists()


def test_without_the_option_there_is_no_desk(place: Path) -> None:
    from starlette.testclient import TestClient  # noqa: PLC0415

    from search.publish.web.app import create_app  # noqa: PLC0415

    with TestClient(create_app(place / "index"), base_url="http://localhost") as plain:
        assert plain.get("/desk?token=").status_code == 404
        assert plain.post("/decide", data=FORM, headers=HOME).status_code in (404, 405)
    with pytest.raises(UsageError, match="this machine alone"):
        create_app(place / "index", hosts=["news.example"], token="a secret")
