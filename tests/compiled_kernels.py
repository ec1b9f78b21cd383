"""Compiles the kernels of related lists, which takes a quarter of a minute in a fresh checkout:
once, rather than in each worker of the suite. `python -m tests.compiled_kernels`"""

import json
import tempfile
from pathlib import Path

from search import Index, RelatedOptions, build
from tests.small_archive import stories


def compile_all() -> None:
    with tempfile.TemporaryDirectory() as place:
        archive, index = Path(place) / "events.jsonl", Path(place) / "index"
        lines = (json.dumps(event.to_json()) + "\n" for event in stories())
        archive.write_text("".join(lines), encoding="utf-8")
        build([archive], index)
        with Index.open(index) as opened:
            for order in ("relevance", "context"):
                list(opened.related_to_each(list(opened.ids()), RelatedOptions(order=order)))


if __name__ == "__main__":
    compile_all()
