"""Whoosh is read without what it loads beside it, and nobody else notices."""

import importlib
import subprocess
import sys
import urllib
from pathlib import Path

import pytest

from search.index.postings import whoosh_files

ALONE = """
import sys
from search.index.postings import whoosh_files
heavy = {"http.client", "email", "ssl", "urllib.request"} & set(sys.modules)
assert not heavy, heavy
import urllib
assert not hasattr(urllib, "request")
import urllib.request
assert urllib.request.urlopen and urllib.request.__file__
from whoosh.compat import urlretrieve
print(urlretrieve("file://" + sys.argv[1])[0])
"""
BEFORE = """
import urllib.request
kept = urllib.request
from search.index.postings import whoosh_files
import sys
from whoosh.compat import urlretrieve
assert sys.modules["urllib.request"] is urllib.request is kept
assert urlretrieve is kept.urlretrieve
print(sys.argv[1])
"""


@pytest.mark.parametrize("code", [ALONE, BEFORE])
def test_the_network_is_there_for_whoever_wants_it(tmp_path: Path, code: str) -> None:
    (tmp_path / "file").write_text("x")
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "file")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, str(tmp_path / "file"), "")


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nobody had asked for the network yet."""
    importlib.import_module("urllib.request")
    monkeypatch.delitem(sys.modules, "urllib.request")
    monkeypatch.delattr(urllib, "request")


@pytest.mark.usefixtures("unloaded")
def test_whoever_comes_upon_what_stands_for_it_gets_the_real_thing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with whoosh_files._put_off():
        early = sys.modules["urllib.request"]
        function = early.urlretrieve
        assert isinstance(early, whoosh_files._Later) and vars(urllib)["request"] is early
        assert not hasattr(early, "__path__")
        assert function(f"file://{tmp_path}/file")[0] == f"{tmp_path}/file"
        assert early.quote("a b") == "a%20b"
        assert not hasattr(early, "no_such_name")
    real = importlib.import_module("urllib.request")
    assert real is not early and vars(urllib)["request"] is real and real.Request is early.Request


@pytest.mark.usefixtures("unloaded")
def test_nothing_is_left_where_nobody_came_upon_it() -> None:
    with whoosh_files._put_off():
        pass
    assert "urllib.request" not in sys.modules and "request" not in vars(urllib)


def test_what_is_loaded_already_stays() -> None:
    real = importlib.import_module("urllib.request")
    with whoosh_files._put_off():
        assert sys.modules["urllib.request"] is real
    assert sys.modules["urllib.request"] is vars(urllib)["request"] is real
