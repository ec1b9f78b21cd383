"""The decisions of editors for a whole archive: ``related.toml`` beside it.

    exclude = ["/news/a.md"]                        # is in nobody's list
    not_a_term = ["Reuters"]                        # is never a reason for a link
    ban_both = [["/news/a.md", "/news/b.md"]]       # neither lists the other
    same_story = [["/news/a.md", "/news/c.md"]]     # no list has more than one of these

    [pin]
    "/news/a.md" = ["/news/d.md"]                   # the list of a.md always has d.md
    [ban]
    "/news/a.md" = ["/news/e.md"]                   # the list of a.md never has e.md

An event is named by its id, its link or the path of its page. The file is in the folder of the
archive or in the folder above that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from search.archive.file_forms import Form
from search.archive.walk import File, read_regular
from search.model import limits
from search.model.arguments import meant
from search.model.digests import digest_of
from search.model.errors import UsageError
from search.model.printing import visible
from search.model.read_options import DECISIONS
from search.model.untrusted_toml import load_toml

_NAMES: Final = ("exclude", "not_a_term")
_GROUPS: Final = ("ban_both", "same_story")
_LISTS: Final = ("pin", "ban")


class Decision(NamedTuple):
    """One decision: its key in the file, what it names, and its line (from 1; 0 if not found).

    Of ``pin`` and ``ban``, ``names`` are the page and the item.
    """

    verb: str
    names: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        """The decision in one line."""
        return f"{self.verb} {' '.join(self.names)}"


@dataclass(frozen=True, slots=True)
class Decisions:
    """The content of a ``related.toml``. ``digest`` is of its text; 0 without a file."""

    path: Path | None = None
    digest: int = 0
    exclude: tuple[str, ...] = ()
    not_a_term: tuple[str, ...] = ()
    ban_both: tuple[tuple[str, ...], ...] = ()
    same_story: tuple[tuple[str, ...], ...] = ()
    pin: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ban: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = field(default="", repr=False)

    def each(self) -> Iterator[Decision]:
        """Every decision, in the order of the keys above."""
        for verb in _NAMES:
            for name in getattr(self, verb):
                yield Decision(verb, (name,), self._line(name))
        for verb in _GROUPS:
            for group in getattr(self, verb):
                yield Decision(verb, group, self._line(*group))
        for verb in _LISTS:
            for page, items in getattr(self, verb).items():
                for item in items:
                    yield Decision(verb, (page, item), self._line(item, after=page))

    def _line(self, *names: str, after: str = "") -> int:
        start = max(self.text.find(after), 0)
        at = max(self.text.find(name, start) for name in names)
        return 0 if at < 0 else self.text.count("\n", 0, at) + 1


def decisions_beside(archive: Path) -> Decisions:
    """The decisions for an archive, a folder or a file; none if there is no ``related.toml``.

    Raises:
        UsageError: the file cannot be read, or has an unknown key or a wrong value.
    """
    here = archive.resolve()
    for folder in ([here] if here.is_dir() else []) + [here.parent]:
        path = folder / DECISIONS
        if path.exists():
            return read_decisions(path)
    return Decisions()


def read_decisions(path: Path) -> Decisions:
    """The decisions in a file.

    Raises:
        UsageError: the file cannot be read, or has an unknown key or a wrong value.
    """
    try:
        data = read_regular(File(str(path), (), Form.PAGE), limits.DECISIONS_BYTES)
        if len(data) > limits.DECISIONS_BYTES:
            raise ValueError(f"larger than {limits.DECISIONS_BYTES >> 20} MiB")
        text = data.decode("utf-8")
        given = load_toml(text)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; make it readable, or remove it") from error
    except ValueError as error:
        raise UsageError(f"{path}: {visible(str(error))}; correct it, or remove it") from error
    known = {*_NAMES, *_GROUPS, *_LISTS}
    for key in given:
        if key not in known:
            advice = meant(visible(key), sorted(known))
            raise UsageError(f"{path}: {visible(key)[:60]!r} is not a known key; {advice}")
    values: dict[str, Any] = {key: _names(path, key, given.get(key, [])) for key in _NAMES}
    values |= {key: _groups(path, key, given.get(key, [])) for key in _GROUPS}
    values |= {key: _table(path, key, given.get(key, {})) for key in _LISTS}
    return Decisions(path, digest_of(data), text=text, **values)


def _names(path: Path, key: str, given: Any, *, least: int = 0) -> tuple[str, ...]:
    is_right = isinstance(given, list) and all(isinstance(name, str) and name for name in given)
    if not is_right or len(given) < least:
        wanted = f"a list of {least} or more names" if least else "a list of names"
        raise UsageError(f'{path}: {visible(key)[:60]!r} must be {wanted}, such as ["/news/a.md"]')
    return tuple(given)


def _groups(path: Path, key: str, given: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(given, list):
        raise UsageError(f'{path}: {key!r} must be a list of lists, such as [["/a.md", "/b.md"]]')
    return tuple(_names(path, key, group, least=2) for group in given)


def _table(path: Path, key: str, given: Any) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(given, dict):
        raise UsageError(f'{path}: {key!r} must be a table of lines such as "/a.md" = ["/b.md"]')
    return {page: _names(path, f"{key}.{page}", items) for page, items in given.items()}
