"""Do two checkouts give the same answers and the same pages?

    python benchmarks/compare_checkouts.py BEFORE AFTER [ARCHIVE ...] --queries 2000

BEFORE and AFTER are folders that hold the package ``search``. The sample archive of AFTER is always
compared; each ARCHIVE (a folder of pages, a JSON Lines or CSV file) is compared too. Each checkout
indexes its own copy of an archive, and both run the same commands:

- so many searches with seeded queries drawn from the archive's own words, as JSON with
  explanations, snippets, notes and suggestions;
- the related list of every event, by relevance and by context, as JSON;
- ``regenerate``, after which every file of the two copies is compared byte for byte.

Some JSON keys were renamed (``receipt`` to ``explanation``, ``share`` to ``contribution``): lines
are compared once old keys are written as new ones. Keys keep their order, so all else must be equal
byte for byte. Prints each difference, then one line an archive. Exit 1 if anything differs.
"""

import argparse
import difflib
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

RENAMED: Final = {"receipt": "explanation", "share": "contribution"}
MOST_WORDS: Final = 2_000_000
SHOWN: Final = 5  # differences that are printed of each part
_WORD: Final = re.compile(r"\w+", re.ASCII)
_DATES: Final = ("2015", "2014..2016", "..2015-06", "2015-07-05", "2016..", "2015-9")


def words_of(archive: Path) -> list[str]:
    """The words of an archive's files as they are spelled, each as often as it occurs.

    At most ``MOST_WORDS``, taken from the files in the order of their paths.
    """
    files = (
        [archive]
        if archive.is_file()
        else sorted(path for path in archive.rglob("*") if path.is_file())
    )
    found: list[str] = []
    for path in files:
        found += _WORD.findall(path.read_text(encoding="utf-8", errors="replace"))
        if len(found) >= MOST_WORDS:
            break
    return found[:MOST_WORDS]


def queries(words: list[str], seed: int) -> Iterator[str]:
    """Queries without end: plain words most of the time, and every sign of the language."""
    source = random.Random(seed)

    def word() -> str:
        chosen = source.choice(words)
        return chosen if source.random() < 0.5 else chosen.lower()

    def together(count: int) -> str:
        at = source.randrange(max(1, len(words) - count))
        return " ".join(words[at : at + count])

    def leaf() -> str:
        field = source.choice(["title", "summary", "source", "term"])
        return source.choice(
            [
                word(),
                word(),
                f'"{together(2)}"',
                f'"{word()} {word()}"~{source.randint(1, 4)}',
                word()[: source.randint(2, 5)] + "*",
                word() + "~",
                f"date:{source.choice(_DATES)}",
                f"{field}:{word()}",
                f"({word()} OR {word()})",
                source.choice(["since 2015", "summer 2015", "May 2015", "*"]),
            ]
        )

    while True:
        if source.random() < 0.5:
            yield together(source.randint(1, 6))
        else:
            signs = ["", "", "", "+", "-", "NOT "]
            joint = source.choice([" ", " ", " AND ", " OR "])
            yield joint.join(source.choice(signs) + leaf() for _ in range(source.randint(1, 4)))


class Checkout:
    """A checkout, and a folder that holds its copy of an archive and the index of that copy."""

    def __init__(self, package: Path, place: Path, archive: Path) -> None:
        self._package = package.resolve()
        self._place = place
        place.mkdir()
        self.archive = place / archive.name
        if archive.is_dir():
            shutil.copytree(archive, self.archive)
        else:
            shutil.copy(archive, self.archive)

    def run(self, *arguments: str) -> list[str]:
        """The lines that a command of the checkout prints.

        Raises:
            SystemExit: the command failed; a search that finds nothing did not.
        """
        environment = os.environ | {"PYTHONPATH": str(self._package), "EVENT_SEARCH_INDEX": "index"}
        command = [sys.executable, "-m", "search", *arguments]
        ran = subprocess.run(
            command, cwd=self._place, env=environment, capture_output=True, text=True, check=False
        )
        if ran.returncode not in (0, 1) or "Traceback" in ran.stderr:
            sys.exit(f"{self._package}: {' '.join(arguments)}: {ran.returncode}\n{ran.stderr}")
        return ran.stdout.splitlines()

    def files(self) -> dict[str, bytes]:
        """The bytes of every file of the archive, by path."""
        paths = (path for path in sorted(self.archive.rglob("*")) if path.is_file())
        return {str(path.relative_to(self.archive)): path.read_bytes() for path in paths}


def with_new_keys(value: Any) -> Any:
    """A JSON value with its renamed keys under their new names."""
    if isinstance(value, dict):
        return {RENAMED.get(key, key): with_new_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_new_keys(item) for item in value]
    return value


def comparable(line: str) -> str:
    return json.dumps(with_new_keys(json.loads(line)), ensure_ascii=False)


def _equal(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def differences(part: str, before: list[str], after: list[str]) -> int:
    """How many lines of JSON differ; the first few are printed."""
    found = abs(len(before) - len(after))
    if found:
        print(f"{part}: {len(before):,} lines before, {len(after):,} after")
    for one, other in zip(map(comparable, before), map(comparable, after), strict=False):
        if one != other:
            found += 1
            if found <= SHOWN:
                at = sum(1 for _ in itertools.takewhile(_equal, zip(one, other, strict=False)))
                asked = next(iter(json.loads(one).values()))
                print(f"{part}: {asked!r}, from character {at:,}")
                print(f"  before: {one[max(0, at - 60) : at + 100]}")
                print(f"  after:  {other[max(0, at - 60) : at + 100]}")
    return found


def different_files(before: dict[str, bytes], after: dict[str, bytes]) -> int:
    """How many files of two archives differ or are only in one; the first few are printed."""
    found = 0
    for name in sorted(before | after):
        one, other = before.get(name), after.get(name)
        if one != other:
            found += 1
            if found <= SHOWN:
                old, new = (
                    (text or b"").decode("utf-8", "replace").splitlines() for text in (one, other)
                )
                lines = difflib.unified_diff(old, new, lineterm="", n=0)
                print(f"page {name}:", *itertools.islice(lines, 12), sep="\n")
    return found


def compare(packages: list[Path], archive: Path, count: int, seed: int) -> int:
    """Compare two checkouts on one archive; the number of differences."""
    with tempfile.TemporaryDirectory() as scratch:
        asked = list(itertools.islice(queries(words_of(archive), seed), count))
        before, after = (
            Checkout(package, Path(scratch) / name, archive)
            for package, name in zip(packages, ("before", "after"), strict=True)
        )
        file = Path(scratch) / "queries"
        file.write_text("\n".join(asked) + "\n", encoding="utf-8")
        for checkout in (before, after):
            checkout.run("index", archive.name)
        parts = {
            "searches": ["search", "--queries", str(file), "--jsonl"],
            "lists": ["related", "--all", "--jsonl"],
            "lists by context": ["related", "--all", "--jsonl", "--order", "context"],
        }
        told = []
        found = 0
        for part, arguments in parts.items():
            lines = [checkout.run(*arguments) for checkout in (before, after)]
            different = differences(part, *lines)
            told.append(f"{len(lines[0]):,} {part}: {different:,} differ")
            found += different
        if archive.is_dir():
            for checkout in (before, after):
                checkout.run("regenerate", archive.name)
            pages = before.files()
            different = different_files(pages, after.files())
            told.append(f"{len(pages):,} files after regenerating: {different:,} differ")
            found += different
    print(f"{archive.name}: {'; '.join(told)}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("archives", type=Path, nargs="*", metavar="ARCHIVE")
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    archives = [given.after / "index_data" / "sample", *given.archives]
    packages = [given.before, given.after]
    found = [
        compare(packages, archive.resolve(), given.queries, given.seed) for archive in archives
    ]
    sys.exit(1 if any(found) else 0)


if __name__ == "__main__":
    main()
