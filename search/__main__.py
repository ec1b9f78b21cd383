"""The entry point of the command. It can be interrupted from here on, before anything is loaded."""

import os
import signal
from types import FrameType


def main() -> None:
    """The entry point of the installed command and of ``python -m search``."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(stop) in (signal.default_int_handler, signal.SIG_DFL):
            signal.signal(stop, _stop_loading)
    try:
        from search.cli import main as run  # noqa: PLC0415 - slow to load; ^C may come meanwhile

        run()
    finally:
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second ^C ends it at once
        for stop in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(stop, signal.SIG_IGN)  # the exit code is decided


def _stop_loading(number: int, frame: FrameType | None) -> None:
    """Handle an interruption while modules are loaded, when nothing has been opened or written."""
    try:
        os.write(2, b"event-search: interrupted; everything on disk is whole\n")
    finally:
        os._exit(130)


if __name__ == "__main__":
    main()
