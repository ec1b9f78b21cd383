"""An application over the small archive, with texts that want to be code."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from search import Event, build
from search.model.event import parse_day
from tests.small_archive import odd, stories

pytest.importorskip("httpx")
pytest.importorskip("starlette")
pytest.importorskip("jinja2")

if TYPE_CHECKING:
    from starlette.testclient import TestClient

HOSTILE = Event(
    '/news/2018/01/2/"><script>alert(1)</script>.md',
    parse_day("2018-01-02"),
    "&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(2)&gt; ${{ 7 * 7 }} Selva",
    "</p><script>alert(3)</script>\nSecond line of Norland",
    url="javascript:alert(4)",
    sources=('"><b>Source', "The Selva Post"),
    terms=("<i>topic</i>",),
)


def write_index(place: Path, events: list[Event]) -> Path:
    text = "".join(json.dumps(event.to_json()) + "\n" for event in events)
    (place / "events.jsonl").write_text(text, encoding="utf-8")
    build([place / "events.jsonl"], place / "index")
    return place / "index"


@pytest.fixture(scope="session")
def web_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the small archive with a hostile event; nobody may write to it."""
    return write_index(tmp_path_factory.mktemp("web"), [*stories(), *odd(), HOSTILE])


@pytest.fixture(scope="session")
def client(web_index: Path) -> Iterator["TestClient"]:
    from starlette.testclient import TestClient  # noqa: PLC0415

    from search.publish.web.app import create_app  # noqa: PLC0415

    with TestClient(create_app(web_index), base_url="http://localhost") as made:
        yield made
