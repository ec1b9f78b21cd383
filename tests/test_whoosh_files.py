"""Whoosh is read without what it loads beside it, and nobody else notices."""

import subprocess
import sys
from pathlib import Path

import pytest

ALONE = """
import sys
from search.keywords import whoosh_files
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
from search.keywords import whoosh_files
import sys
from whoosh.compat import urlretrieve
assert sys.modules["urllib.request"] is urllib.request is kept
assert urlretrieve is kept.urlretrieve
print(sys.argv[1])
"""
MEANWHILE = """
import sys, urllib
from search.keywords import whoosh_files
with whoosh_files._put_off():
    import urllib.request as early
    from urllib.request import Request
    assert early.quote("a b") == "a%20b"
    assert not hasattr(early, "no_such_name")
import urllib.request
assert urllib.request.Request is Request and urllib.request is not early
assert early.Request is Request
print(sys.argv[1])
"""


@pytest.mark.parametrize("code", [ALONE, BEFORE, MEANWHILE])
def test_the_network_is_there_for_whoever_wants_it(tmp_path: Path, code: str) -> None:
    (tmp_path / "file").write_text("x")
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "file")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, str(tmp_path / "file"), "")
