"""Loads untrusted YAML in time and memory that are proportional to its length."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

_LONGEST_NUMBER: Final = 100  # characters; base 60 (1:30:00) takes the square of the time
_MERGE: Final = "tag:yaml.org,2002:merge"  # of the key "<<"
_MOST_MERGES: Final = 1_000  # in one mapping
_MOST_MERGED: Final = 100_000  # fields that are copied in a text


def load_yaml(text: str) -> Any:
    """The value of a YAML text, by a loader that makes only plain values; of several documents, a
    list of theirs.

    A number that is too long is a text. libyaml itself limits how deeply values are nested.

    Raises:
        ValueError: it is not YAML, or copies more fields than an honest file; the message is one
            line.
    """
    import yaml  # noqa: PLC0415 – many archives have none

    try:
        found = [value for value in yaml.load_all(text, _loader()) if value is not None]
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    except (RecursionError, OverflowError) as error:
        raise ValueError(f"a value that is too deep or too large ({error})") from error
    return found if len(found) > 1 else next(iter(found), None)


@cache
def _loader() -> Any:
    import yaml  # noqa: PLC0415

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        """With numbers and merged mappings of bounded size."""

        merged = 0

        def construct_number(self, node: Any) -> Any:
            if len(node.value) > _LONGEST_NUMBER:
                return node.value
            is_int = node.tag.endswith(":int")
            return self.construct_yaml_int(node) if is_int else self.construct_yaml_float(node)

        def flatten_mapping(self, node: Any) -> None:
            own = len(node.value)
            merges = sum(key.tag == _MERGE for key, _ in node.value)
            if merges <= _MOST_MERGES:
                super().flatten_mapping(node)
            self.merged += max(len(node.value) - own, 0)
            if merges > _MOST_MERGES or self.merged > _MOST_MERGED:
                raise ValueError('too many fields that "<<" copies')

    for kind in ("int", "float"):
        Loader.add_constructor(f"tag:yaml.org,2002:{kind}", Loader.construct_number)
    return Loader
