"""One writer, eight threads that share an open index, eight processes that open it anew.

Called with a directory, how often to publish and the seconds between; prints what was wrong, a
line each, and to standard error how often was asked. An archive goes to and fro between two
states: every answer must be all of one of them.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from search import Index, build
from search.engine import update_plan
from tests.faults.disturbances import LARGEST_DELTA, answers, put
from tests.small_archive import stories

READERS = 8


def child(work: Callable[[], object]) -> int:
    pid = os.fork()
    if not pid:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", flush=True)
        finally:
            os._exit(1)
    return pid


class Archive:
    """Two states of an archive, and what the index says of each."""

    def __init__(self, place: Path) -> None:
        self.place, self.index = place, place / "index"
        self.expected: list[Any] = []
        for state in (0, 1):
            self.become(state)
            self.expected.append(answers(self.index))
        assert self.expected[0] != self.expected[1]

    def become(self, state: int) -> None:
        put(self.place / "site", stories()[: 10 if state else 14])
        for event in stories()[10:14] if state else []:
            (self.place / "site" / event.id.lstrip("/")).unlink()
        build([self.place / "site"], self.index)

    @property
    def is_over(self) -> bool:
        return (self.place / "over").exists()

    def publish(self, times: int, pause: float) -> None:
        for number in range(times):
            time.sleep(pause)
            self.become(number % 2)

    def open_anew(self) -> None:
        asked = 0
        while not self.is_over:
            if answers(self.index) not in self.expected:
                print("an index opened anew answers like no generation", flush=True)
            asked += 1
        print(f"a process opened it {asked} times", file=sys.stderr)


def told(index: Index) -> list[Any]:
    lists = [(event_id, index.related(event_id)) for event_id in index.ids()]
    return [lists, [index.search(question).hits for question in ("norland", '"Port Selva"')]]


def main() -> None:
    setattr(update_plan, "DRIFT", LARGEST_DELTA)  # noqa: B010 - a constant to type checkers
    archive = Archive(Path(sys.argv[1]))
    late = Index.open(archive.index)  # asked only when its generation is long gone
    with Index.open(archive.index) as opened:
        expected = told(opened)
    shared = Index.open(archive.index)
    counts = [0] * READERS

    def ask(thread: int) -> None:
        while not archive.is_over:
            if told(shared) != expected:
                print("a thread was answered otherwise than before", flush=True)
            counts[thread] += 1

    readers = [child(archive.open_anew) for _ in range(READERS)]
    writer = child(lambda: archive.publish(int(sys.argv[2]), float(sys.argv[3])))
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    _, status = os.waitpid(writer, 0)
    (archive.place / "over").touch()
    for thread in threads:
        thread.join()
    statuses = [status, *(os.waitpid(reader, 0)[1] for reader in readers)]
    if any(statuses):
        print(f"processes ended with {statuses}")
    if told(late) != expected:
        print("an index that was opened long ago does not answer as it would have")
    print(f"threads asked {counts} times", file=sys.stderr)


if __name__ == "__main__":
    main()
