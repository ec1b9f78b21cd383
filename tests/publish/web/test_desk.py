"""The editor's desk writes what an editor decides, and nothing that anybody else asks for."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

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


_FILE = """\
# Decisions of the desk.
exclude = []  # nobody

# Pins of the front page.
[pin]
"/a" = ["/b"]  # Ida

# Bans of the law desk.
[ban]
"/a" = [
    "/c",  # settled
    "/d",
]
"""


def _id_of(name: str) -> str | None:
    """Events have ids of one letter, and links with "page" before it."""
    return "/" + name.removeprefix("/page/").removeprefix("/") if name != "/gone" else None


@pytest.mark.parametrize(
    ("decided", "old", "new"),
    [
        (("pin", "/c", "/d"), "# Ida\n", '# Ida\n"/c" = ["/d"]\n'),
        (("ban", "/x", "/y"), '    "/d",\n]\n', '    "/d",\n]\n"/x" = ["/y"]\n'),
        (("ban", "/a", "/b"), '["/b"]  # Ida', "[]  # Ida"),
        (("same_story", "/c", "/d"), "# nobody\n", '# nobody\nsame_story = [["/c", "/d"]]\n'),
    ],
)
def test_a_decision_is_put_beside_its_like_and_comments_stay_with_theirs(
    decided: tuple[str, str, str], old: str, new: str
) -> None:
    from search.publish.web.desk import Decided, edited  # noqa: PLC0415

    wanted = _FILE.replace(old, new)
    if decided[0] == "ban" and decided[1] == "/a":
        wanted = wanted.replace('    "/d",\n]', '    "/d",\n    "/b",\n]')
    assert edited(_FILE, Decided(*decided), _id_of) == wanted


@pytest.mark.parametrize(
    ("before", "decided", "after"),
    [
        ("", ("ban", "/a", "/b"), {"ban": {"/a": ["/b"]}}),
        ("# only this", ("pin", "/a", "/b"), {"pin": {"/a": ["/b"]}}),
        ('pin = {"/z" = ["/y"]}', ("pin", "/a", "/b"), {"pin": {"/z": ["/y"], "/a": ["/b"]}}),
        (
            '[ban]\n"/page/a" = ["/page/b"]',
            ("pin", "/a", "/b"),
            {"ban": {"/page/a": []}, "pin": {"/a": ["/b"]}},
        ),
        ('[ban]\n"/page/a" = ["/c"]', ("ban", "/a", "/b"), {"ban": {"/page/a": ["/c", "/b"]}}),
        (
            'same_story = [["/a", "/page/b", "/gone"]]',
            ("forget", "/a", "/b"),
            {"same_story": [["/a", "/gone"]]},
        ),
        (
            'ban_both = [["/a", "/b", "/c"], ["/a", "/c"], ["/b", "/a"]]',
            ("forget", "/a", "/b"),
            {"ban_both": [["/a", "/c"], ["/b", "/c"], ["/a", "/c"]]},
        ),
    ],
)
def test_what_was_decided_about_a_pair_is_taken_back_under_any_name(
    before: str, decided: tuple[str, str, str], after: dict[str, object]
) -> None:
    from search.publish.web.desk import Decided, edited  # noqa: PLC0415

    text = edited(before, Decided(*decided), _id_of)
    assert tomllib.loads(text) == after
    assert text.startswith("# only this\n") or "#" not in before


def test_each_item_of_a_list_leads_to_its_decisions(client: "TestClient", place: Path) -> None:
    with Index.open(place / "index") as index:
        other = index.related(ONE)[0].event.id
    pair = urlencode({"a": ONE, "b": other}).replace("&", "&amp;")
    link = f'href="/explain?{pair}"'
    assert link not in client.get(f"/event{ONE}").text
    client.get("/desk?token=a%20secret")
    assert link in client.get(f"/event{ONE}").text


@pytest.mark.parametrize("path", [f"/event{ONE}", f"/related{ONE}", f"/story{ONE}"])
def test_a_browser_shows_a_list_as_it_was_decided_a_moment_ago(
    client: "TestClient", place: Path, path: str
) -> None:
    client.get("/desk?token=a%20secret")
    first = client.get(path)
    assert TWO in first.text
    client.post("/decide", data={**FORM, "verb": "ban"}, headers=HOME)
    again = client.get(path, headers={"if-none-match": first.headers.get("etag", "")})
    assert again.status_code == 200
    assert TWO not in again.text


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
