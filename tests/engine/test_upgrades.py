"""A small index of every format that there was: of this one it is asked, of others refused.

``frozen/format-N.tar.gz`` holds an index of eight events of the small archive as format N wrote it,
without what is no part of a generation. It is never made anew: a format that changes is another.
"""

import json
import tarfile
from pathlib import Path

import pytest

from search import Index, IndexFormatMismatch, build
from search.index.generations import FORMAT
from search.model.hit import RANKING_VERSION
from tests.small_archive import stories

FROZEN = sorted((Path(__file__).parents[1] / "frozen").glob("format-*.tar.gz"))


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda path: path.name.split(".")[0])
def test_an_index_of_any_format_is_asked_or_refused_and_mended(
    frozen: Path, tmp_path: Path
) -> None:
    with tarfile.open(frozen) as packed:
        packed.extractall(tmp_path, filter="data")
    index = tmp_path / "index"
    try:
        with Index.open(index) as opened:
            assert [opened.event(event_id) for event_id in opened.ids()] == stories()[:8]
            assert opened.search('"Port Selva" earthquake').hits
            assert opened.related(stories()[0].id)
        assert f"format-{FORMAT}." in frozen.name
    except IndexFormatMismatch as error:
        [manifest] = index.glob("0*/manifest.json")
        ranking = json.loads(manifest.read_text(encoding="utf-8")).get("ranking")
        assert f"format-{FORMAT}." not in frozen.name or ranking != RANKING_VERSION
        assert "event-search index ARCHIVE" in str(error)
    lines = tmp_path / "events.jsonl"
    lines.write_text('{"id": "a", "date": "2014-01-02", "title": "A storm"}\n', encoding="utf-8")
    build([lines], index)
    with Index.open(index) as opened:
        assert list(opened.ids()) == ["a"]


def test_this_format_is_kept() -> None:
    assert f"format-{FORMAT}.tar.gz" in {path.name for path in FROZEN}
