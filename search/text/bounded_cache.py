"""A cache of bounded size."""

from typing import Final, Generic, TypeVar

Value = TypeVar("Value")
PIECE_BYTES: Final = 400  # the rough size of a piece of text with its strings


class BoundedCache(Generic[Value]):
    """Values by string, in two generations: when the young one is full, it becomes the old one, and
    the former old one is dropped. A caller may look into the dictionary ``young`` directly.

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
