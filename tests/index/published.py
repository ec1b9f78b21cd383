"""Small published generations."""

from pathlib import Path
from typing import Any

from search.index import generations, publishing

UNFINISHED = "building-000009-0123456789abcdef"


def filled(text: str) -> Any:
    def build(directory: Path) -> dict[str, Any]:
        (directory / "inner").mkdir()
        (directory / "inner" / "data.txt").write_text(text, encoding="utf-8")
        return {"text": text}

    return build


def published(directory: Path, *texts: str) -> generations.Generation:
    with publishing.writing(directory):
        for text in texts:
            generation = publishing.publish(directory, filled(text))
    return generation
