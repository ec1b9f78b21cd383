"""A cache that never holds more than so much, whatever strangers ask for."""

from typing import Final, Generic, TypeVar

Value = TypeVar("Value")
PIECE_BYTES: Final = 400  # what a piece of text takes with its strings, roughly


class BoundedCache(Generic[Value]):
    """Values by strings in two halves. When the younger half is full it becomes the older one, and
    what was in that is forgotten. Look-ups of the younger half may use the dictionary itself.

    ``limit`` is in bytes, and so are the costs of values; see ``PIECE_BYTES``.
    """

    def __init__(self, limit: int) -> None:
        self.young: dict[str, Value] = {}
        self._old: dict[str, Value] = {}
        self._limit = limit // 2
        self._cost = 0

    def get(self, key: str) -> Value | None:
        found = self.young.get(key)
        return self._old.get(key) if found is None else found

    def put(self, key: str, value: Value, cost: int) -> None:
        if self._cost + cost > self._limit:
            self._old = dict(self.young)
            self.young.clear()
            self._cost = 0
        self._cost += cost
        self.young[key] = value
