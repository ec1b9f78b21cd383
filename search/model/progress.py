"""How long work reports its progress."""

from collections.abc import Callable

# Called with a stage, the items done, and the items in all (None: unknown).
OnProgress = Callable[[str, int, int | None], None]
