"""One seed of the swarm: an archive, its index, what happens to both, and what must hold."""

import errno
import os
import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from search import (
    Event,
    Index,
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    Skipped,
    build,
    regenerate_archive,
)  # fmt: skip
from search.engine.build import repair
from search.index import generations, publishing
from tests.faults.damage import blocks, cut, files_of, flip
from tests.faults.disturbances import answers, leftovers
from tests.small_archive import stories
from tests.swarm import troubles
from tests.swarm.archive_model import Archive, Page
from tests.swarm.repeatable import DRIFT, later, small_and_repeatable
from tests.swarm.troubles import Action, Ending, in_child

TROUBLES: Final = (
    troubles.calm, troubles.failing, troubles.killed, troubles.crashed,
    troubles.with_few_descriptors, troubles.with_little_memory,
)  # fmt: skip
# States that a campaign must have reached, or it has shown nothing about them.
RARE: Final = (
    "recovered after commit", "swept what a killed writer left", "repaired", "base rebuilt",
    "delta updated", "page refused", "writer locked out", "reader outlived its generation",
    "out of descriptors", "out of memory", "file operation failed", "killed", "crashed",
)  # fmt: skip
# Our mark, and what people write: what is wrong there is refused with its line, and not repaired.
_NOT_DAMAGED: Final = ("EVENT-SEARCH", "aliases.tsv")
_OF_ONE_FILE: Final = (errno.EIO, errno.EACCES)  # and no limit of the whole process
_HOUR: Final = 3_600_000_000_000
_LONG_AGO: Final = 2  # publications after which a generation is swept


class Broken(AssertionError):
    """What must hold does not."""


class World:
    """What one seed does. ``counted`` are the rare states that were reached."""

    def __init__(self, place: Path, seed: int) -> None:
        self.counted: Counter[str] = Counter()
        self.trace: list[str] = []
        self._source = random.Random(seed)
        self._place = place / "place"
        self._index = self._place / "data" / "index"
        self._archive = Archive(self._place / "site")
        self._published: dict[str, Event] | None = None
        self._base: dict[str, Event] = {}  # what the base was built of
        self._mark = b""  # digest of the base
        self._published_times = 0
        self._held: tuple[Index, Any, int] | None = None
        self._left = False  # files of a writer that came to no end
        self._skipped: list[str] = []  # pages that could not be read in this step
        self._late = False  # a writer came to no end after it had published
        self._edits = 0
        self._must_rebuild = True
        for event in stories()[: self._source.randint(6, 12)]:
            self._archive.save(event.id, Page(replace(event, summary=event.summary or "-")))

    def run(self, steps: int) -> None:
        """Raises Broken or what the code under test raised."""
        with small_and_repeatable():
            for _ in range(steps):
                self._step()
            self._finish()

    def _step(self) -> None:
        for _ in range(self._source.randint(0, 4)):
            self.trace.append(self._archive.edit(self._source))
        self._skipped.clear()
        steps = [self._index_it, self._regenerate] * 5
        steps += [self._damage, self._two_writers, self._ask_while_writing, self._correct_names]
        self._source.choice(steps)()
        self._hold()

    def _index_it(self) -> None:
        self._disturbed(
            "index", lambda: build([self._archive.site], self._index, on_skip=self._skip)
        )

    def _skip(self, skipped: Skipped) -> None:
        self._skipped.append(str(skipped))

    def _regenerate(self) -> None:
        refused: list[int] = []

        def act() -> None:
            run = regenerate_archive(self._archive.site, self._index, on_skip=self._skip)
            refused.append(run.refused)

        ending = self._disturbed("regenerate", act)
        self.counted["page refused"] += bool(refused and refused[0])
        is_whole = ending.how == "done" and refused == [0] and not self._skipped
        self._require(self._archive.wrong(regenerated=is_whole))

    def _disturbed(self, name: str, action: Action) -> Ending:
        trouble = self._source.choice(TROUBLES)
        ahead = self._source.choice([0, _HOUR])  # whether what was read is settled already
        self.trace.append(f"{name}, {trouble.__name__}{', an hour later' if ahead else ''}")
        with later(ahead):
            ending = trouble(action, self._place, self._source)
        self.trace.append(f"  {ending.how} {ending.why}")
        self._must_rebuild |= ending.code == errno.EIO  # what cannot be read is damaged
        if ending.how == "crashed":
            for event_id, page in self._archive.pages.items():
                self._archive.path(event_id).chmod(0o444 if page.is_read_only else 0o644)
        self._settle(ending, calmly=trouble is troubles.calm)
        names = {
            troubles.with_few_descriptors: "out of descriptors",
            troubles.with_little_memory: "out of memory",
            troubles.failing: "file operation failed",
        }
        if ending.how in ("killed", "crashed"):
            self.counted[ending.how] += 1
        elif ending.how == "refused" and trouble in names:
            self.counted[names[trouble]] += 1
        return ending

    def _settle(self, ending: Ending, *, calmly: bool) -> None:
        """Look what is published now, and compare it with what may be."""
        now = self._archive.content()
        if calmly and ending.how != "done":
            raise Broken(f"refused without a reason: {ending.why}")
        found = self._content()
        if ending.how == "done":
            # Only of a page that cannot be read for good the index says nothing.
            missing = len(self._skipped) if ending.code in _OF_ONE_FILE else 0
            if found is None or not _is_part(found, now, missing):
                raise Broken(f"the index says {_difference(found, now)}")
        elif found not in (self._published, now):
            raise Broken(f"neither as before nor as after: {_difference(found, now)}")
        elif found == now != self._published:
            self._late = True
        self._compare_base(found)
        left = self._left_over()
        if ending.how == "done" and calmly:
            if left:
                raise Broken(f"left over: {left}")
            self.counted["swept what a killed writer left"] += self._left
            self.counted["recovered after commit"] += self._late
            self._left = self._late = False
        self._left |= bool(left)
        self._published = found
        self._ask()

    def _compare_base(self, found: dict[str, Event] | None) -> None:
        """A base is built anew when the archive has drifted from it, and only then."""
        if found is None:
            return
        mark = self._digest_of_base()
        if mark == self._mark:
            self.counted["delta updated"] += found != self._published
            return
        changed = len(set(self._base.items()) ^ set(found.items()))
        drifted = changed > DRIFT * len(self._base)
        if not (drifted or self._must_rebuild):
            raise Broken("a good base was thrown away")
        self.counted["base rebuilt"] += bool(self._mark)
        self._must_rebuild = False
        self._mark, self._base = mark, found

    def _ask(self) -> None:
        """Is each event found by the word that only it has, and are lists of events that exist?"""
        if self._published is None:
            return
        with Index.open(self._index) as index:
            for event in self._source.sample(sorted(self._published.values(), key=str), 3):
                word = event.summary.split()[-1].strip(".")
                if word.startswith("zq"):
                    ids = [hit.event.id for hit in index.search(f'"{word}"').hits]
                    if ids != [event.id]:
                        raise Broken(f"{word} finds {ids}, not {event.id}")
                listed = {hit.event.id for hit in index.related(event.id)}
                if not listed <= set(self._published) - {event.id}:
                    raise Broken(f"the list of {event.id} has what is not there")

    def _damage(self) -> None:
        """Alter a file of the index: answers are right or refused, and a repair mends it."""
        if self._published is None:
            return
        if self._held is not None:  # its files are about to be altered under it
            self._held[0].close()
            self._held = None
        said = answers(self._index)
        files = [path for path in files_of(self._index) if path.name not in _NOT_DAMAGED]
        path = self._source.choice(files)
        how = self._source.choice([flip, cut, blocks])
        path.write_bytes(how(path.read_bytes(), self._source))
        self.trace.append(f"damage {path.relative_to(self._index)}: {how.__name__}")
        try:
            if answers(self._index) != said:
                raise Broken("a silently wrong answer")
        except IndexDamaged:
            pass
        self._must_rebuild = True
        with suppress(IndexDamaged):
            build([self._archive.site], self._index)
        self.counted["repaired"] += repair(self._index).built
        with Index.open(self._index) as index:
            if faults := index._generation.verify():
                raise Broken(f"repaired, and damaged still: {faults}")
        self._settle(Ending("done"), calmly=True)
        self._must_rebuild = False

    def _correct_names(self) -> None:
        self._index.mkdir(parents=True, exist_ok=True)
        self._edits += 1
        text = f"Norland\tNorthland {self._edits}\n"
        (self._index / "aliases.tsv").write_text(text, encoding="utf-8")
        self.trace.append("correct names")
        self._must_rebuild = True

    def _two_writers(self) -> None:
        """While one holds the index, another is told so; of two at once at least one is done."""
        self.trace.append("two writers")

        def act() -> object:
            return regenerate_archive(self._archive.site, self._index)

        with publishing.writing(self._index):
            ending = in_child(act, (IndexLocked,))
        if ending.how != "refused":
            raise Broken("wrote beside a writer")
        self.counted["writer locked out"] += 1
        child = os.fork()
        if not child:
            try:
                os._exit(in_child(act).how != "done")
            finally:
                os._exit(2)
        mine = in_child(act, (IndexLocked,))
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        self.trace.append(f"  {mine.how} and {code}")
        if code == 2 or (code == 1 and mine.how != "done"):
            raise Broken(f"two writers ended with {mine} and {code}")
        self._settle(Ending("done"), calmly=False)
        self._require(self._archive.wrong(regenerated=False))

    def _ask_while_writing(self) -> None:
        """A reader that opens the index over and over sees what was before or what is after."""
        before, now = self._published, self._archive.content()
        self.trace.append("ask while writing")
        stop = self._place / "stop"

        def read() -> None:
            while not stop.exists():
                found = self._content()
                if found not in (before, now):
                    raise Broken(f"a reader saw {_difference(found, now)}")

        child = os.fork()
        if not child:
            try:
                os._exit(in_child(read).how != "done")
            finally:
                os._exit(2)
        build([self._archive.site], self._index)
        stop.touch()
        _, status = os.waitpid(child, 0)
        stop.unlink()
        if status:
            raise Broken("a reader saw what was never published")
        self._settle(Ending("done"), calmly=True)

    def _hold(self) -> None:
        """Keep an index open for a while: it answers as on the first day."""
        if self._held is not None and self._source.random() < 0.3:
            index, said, number = self._held
            if self._said(index) != said:
                raise Broken("an index that was open before answers otherwise")
            gone = not (self._index / f"{number:06d}").exists()
            self.counted["reader outlived its generation"] += gone
            index.close()
            self._held = None
        if self._held is None and self._published is not None and self._source.random() < 0.3:
            index = Index.open(self._index)
            self._held = (index, self._said(index), index.generation)

    def _finish(self) -> None:
        """All locks off: the last run leaves nothing to do, and pages depend on nothing hidden."""
        if self._held is not None:
            self._held[0].close()
        for event_id, page in list(self._archive.pages.items()):
            self._archive.save(event_id, replace(page, is_read_only=False))
        self.trace.append("finish")
        for again in (False, True):
            run = regenerate_archive(self._archive.site, self._index)
            if run.refused or (again and run.changed):
                raise Broken(f"regenerated {'again' if again else 'at last'}: {run.sentence()}")
            self._settle(Ending("done"), calmly=True)
            self._require(self._archive.wrong(regenerated=True))
        self._rebuild()

    def _rebuild(self) -> None:
        """The same pages without lists, in two places and without an index, come to the same."""
        again = [Archive(self._place / name) for name in ("one", "other")]
        for archive in again:
            for event_id, page in self._archive.pages.items():
                archive.save(event_id, page)
            regenerate_archive(archive.site, self._place / "data" / archive.site.name)
        for event_id in self._archive.pages:
            one, other = (archive.path(event_id).read_bytes() for archive in again)
            if one != other:
                raise Broken(f"{event_id} is not as in another place")

    def _content(self) -> dict[str, Event] | None:
        try:
            with Index.open(self._index) as index:
                return {event_id: index.event(event_id) for event_id in index.ids()}
        except IndexMissing:
            return None

    def _said(self, index: Index) -> Any:
        ids = sorted(index.ids())[:5]
        return [[index.related(event_id) for event_id in ids], index.search("norland").hits]

    def _left_over(self) -> list[str]:
        """Files that no finished run leaves. Beside pages one may wait for the next run there, and
        an empty folder, which may be anybody's, stays."""
        if not self._index.exists():
            return []
        found = leftovers(self._archive.site, self._index)
        named = [name for name in found if not name.endswith(("/.event-search.tmp", "aliases.tsv"))]
        return [name for name in named if not _is_empty_folder(self._index / name)]

    def _digest_of_base(self) -> bytes:
        number = generations.current(self._index).directory
        files = sorted(path for path in (number / "base").rglob("*") if path.is_file())
        return blake2b(b"".join(path.read_bytes() for path in files)).digest()

    def _require(self, wrong: list[str]) -> None:
        if wrong:
            raise Broken("; ".join(wrong))


def _is_part(found: dict[str, Event], whole: dict[str, Event], missing: int) -> bool:
    """Whether all but so many at most of the whole were found, and nothing else."""
    return found.items() <= whole.items() and len(found) >= len(whole) - missing


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _difference(found: dict[str, Event] | None, wanted: dict[str, Event]) -> str:
    if found is None:
        return "there is no index"
    pairs = {*found.items()} ^ {*wanted.items()}
    return f"other things of {sorted(name for name, _ in pairs)}"
