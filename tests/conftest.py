"""Things that several tests need. Fixtures are nouns."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from search import Event, Index, build
from search.model.event import parse_day
from search.text.names import lexicon
from search.text.stems import stem
from tests.small_archive import odd, stories

# No test fails because a machine is busy, or because of a draw that has nothing to do with the
# change under test: the suite draws the same examples each time. `--hypothesis-profile random`
# looks for new ones.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None)
settings.load_profile("suite")

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "index_data" / "sample"
COMPILED = ROOT / "search" / "index" / "kernels" / "__pycache__"
COMPILING = pytest.StashKey[subprocess.Popen[bytes] | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="campaigns in full, and wait for the disk")


def pytest_configure(config: pytest.Config) -> None:
    """Wait for no disk, which is most of the time of a small build. Tests of syncing record the
    calls or let them fail."""
    if not config.getoption("--full"):
        patch = pytest.MonkeyPatch()
        patch.setattr(os, "fsync", os.fstat)  # which refuses a closed descriptor as well
        config.add_cleanup(patch.undo)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let one process compile the kernels while the workers run the tests that need none yet."""
    session.config.stash[COMPILING] = None
    is_controller = not hasattr(session.config, "workerinput")
    if (
        is_controller
        and session.config.getoption("numprocesses", None)
        and not any(COMPILED.glob("*.nbc"))
    ):
        session.config.stash[COMPILING] = subprocess.Popen(
            [sys.executable, "-m", "tests.compiled_kernels"], cwd=ROOT
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    if (compiling := session.config.stash[COMPILING]) is not None:
        compiling.wait()


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether campaigns are run in full."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session", autouse=True)
def remembered_stems() -> Iterator[None]:
    """Every build stems the same 12,000 words of a dictionary; here, each is stemmed once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexicon, "stem", cache(stem))
        yield


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample archive; nobody may write to it."""
    directory = tmp_path_factory.mktemp("sample") / "index"
    build([SAMPLE], directory)
    return directory


@pytest.fixture(scope="session")
def story_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of an index of the small archive and its odd events; nobody may write to it."""
    place = tmp_path_factory.mktemp("stories")
    archive = place / "events.jsonl"
    lines = (json.dumps(event.to_json()) + "\n" for event in [*stories(), *odd()])
    archive.write_text("".join(lines), encoding="utf-8")
    build([archive], place / "index")
    return place / "index"


@pytest.fixture(scope="session")
def story_index(story_directory: Path) -> Iterator[Index]:
    """The same index, open."""
    with Index.open(story_directory) as index:
        yield index


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The directory of real data, which is not part of the project."""
    directory = Path(os.environ.get("EVENT_SEARCH_DATA", ROOT.parent / "shared" / "data"))
    if not directory.is_dir():
        pytest.skip("the real data is not here; EVENT_SEARCH_DATA names its directory")
    return directory


Lines = Callable[[Sequence[Event]], Path]


@pytest.fixture
def json_lines(tmp_path: Path) -> Lines:
    """Writes events to a JSON Lines file."""

    def write(events: Sequence[Event]) -> Path:
        path = tmp_path / "events.jsonl"
        lines = (json.dumps(event.to_json()) + "\n" for event in events)
        path.write_text("".join(lines), encoding="utf-8")
        return path

    return write


def event(event_id: str, day: str, title: str, **fields: str) -> Event:
    return Event(event_id, parse_day(day), title, **fields)  # type: ignore[arg-type]
