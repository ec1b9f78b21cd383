"""JSON, YAML and TOML files: one record (an advisory, an incident) or a list of records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from search.archive.field_names import has_field, prepared
from search.archive.yaml_values import load_yaml
from search.model import limits
from search.model.generated import GENERATED, is_generated
from search.model.plain_data import load_toml

_DEPTH: Final = 3  # of objects around a list of records: {"data": {"items": [...]}}
_TRIED: Final = 20  # records that tell whether a list is one of events

Record = tuple[int | None, Mapping[str, Any]]


def json_records(data: bytes) -> Iterator[Record]:
    """The records of a JSON file: an array, an object around an array, or one object.

    Raises:
        ValueError: not JSON, or no records in it.
    """
    return _records(_parsed(json.loads, data, "JSON"))


def yaml_records(data: bytes) -> Iterator[Record]:
    """The records of a YAML file, as `json_records`."""
    if len(data) > limits.YAML_BYTES:
        raise ValueError(
            f"larger than {limits.YAML_BYTES >> 20} MiB of YAML; convert it to JSON Lines"
        )
    return _records(_parsed(load_yaml, data, "YAML"))


def toml_records(data: bytes) -> Iterator[Record]:
    """The records of a TOML file, as `json_records`."""
    return _records(_parsed(load_toml, data, "TOML"))


def _parsed(load: Callable[[str], Any], data: bytes, language: str) -> Any:
    try:
        return load(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise ValueError(f"{language} that is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"not {language}: {error}") from None


def _records(value: Any) -> Iterator[Record]:
    inner = (
        value
        if isinstance(value, list)
        else list(value.values())
        if isinstance(value, dict)
        else []
    )
    if is_generated(value) or (inner and all(map(is_generated, inner))):
        raise ValueError(GENERATED)
    is_object = isinstance(value, dict)
    found = None if is_object and _is_record(value, deep=False) else _list_in(value, _DEPTH)
    if isinstance(value, list):
        found = value
    if not found and is_object and _is_record(value):
        yield None, value
        return
    if found is None:
        raise ValueError("no record with a date and a title or text")
    for number, record in enumerate(found, 1):
        yield number, record if isinstance(record, dict) else {}


def _list_in(value: Any, depth: int) -> list[Any] | None:
    """The longest list of records in an object, or its values if they are records by their ids."""
    if not isinstance(value, dict) or not depth:
        return None
    lists = [each for each in value.values() if isinstance(each, list) and _are_records(each)]
    if lists:
        return max(lists, key=len)
    if _are_records(list(value.values()), deep=False):
        return [{"id": key, **record} for key, record in value.items() if isinstance(record, dict)]
    inner = (_list_in(each, depth - 1) for each in value.values())
    return max((each for each in inner if each), key=len, default=None)


def _are_records(values: list[Any], *, deep: bool = True) -> bool:
    tried = values[:_TRIED]
    good = [each for each in tried if isinstance(each, dict) and _is_record(each, deep=deep)]
    return bool(tried) and len(good) * 2 > len(tried)


def _is_record(value: Mapping[str, Any], *, deep: bool = True) -> bool:
    """Whether an object, or with ``deep`` one of the objects in it, has the fields of an event."""
    fields = prepared(value)
    fields = fields if deep else fields.without_inner()
    return has_field(fields, "date") and (
        has_field(fields, "title") or has_field(fields, "summary")
    )
