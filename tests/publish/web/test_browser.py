"""A real browser looks, types and reads; axe-core looks for what keeps people out."""

import html
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from search import Change
from search.publish.run_report import RunReport
from tests.publish.web.conftest import HOSTILE, write_index
from tests.small_archive import odd

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_core_python")

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
EVENT = "/event/news/2014/07/09/a-strong-earthquake-shakes-port.md"
PAGES = ["/", "/?q=Norland", EVENT, EVENT.replace("event", "story", 1), "/archive", "/nothing",
         f"/explain?a={EVENT.removeprefix('/event')}&b=comet"]  # fmt: skip

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")


def serve(index: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "search", "serve", "--port", str(port), "--index", str(index)],
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{address}/health"):
                    break
            except OSError:
                assert server.poll() is None
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def site(web_index: Path) -> Iterator[str]:
    yield from serve(web_index)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


def violations(page: "Page") -> list[tuple[str, str]]:
    """What axe-core finds in a page: the rule, and the first element that breaks it."""
    page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    return [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]


@pytest.fixture
def page(browser: "Browser", site: str) -> Iterator["Page"]:
    context = browser.new_context(base_url=site)
    made = context.new_page()
    said: list[str] = []
    made.on("console", lambda message: said.append(message.text))
    made.on("dialog", lambda dialog: said.append(dialog.message))
    yield made
    context.close()
    assert said == []


def test_search_filter_open_and_read_why(page: "Page") -> None:
    page.goto("/")
    page.get_by_label("Search the archive").fill("Norland")
    page.get_by_role("button", name="Search").click()
    assert "events match" in page.locator("h1").inner_text()
    page.locator(".years a").first.click()
    assert "from=2014" in page.url
    assert all("2014" in day for day in page.locator(".hits time").all_inner_texts())
    page.locator(".hits h3 a").first.click()
    page.locator("summary").first.click()
    assert page.locator("table.bars").first.is_visible()
    assert "Score" in page.locator("table.bars tfoot").first.inner_text()


def test_the_box_suggests_names(page: "Page") -> None:
    page.goto("/")
    page.locator("#q").press_sequentially("port se")
    option = page.locator("#names option").first
    option.wait_for(state="attached")
    assert option.get_attribute("value") == "Port Selva"


def test_the_keyboard_is_enough(page: "Page") -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("/")
    page.keyboard.type("comet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=comet")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.hits h3 a')"):
            break
    style = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(style) != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/event/**")


def test_the_report_of_a_run_is_read_by_keyboard(browser: "Browser", tmp_path: Path) -> None:
    report = RunReport()
    for number, reason in enumerate(("gone: T", "by hand: ban /a.md", "new: T")):
        lists = (f"### Related:\n\n1. [T](/news/2015/01/1/{each}.md)\n" for each in "ab")
        before, after = (f"# A title\n\n2015-01-05\n\n{each}".encode() for each in lists)
        path = Path(f"{number}.md")
        report.add(Change(path, Path(), before * 2, after * 2, reasons=(reason,)))
    report.write(tmp_path / "report.html", "said")
    page = browser.new_page(viewport={"width": 600, "height": 200}, bypass_csp=True)
    page.goto((tmp_path / "report.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#by-hand"
    assert page.evaluate("document.querySelector(':target').getBoundingClientRect().top") < 100
    page.keyboard.press("End")
    page.wait_for_function("scrollY > 0 && innerHeight + scrollY >= document.body.scrollHeight")
    found = violations(page)
    page.close()
    assert found == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: "Browser", site: str, path: str, scheme: Any) -> None:
    context = browser.new_context(base_url=site, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(path)
    found = violations(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_it_without_scrolling_sideways(
    browser: "Browser", site: str, path: str
) -> None:
    context = browser.new_context(base_url=site, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_it_works_without_javascript(browser: "Browser", site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("#q").fill("earthquake")
    page.get_by_role("button", name="Search").click()
    page.locator(".hits h3 a").first.click()
    page.locator("#b").fill("comet Wex")
    page.get_by_role("button", name="Why not?").click()
    page.locator(".hits a").first.click()
    assert "Why, or why not?" in page.locator("h1").inner_text()
    context.close()


def test_what_events_say_does_not_run(page: "Page", site: str) -> None:
    page.goto("/?q=script")
    page.get_by_role("link", name="<script>alert(1)").first.click()
    assert page.locator("h1").inner_text() == html.unescape(HOSTILE.title)
    assert page.locator("h1 img").count() == 0


def test_a_right_to_left_archive_begins_at_the_right(browser: "Browser", tmp_path: Path) -> None:
    arabic = [event for event in odd() if "arabic" in event.id]
    for site in serve(write_index(tmp_path, arabic)):
        page = browser.new_page(base_url=site)
        page.goto("/")
        box = page.locator("header nav a").first.bounding_box()
        assert box is not None
        assert box["x"] > 600
        page.close()


@pytest.mark.skipif(
    not os.environ.get("EVENT_SEARCH_SCREENSHOTS"), reason="EVENT_SEARCH_SCREENSHOTS names a folder"
)
def test_pictures_of_the_pages(browser: "Browser", site: str) -> None:
    folder = Path(os.environ["EVENT_SEARCH_SCREENSHOTS"])
    page = browser.new_page(base_url=site, viewport={"width": 1_000, "height": 700})
    for name, path in (("search", "/?q=Norland"), ("event", EVENT), ("archive", "/archive")):
        page.goto(path)
        page.screenshot(path=folder / f"{name}.png")
    page.close()
