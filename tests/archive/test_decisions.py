"""related.toml as it is read."""

import re
from pathlib import Path

import pytest

from search.archive.decisions import decisions_beside
from search.model.errors import UsageError
from search.model.read_options import DECISIONS
from tests.engine.decisions.editing import decide


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("banned = 1", "'banned' is not a known key; write 'ban'"),
        ("exclude = [1]", "'exclude' must be a list of names"),
        ('same_story = [["/a.md"]]', "'same_story' must be a list of 2 or more names"),
        ("pin = []", "'pin' must be a table"),
        ('[ban]\n"/a.md" = "/b.md"', "'ban./a.md' must be a list of names"),
        ("exclude = [", "correct it, or remove it"),
    ],
)
def test_a_wrong_related_toml_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    decide(tmp_path, text)
    with pytest.raises(UsageError, match=re.escape(message)) as error:
        decisions_beside(tmp_path)
    assert str(tmp_path / DECISIONS) in str(error.value)
