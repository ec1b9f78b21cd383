"""Things that several tests need. Fixtures are nouns."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from search import Event, Index, build
from search.model.event import parse_day
from tests.small_archive import odd, stories

# No test fails because a machine is busy, or because of a draw that has nothing to do with the
# change under test: the suite draws the same examples each time. `--hypothesis-profile random`
# looks for new ones.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None)
settings.load_profile("suite")

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "index_data" / "sample"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="every case of tests/faults, not a sample")


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether campaigns are run in full."""
    return bool(request.config.getoption("--full"))


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
