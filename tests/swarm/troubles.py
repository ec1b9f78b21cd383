"""What may befall a command while it runs, each drawn from a seed.

A trouble runs an action and says how it ended: "done", "refused" (one of our errors), "killed",
"crashed". Anything else that is raised is a fault of ours and leaves as it is.
"""

import errno
import os
import random
import resource
import shutil
import signal
import traceback
from collections.abc import Callable
from itertools import count, islice
from pathlib import Path
from typing import Final, NamedTuple

from search import EventSearchError
from tests.faults.crash_disk import BYTES, KEPT, LOST, NAMES, TORN, Disk, reordered
from tests.faults.file_layer import Fault, Layer, installed

Action = Callable[[], object]
CODES: Final = (
    errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES,
    errno.EMFILE, errno.ENFILE, errno.ENOMEM,
)  # fmt: skip
_FARTHEST: Final = 400  # operations; a build of so small an archive takes fewer


_OF_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # never said of a file opened to read


class _Refusal(Fault):
    def strikes(self, count: int, kind: str) -> bool:
        if kind == "open" and self.code in _OF_ROOM:
            return False
        return super().strikes(count, kind)


class Ending(NamedTuple):
    how: str
    why: str = ""
    code: int = 0  # of the operation that was made to fail


def calm(action: Action, place: Path, source: random.Random) -> Ending:
    """Nothing happens."""
    return _tried(action)


def failing(action: Action, place: Path, source: random.Random) -> Ending:
    """A file operation fails, and maybe all that follow."""
    at, code, lasting = _moment(source), source.choice(CODES), source.random() < 0.4
    with installed(Layer(place, _Refusal(at, code, lasting))) as layer:
        ending = _tried(action)
    what = f"{errno.errorcode[code]}{' lasting' if lasting else ''} at {at}"
    return Ending(ending.how, f"{what} {layer.failed[:1]}: {ending.why}", code)


def killed(action: Action, place: Path, source: random.Random) -> Ending:
    """The process is killed right before a file operation."""

    class Deadly(Fault):
        def strikes(self, count: int, kind: str) -> bool:
            if count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
            return False

    at = _moment(source)

    def doomed() -> object:
        with installed(Layer(place, Deadly(at, 0, lasting=False))):
            return action()

    ending = in_child(doomed)
    return Ending(ending.how, f"at {at}: {ending.why}")


def crashed(action: Action, place: Path, source: random.Random) -> Ending:
    """The machine stops after a file operation: of what was not synced any part may be there."""
    disk = Disk(place)
    with installed(Layer(place)) as layer:
        ending = _tried(action)
    done = source.randint(0, len(layer.operations))
    crash = source.choice([LOST, NAMES, TORN, BYTES, KEPT, *map(reordered, range(5))])
    if ending.how != "done" or not layer.operations:
        return ending
    for operation in layer.operations[:done]:
        disk.play(operation)
    left = place.with_name("left")
    disk.leave(crash, left)
    shutil.rmtree(place)
    left.rename(place)
    return Ending("crashed", f"after {done} of {len(layer.operations)}: {crash.name}")


def with_few_descriptors(action: Action, place: Path, source: random.Random) -> Ending:
    """No more than so many further files may be open.

    The limit counts numbers of descriptors, and the process may have free ones below its highest.
    """
    more = source.randint(0, 12)  # from 4 on a command finishes

    def limited() -> object:
        taken = {int(path.name) for path in Path("/proc/self/fd").iterdir()}
        free = (number for number in count() if number not in taken)
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (next(islice(free, more, None)), hard))
        return action()

    ending = in_child(limited)
    return Ending(ending.how, f"{more} descriptors: {ending.why}")


def with_little_memory(action: Action, place: Path, source: random.Random) -> Ending:
    """The address space may grow by so much and no more. OpenBLAS ends a process that it has no
    memory for: that counts as a kill.
    """
    more = source.randint(0, 24 << 20)

    def limited() -> object:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, hard))
        try:
            return action()
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (hard, hard))

    ending = in_child(limited, allowed=(EventSearchError, MemoryError), may_exit=True)
    return Ending(ending.how, f"{more:,} bytes: {ending.why}")


def in_child(
    action: Action,
    allowed: tuple[type[Exception], ...] = (EventSearchError,),
    *,
    may_exit: bool = False,
) -> Ending:
    """Run an action in a child process. ``may_exit``: a library may end the process by itself.

    Raises:
        AssertionError: it raised what is not ``allowed``, or died of another signal than SIGKILL.
    """
    readable, writable = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(readable)
            ending = _tried(action, allowed)
            os.write(writable, f"{ending.how}\n{ending.why}".encode())
            status = 0
        except BaseException:
            os.write(writable, traceback.format_exc(limit=-6).encode())
        finally:
            os._exit(status)
    os.close(writable)
    with os.fdopen(readable, encoding="utf-8", errors="replace") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"died of signal {os.WTERMSIG(status)}"
        return Ending("killed")
    if may_exit and not told:
        return Ending("killed", "by a library")
    assert os.WEXITSTATUS(status) == 0, told
    how, _, why = told.partition("\n")
    return Ending(how, why)


def _tried(action: Action, allowed: tuple[type[Exception], ...] = (EventSearchError,)) -> Ending:
    try:
        action()
    except allowed as error:
        return Ending("refused", f"{type(error).__name__}: {error}")
    return Ending("done")


def _moment(source: random.Random) -> int:
    """The number of an operation: early ones are as likely as all later ones."""
    return int(_FARTHEST ** source.random()) if source.random() < 0.3 else source.randrange(150)
