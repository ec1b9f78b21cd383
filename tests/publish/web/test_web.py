"""The JSON interface says what ``--json`` says; nothing that is asked or told runs."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pytest
from lxml import html as parser
from starlette.testclient import TestClient

from search import Event, Index, RelatedOptions, SearchAnswer, SearchOptions
from search.model import json_answers
from search.model.errors import IndexMissing, UsageError
from search.publish.web.app import create_app
from search.publish.web.current_index import CurrentIndex
from search.publish.web.overview import overview
from search.publish.web.story import stories_around
from search.publish.web.templating import event_path
from tests.publish.web.conftest import HOSTILE, write_index
from tests.small_archive import odd, stories

EVENT = "/news/2014/07/09/a-strong-earthquake-shakes-port.md"
OTHER = "/news/2014/07/10/rescuers-dig-for-survivors-of.md"


@pytest.fixture
def index(web_index: Path) -> Index:
    return Index.open(web_index)


def test_answers_are_those_of_the_index(client: TestClient, index: Index) -> None:
    asked = SearchOptions(limit=3, years=True, sources=True)
    expected = json_answers.searched(index.search("Norland", asked))
    assert client.get("/search?q=Norland&limit=3&years=1&sources=1").json() == expected
    related = json_answers.related(EVENT, index.related(EVENT, RelatedOptions(min_score=0)))
    assert client.get(f"/related{EVENT}?min_score=0").json() == related
    text = json_answers.related(
        "an earthquake",
        index.related_text("an earthquake", RelatedOptions(min_score=0)),
        key="text",
    )
    assert client.get("/related?text=an+earthquake&min_score=0").json() == text
    why = json_answers.explained(index.why(EVENT, OTHER, RelatedOptions()))
    assert client.get(f"/why?a={EVENT}&b={OTHER}").json() == why
    assert client.get("/health").json()["events"] == len(index)
    assert "/" not in str(client.get("/info").json().values())


def test_answers_are_as_they_are_described(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    schemas = {"$defs": description["components"]["schemas"]}
    for address, path in (
        ("/search?q=Norland&years=1&sources=1", "/search"),
        ("/search?q=erthquake", "/search"),
        (f"/related{EVENT}", "/related/{id}"),
        ("/related?text=Norland", "/related"),
        (f"/why?a={EVENT}&b={OTHER}", "/why"),
        ("/suggest?q=nor", "/suggest"),
        ("/health", "/health"),
    ):
        answers = description["paths"][path]["get"]["responses"]["200"]["content"]
        name = answers["application/json"]["schema"]["$ref"].rpartition("/")[2]
        jsonschema.validate(client.get(address).json(), {**schemas, "$ref": f"#/$defs/{name}"})
    error = client.get("/why?a=/nope&b=/nope")
    assert error.status_code == 404
    jsonschema.validate(error.json(), {**schemas, "$ref": "#/$defs/Error"})


def test_suggestions_are_names_of_the_archive(client: TestClient) -> None:
    assert client.get("/suggest?q=PORT S").json()["suggestions"] == ["Port Selva"]
    assert client.get("/suggest?q=").json()["suggestions"] == []


@pytest.mark.parametrize(
    "address",
    ["/search?limit=0", "/search?limit=101", "/search?limit=x", "/search?page=999999999999",
     "/search?limit=100&page=11", "/search?sort=worst", "/search?from=yesterday",
     "/search?q=" + "a" * 2_001, "/related?text=" + "a" * 20_001, "/related?min_score=nan",
     "/related?min_score=x", "/search?years=2", "/?limit=-1", f"/event{EVENT}?limit=1000"],
)  # fmt: skip
def test_what_is_out_of_bounds_is_refused(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 400


QUERIES = [
    "(" * 1_000,
    '"' * 999,
    "\0",
    "a\0b",
    "~" * 500,
    "NOT " * 300,
    "date:9999..0001 title:(((",
    "*" * 1_000,
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
    "🔥" * 700,
]


@pytest.mark.parametrize("query", QUERIES)
def test_any_query_is_answered(client: TestClient, query: str) -> None:
    for address in ("/search", "/"):
        answer = client.get(address, params={"q": query, "source": query[:300]})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text or address == "/search"


@pytest.mark.parametrize(
    "path",
    ["/event/../../etc/passwd", "/event/%2e%2e/%2e%2e/etc/passwd", "/static/../app.py",
     "/static/%2e%2e/app.py", "/event/" + "x" * 5_000, "/story/", "/explain?a=x", "/event/%00",
     "/static/..%5capp.py", "/desk"],
)  # fmt: skip
def test_no_path_leads_out(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text
    assert "create_app" not in answer.text


def test_an_address_without_end_is_refused(client: TestClient) -> None:
    assert client.get("/?" + "a" * 40_000).status_code == 414


def pages(index: Index) -> list[str]:
    hostile = quote(HOSTILE.id.lstrip("/"), safe="")
    return [
        "/",
        "/?q=Norland",
        "/?q=script&source=" + quote(HOSTILE.sources[0]),
        "/?q=<script>alert(1)</script>&topic=<i>",
        f"/event/{hostile}",
        f"/event/{hostile}?min_score=0",
        f"/story/{hostile}",
        f"/explain?a={quote(HOSTILE.id)}&b={EVENT}",
        f"/explain?a={EVENT}&b=<script>alert(1)</script>",
        "/archive",
        "/nothing<script>",
    ]


def test_what_events_say_is_text_on_every_page(client: TestClient, index: Index) -> None:
    seen = ""
    for address in pages(index):
        answer = client.get(address)
        tree = parser.fromstring(answer.text)
        assert tree.xpath("//script/@src") == ["/static/enhance.js"]
        assert tree.xpath("//img | //b | //i | //*[@style] | //*[@onerror]") == []
        for link in tree.xpath("//@href | //@action | //@src"):
            assert link.startswith(("/", "#", "?")), link
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        seen += answer.text
    assert "${{ 7 * 7 }}" in seen
    assert "&lt;script&gt;alert(1)" in seen


def test_other_names_of_the_server_are_refused(client: TestClient) -> None:
    for host in ("evil.test", "localhost.evil.test", "127.0.0.1.evil.test", ""):
        assert client.get("/search?q=a", headers={"host": host}).status_code == 400
    assert client.get("/health", headers={"host": "127.0.0.1:8000"}).status_code == 200


def test_nothing_is_written_through_it(client: TestClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        for path in ("/", "/search", "/desk", f"/event{EVENT}"):
            assert client.request(method, path, content="x").status_code in (404, 405)


def test_what_was_answered_before_is_not_answered_again(client: TestClient) -> None:
    first = client.get("/search?q=Norland")
    tag = first.headers["etag"]
    again = client.get("/search?q=Norland", headers={"if-none-match": f'"x", W/{tag}'})
    assert (again.status_code, again.text) == (304, "")
    other = client.get("/search?q=Selva", headers={"if-none-match": tag})
    assert other.status_code == 200


def test_an_answer_of_a_generation_is_made_once(
    web_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    search = Index.search

    def counted(index: Index, text: str, options: SearchOptions) -> SearchAnswer:
        asked.append(text)
        return search(index, text, options)

    monkeypatch.setattr(Index, "search", counted)
    client = TestClient(create_app(web_index, hosts=["testserver"]))
    first, again = (client.get("/search?q=Norland") for _ in range(2))
    assert (again.content, again.headers) == (first.content, first.headers)
    assert client.head("/search?q=Norland").headers["etag"] == first.headers["etag"]
    refused = [client.get("/search?q=Norland&limit=x").status_code for _ in range(2)]
    assert (refused, asked) == ([400, 400], ["Norland", "Norland"])  # once for each method


def test_facets_narrow_and_every_link_of_a_page_answers(client: TestClient) -> None:
    tree = parser.fromstring(client.get("/?q=Norland").text)
    links = {link for link in tree.xpath("//main//@href") if link.startswith("/")}
    assert any("from=2014&to=2014" in link for link in links)
    assert any("source=The+Selva+Post" in link for link in links)
    assert any("%2B%22" in link for link in links)
    for link in links:
        assert client.get(link).status_code == 200, link
    narrowed = parser.fromstring(client.get("/?q=Norland&from=2014&to=2014").text)
    assert all("2014" in day for day in narrowed.xpath("//ol//time/text()"))


def test_a_search_can_be_sorted_by_day(client: TestClient) -> None:
    best = parser.fromstring(client.get("/?q=Norland&from=2014").text)
    (newest,) = best.xpath("//a[text()='newest first']/@href")
    assert "from=2014" in newest
    page = parser.fromstring(client.get(newest).text)
    days = page.xpath("//ol//time/text()")
    assert days == sorted(days, reverse=True)
    assert page.xpath("//strong[@aria-current]/text()") == ["newest first"]


def test_why_not_is_asked_by_words_too(client: TestClient) -> None:
    tree = parser.fromstring(client.get(f"/explain?a={EVENT}&b=comet Wex").text)
    choices = tree.xpath("//main//ol//a/@href")
    assert choices
    why = client.get(choices[0])
    assert why.status_code == 200
    assert "Why, or why not?" in why.text


def test_a_story_has_each_event_once_and_by_date(index: Index) -> None:
    found = stories_around(index, EVENT)
    ids = [event.id for story in found for event in story.events]
    assert len(ids) == len(set(ids))
    assert EVENT in [event.id for event in found[0].events]
    for story in found:
        assert list(story.events) == sorted(story.events, key=lambda event: event.day)


def test_the_archive_counts_its_links(client: TestClient, index: Index) -> None:
    found, digests = overview(index, None)
    assert sum(year.events for year in found.years) == len(index)
    linked = {hit.event.id for one in index.ids() for hit in index.related(one)}
    assert found.never_count == len(index) - len(linked)
    assert found.changed is None
    assert overview(index, digests)[0].changed == ()
    for _ in range(100):
        answer = client.get("/archive")
        if "Most linked events" in answer.text:
            return
        time.sleep(0.1)
    raise AssertionError("the overview was not made")


def test_a_page_of_a_right_to_left_archive_is_one(tmp_path: Path) -> None:
    arabic = [event for event in odd() if "arabic" in event.id]
    place = write_index(tmp_path, arabic)
    with TestClient(create_app(place), base_url="http://localhost") as client:
        assert parser.fromstring(client.get("/").text).get("dir") == "rtl"


def test_a_new_generation_is_taken_up_and_each_answer_is_of_one(tmp_path: Path) -> None:
    place = write_index(tmp_path, stories())
    current = CurrentIndex(place)
    before = current.get()
    stop = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        while not stop.is_set():
            index = current.get()
            total = index.search("*").total
            if total != len(index):
                wrong.append((index.generation, total))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for count in (18, 16):
        write_index(tmp_path, stories()[:count])
        time.sleep(0.3)
    stop.set()
    for thread in threads:
        thread.join()
    time.sleep(0.3)
    assert wrong == []
    assert len(current.get()) == 16
    assert len(before) == 20  # who holds the one before goes on with it


def test_an_index_that_is_gone_for_a_while_does_not_stop_the_server(tmp_path: Path) -> None:
    place = write_index(tmp_path, stories())
    current = CurrentIndex(place)
    (place / "CURRENT").rename(place / "AWAY")
    time.sleep(0.3)
    assert len(current.get()) == 20
    (place / "CURRENT").write_text("nonsense\n")
    time.sleep(0.3)
    assert len(current.get()) == 20
    with pytest.raises(IndexMissing):
        create_app(tmp_path / "none")


def test_any_host_is_not_to_be_had(web_index: Path) -> None:
    with pytest.raises(UsageError, match="name the hosts"):
        create_app(web_index, hosts=("*",))


def test_a_damaged_index_is_told_and_nothing_else_breaks(tmp_path: Path) -> None:
    place = write_index(tmp_path, stories())
    with TestClient(create_app(place), base_url="http://localhost") as client:
        for file in (place / "000001" / "base").rglob("*"):
            if file.is_file():
                file.write_bytes(b"\xff" * file.stat().st_size)
        for address in ("/", "/?q=Norland", f"/event{EVENT}", "/search?q=Norland"):
            answer = client.get(address)
            assert answer.status_code == 503
            assert "rebuild it" in answer.text


def test_an_address_that_is_taken_is_refused_in_one_line(web_index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = ["-m", "search", "serve", "--port", port, "--index", str(web_index)]
        ran = subprocess.run(
            [sys.executable, *words], capture_output=True, text=True, check=False, timeout=60
        )
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    assert "give another --host or --port" in ran.stderr


def test_what_the_server_takes_up_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = write_index(tmp_path, stories())
    current = CurrentIndex(place)
    write_index(tmp_path, stories()[:15])
    time.sleep(0.3)
    with caplog.at_level("INFO", logger="event_search"):
        current.get()
    assert "opened generation 2" in caplog.text


def test_ids_need_not_be_paths(tmp_path: Path) -> None:
    day = stories()[0].date
    names = ["2014-07-09-01", "/2014-07-09-01", "a b?c#d", "10.1000/x.y"]
    events = [Event(name, day, f"Event {number} of Norland") for number, name in enumerate(names)]
    with TestClient(create_app(write_index(tmp_path, events)), base_url="http://localhost") as it:
        for event in events:
            page = it.get(event_path(event.id))
            assert event.title in page.text
            path, _, flag = event_path(event.id, "related").partition("?")
            assert it.get(f"{path}?min_score=0&{flag}").json()["id"] == event.id
        assert it.get("/related/10.1000/x.y").json()["id"] == "10.1000/x.y"
