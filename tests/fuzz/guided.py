"""The same laws, on cases that are led by what they reach: coverage-guided fuzzing with atheris.

    pip install atheris
    python tests/fuzz/guided.py pages|regenerating|lines|queries|file_caches|index [-runs=N ...]

Begins with the seeds of ``laws``. What breaks a law is printed, and kept as ``crash-...`` here.
Options that begin with a sign are those of libFuzzer. Atheris is no dependency of any extra: it is
built for Linux, and for some versions of Python only.
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent))

with atheris.instrument_imports(include=["search"]):
    from search import Index
    from tests.fuzz import laws
    from tests.updated_index import updated_index


def targets(scratch: Path) -> dict[str, tuple[Sequence[bytes], Callable[[bytes], object]]]:
    """What is fuzzed: the seeds, and what holds of a case."""
    index = updated_index(scratch)
    opened = Index.open(index)
    files = laws.files_of(index)

    def of_an_index(data: bytes) -> None:
        """The first byte says which file it is."""
        if data:
            laws.of_a_file_of_an_index(index, files[data[0] % len(files)], data[1:])

    def of_a_query(data: bytes) -> None:
        text = laws.of_a_query(data)
        if len(data) % 16 == 0:
            laws.of_a_search(opened, text)

    whole = [bytes([number]) + path.read_bytes() for number, path in enumerate(files)]
    file_cache = (index / "FILE_CACHE").read_bytes()[65:]
    return {
        "pages": (laws.PAGES, laws.of_a_page),
        "regenerating": (laws.PAGES, laws.of_regenerating),
        "lines": (laws.LINES, laws.of_lines_and_rows),
        "queries": (laws.QUERIES, of_a_query),
        "file_caches": ([file_cache], laws.of_a_file_cache),
        "index": (whole, of_an_index),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        known = targets(Path(scratch))
        if len(sys.argv) < 2 or sys.argv[1] not in known:
            sys.exit(__doc__)
        seeds, law = known[sys.argv.pop(1)]
        corpus = Path(scratch) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(seeds):
            (corpus / str(number)).write_bytes(seed)

        def one(data: bytes) -> None:
            law(data)

        atheris.Setup([*sys.argv, str(corpus)], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
