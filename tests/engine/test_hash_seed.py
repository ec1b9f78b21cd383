"""Another hash seed, so another order of sets in Python: the same index and the same answers."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from random import Random

from search import Index, build
from search.model.event import Event, parse_day
from tests.engine.test_threads import answer_of, questions
from tests.small_archive import odd, stories


def long_texts() -> list[Event]:
    """Texts that mention much: each retells eight of the stories, with headings and code."""
    draw = Random(7)
    told = [f"{event.title}\n\n{event.summary}" for event in stories()]
    chapters = [draw.sample(told, 8) for _ in range(12)]
    return [
        Event(
            f"/long/{number}.md",
            parse_day(f"2018-01-{number + 1:02}"),
            f"Notes of year {number}: {chapter[0].splitlines()[0]}",
            "\n\n".join(f"## Part {part}\n\n{text}" for part, text in enumerate(chapter * 3))
            + "\n\n`Norland::Fever` calls `Wex.lantern()` of the WHO.",
        )
        for number, chapter in enumerate(chapters)
    ]


def report(directory: Path) -> None:
    """Builds an index and prints a digest of each file and every answer."""
    build(events=[*stories(), *odd(), *long_texts()], directory=directory)
    for path in sorted(directory.rglob("*.*")):
        if path.is_file() and path.name != "manifest.json":  # the manifest has the time of day
            print(path.relative_to(directory), hashlib.sha256(path.read_bytes()).hexdigest())
    with Index.open(directory) as index:
        for question in questions(index):
            print(question, answer_of(index, question))


def test_two_processes_with_other_hash_seeds_give_the_same(tmp_path: Path) -> None:
    reports = []
    for seed in ("1", "2"):
        code = (
            "from pathlib import Path\n"
            "from tests.engine.test_hash_seed import report\n"
            f"report(Path({str(tmp_path / seed)!r}))\n"
        )
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        ran = subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
        )
        reports.append(ran.stdout.decode().replace(str(tmp_path / seed), "INDEX").splitlines())
    assert len(reports[0]) > 100
    assert reports[0] == reports[1]
