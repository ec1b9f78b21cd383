"""JSON, YAML and TOML files: one record (an advisory, an incident) or a list of records."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from search.archive.field_names import BODIES, NO_MAP, FieldMap, has_field, prepared, squashed
from search.archive.formats import NumberedFields
from search.archive.learned_fields import learned, map_advice
from search.archive.yaml_values import load_yaml
from search.model import limits
from search.model.generated import GENERATED, is_generated
from search.model.untrusted_toml import load_toml

_DEPTH: Final = 4  # of objects around a list of records: {"data": {"items": [...]}}
_MOST_AROUND: Final = 3  # such objects in a list: {"db": [{"data": {"posts": [...]}}]}
_DATED: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_MONTH: Final = 7  # characters of 2016-02
_TRIED: Final = 20  # records of a list that are examined
# Lists in exports that hold settings and people.
_NO_TEXTS: Final = frozenset({"contenttypes", "users", "authors", "settings"})


def json_records(data: bytes, field_map: FieldMap = NO_MAP) -> Iterator[NumberedFields]:
    """The records of a JSON file: an array, an object around an array, one object, or one a line.

    Raises:
        ValueError: not JSON, or no records in it.
    """
    return records_in(_parsed(_json, data, "JSON"), field_map)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data") or not text.lstrip().startswith("{"):
            raise
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def script_records(data: bytes, field_map: FieldMap = NO_MAP) -> Iterator[NumberedFields]:
    """The records of JSON that a script assigns, as in exports of Twitter: window.x = [...]"""
    return json_records(data.partition(b"=")[2], field_map)


def yaml_records(data: bytes, field_map: FieldMap = NO_MAP) -> Iterator[NumberedFields]:
    """The records of a YAML file, as `json_records`."""
    if len(data) > limits.YAML_BYTES:
        raise ValueError(
            f"larger than {limits.YAML_BYTES >> 20} MiB of YAML; convert it to JSON Lines"
        )
    return records_in(_parsed(load_yaml, data, "YAML"), field_map)


def toml_records(data: bytes, field_map: FieldMap = NO_MAP) -> Iterator[NumberedFields]:
    """The records of a TOML file, as `json_records`."""
    return records_in(_parsed(load_toml, data, "TOML"), field_map)


def _parsed(load: Callable[[str], Any], data: bytes, language: str) -> Any:
    try:
        return load(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise ValueError(f"{language} that is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"not {language}: {error}") from None


def records_in(value: Any, field_map: FieldMap) -> Iterator[NumberedFields]:
    """The records in a value of JSON, with their numbers; None: the value is a record itself.

    Raises:
        ValueError: there are none, or event-search wrote the value.
    """
    value = _by_date(value)
    is_object = isinstance(value, dict)
    inner = value if isinstance(value, list) else list(value.values()) if is_object else []
    if is_generated(value) or (inner and all(map(is_generated, inner))):
        raise ValueError(GENERATED)
    lists = _Lists(field_map)
    found = lists.among(value, _DEPTH)
    if isinstance(value, list) and (not found or lists.are(value)):
        found = value
    # The object around a list may have a title and a date too, but no text.
    if is_object and lists.is_record(value, deep=not found, whole=bool(found)):
        yield None, value
        return
    if found is None:
        found = _likeliest(value)
        if not _Lists(learned(found, field_map)).are(found):
            fields = prepared(next(iter(found), {}), field_map)
            about = f"; the fields are: {fields.named()}{map_advice(fields, 'date')}"
            raise ValueError(f"no record with a date and a title or text{about if found else ''}")
    for number, record in enumerate(found, 1):
        yield number, record if isinstance(record, dict) else {}


def _likeliest(value: Any) -> list[Any]:
    """The likeliest records: the longest list near the top of a value, or the objects of an object
    with their names as ids, or else the object itself."""
    for _ in range(_DEPTH):
        if not isinstance(value, dict):
            break
        lists = [each for each in value.values() if isinstance(each, list) and each]
        objects = [each for each in value.values() if isinstance(each, dict)]
        longest = max(lists, key=len, default=[None])
        if isinstance(longest[0], dict):
            return longest
        if len(objects) > 1 and len(objects) == len(value):
            return [{"id": name, **each} for name, each in value.items()]
        if len(value) > 1 or not objects:
            break
        value = objects[0]
    found = value if isinstance(value, list) else [value]
    return found if found and isinstance(found[0], dict) else []


def _by_date(value: Any) -> Any:
    """The records of an object whose names are years, months or days: {"2016-02-06": [...]}."""
    if not isinstance(value, dict) or not value or not all(map(_DATED.fullmatch, map(str, value))):
        return value
    found: list[Any] = []
    for key, each in value.items():
        day = {"date": key} if len(str(key)) > _MONTH else {}
        for record in each if isinstance(each, list) else [each]:
            own = record if isinstance(record, dict) else {"text": record}
            found.append({**day, **own})
    return found


class _Lists:
    """Finds the records in a JSON value; ``field_map`` decides what counts as a record."""

    def __init__(self, field_map: FieldMap) -> None:
        self._map = field_map

    def among(self, value: Any, depth: int) -> list[Any] | None:
        """The list in a value with the most records that have a title and a text; or the values of
        an object that maps ids to records. Lists of parts of a text, such as updates, do not
        count."""
        named = value if isinstance(value, dict) else {}
        if isinstance(value, list):
            around = value[:_MOST_AROUND]
        else:
            around = [
                each
                for name, each in named.items()
                if (isinstance(each, dict) or squashed(name) not in BODIES)
                and squashed(name) not in _NO_TEXTS
            ]
        if not depth or not around:
            return None
        lists = [each for each in around if isinstance(each, list) and self.are(each)]
        if lists:
            return max(lists, key=self._said)
        if self.are(list(named.values()), deep=False):
            objects = ((key, each) for key, each in named.items() if isinstance(each, dict))
            return [{"id": key, **record} for key, record in objects]
        inner = (self.among(each, depth - 1) for each in around)
        return max((each for each in inner if each), key=self._said, default=None)

    def _said(self, records: list[Any]) -> tuple[int, int]:
        """How many of some records have a title and a text, and how many there are."""
        tried = (prepared(each, self._map) for each in records[:_TRIED] if isinstance(each, dict))
        are_whole = (has_field(each, "title") and has_field(each, "summary") for each in tried)
        return sum(are_whole), len(records)

    def are(self, values: list[Any], *, deep: bool = True) -> bool:
        tried = values[:_TRIED]
        good = [
            each for each in tried if isinstance(each, dict) and self.is_record(each, deep=deep)
        ]
        return bool(tried) and len(good) * 2 > len(tried)

    def is_record(
        self, value: Mapping[str, Any], *, deep: bool = True, whole: bool = False
    ) -> bool:
        """Whether an object, or with ``deep`` one of those in it, has the fields of an event.

        ``whole``: it has a text, too.
        """
        fields = prepared(value, self._map)
        fields = fields if deep else replace(fields, inner={})
        return fields.is_event() and (not whole or has_field(fields, "summary"))
