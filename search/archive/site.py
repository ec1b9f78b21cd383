"""Finds the place of an archive in its site: the prefix of links before ids."""

from __future__ import annotations

import heapq
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from search.archive.dates import day_comes_first
from search.archive.file_forms import Form, form_of
from search.archive.formats.parquet import parquet_records
from search.archive.generators import permalinks_of
from search.archive.page.own_items import LIST_NAMES
from search.archive.page.parser import DayList, NoPage, Page, parse
from search.archive.permalinks import PLAIN, Permalinks
from search.archive.walk import File, open_unpacked, read_regular, refusal
from search.model import limits
from search.model.event import parse_day
from search.model.page_style import PageStyle
from search.model.read_options import ReadOptions

SAMPLE = 500
_DEFAULTS = ReadOptions()
HIGHEST_HASH = (1 << 32) - 1
_CHUNK = 1 << 20  # bytes that are searched for dates at a time
_SAMPLED = 64 << 10  # bytes of each file of the sample
_DATE = re.compile(r"(?<!\d)(\d{4})/(\d{1,2})/(\d{1,2})(?=/)", re.ASCII)
_URL = re.compile(r"%(?=[0-9A-Fa-f]{2})|[?# ]")


@dataclass(frozen=True, slots=True)
class Site:
    """``above`` are the directories of the site that lie between its root and the argument.

    ``prefix`` precedes the page's id in links ("" or, for example, "/zh"), unless the day list
    beside a page shows another prefix. ``day_first``: whether dates such as
    06/02/2016 begin with the day; None if no date in a sample of its files shows the order.
    """

    argument: Path
    root: Path
    above: tuple[str, ...]
    prefix: str
    options: ReadOptions = _DEFAULTS
    permalinks: Permalinks = PLAIN
    day_first: bool | None = None
    beside: dict[tuple[str, ...], str] = field(default_factory=dict, compare=False, repr=False)

    def id_of(self, file: File) -> str:
        parts = file.parts or (file.path.name,)
        return "/" + "/".join((*self.above, *parts))

    def lacks(self, link: str) -> bool:
        """Whether a link leads to a page of this archive that does not exist."""
        if self.permalinks.lacks(link):
            return True
        path = unquote(link).removeprefix(self.prefix)
        parts = path.split("/")[1:]
        above = len(self.above)
        if (
            not path.startswith("/")
            or tuple(parts[:above]) != self.above
            or {"", ".", ".."} & set(parts)
            or form_of(parts[-1]) is not Form.PAGE
            or parts[-1].casefold() in LIST_NAMES
        ):
            return False
        top = self.argument if self.argument.is_dir() else self.argument.parent
        try:
            return not top.joinpath(*parts[above:]).exists()
        except (OSError, ValueError):  # not the name of a file
            return False

    def facts(self) -> list[str]:
        """Facts from which `site_of` makes this site again."""
        read = json.dumps([self.options.to_dict(), astuple(self.permalinks)])
        place = str(self.argument.resolve()), str(self.root)
        return [*place, self.prefix, read, str(self.day_first)]

    def url_of(self, id: str, prefix: str) -> str:
        """The link to a page; "" if the link is the id."""
        url = _URL.sub(lambda found: f"%{ord(found[0]):02X}", prefix + id)
        return "" if url == id else url


def date_in(path: str) -> date | None:
    """The last valid date in a path, as /YYYY/MM/D/."""
    day = None
    for found in _DATE.finditer(path):
        try:
            day = parse_day("-".join(found.groups()))
        except ValueError:
            continue
    return day


def prefix_of(link: str, own: Sequence[str]) -> str | None:
    """The part of a link before the path of a page, given the parts of the page's id.

    The dates of the two may differ. None if the directories above the date differ, or if there is
    no date.
    """
    parts = _parts(link)
    cut = len(parts) - len(own)
    above = len(own) - 4
    if cut < 0 or above < 0 or parts[cut : cut + above] != tuple(own[:above]):
        return None
    if date_in("/".join(("", *parts[cut:]))) is None:
        return None
    return "".join("/" + part for part in parts[:cut])


def site_of(argument: Path, facts: Sequence[str], options: ReadOptions = _DEFAULTS) -> Site | None:
    """The site with these facts; None if they are of another argument or other options."""
    here = argument.resolve()
    top, root = _top(here), Path(facts[1]).parts
    if str(here) != facts[0] or top[: len(root)] != root:
        return None
    permalinks = permalinks_of(argument, options.link)
    day_first = {"True": True, "False": False}.get(facts[4])
    site = Site(argument, Path(*root), top[len(root) :], facts[2], options, permalinks, day_first)
    return site if site.facts() == list(facts) else None


def survey(argument: Path, files: Iterable[File], options: ReadOptions = _DEFAULTS) -> Site:
    """Infer the site from a sample of its files; the majority of pages and day lists decides.

    A day line links to the list of its day, so the path of the link ends like the page's own
    directory. The rest of that directory is the root. Ties go to the deepest root. Without such
    pages the argument (or the file's directory) is the root.
    """
    top = _top(argument.resolve())
    roots: Counter[int] = Counter()
    day_lists: list[tuple[str, tuple[str, ...]]] = []
    day_lines: list[tuple[str, tuple[str, ...]]] = []
    links: list[tuple[str, tuple[str, ...]]] = []
    texts: list[bytes] = []
    for file, page in _sample(files, options.style):
        if page is None:
            texts += dated_texts(file, _SAMPLED)
            continue
        place = (*top, *file.parts[:-1])
        own = (*place, file.path.name)
        if isinstance(page, DayList):
            link = page.link
            day_lists.append((link, own))
        else:
            texts += [v.encode() for v in page.fields.values() if isinstance(v, str)]
            link = page.day_link
            day_lines.append((link, own))
            links += [(target, own) for target in page.related_links]
        tail = _common_tail(place, _parts(link)[:-1])
        if tail:
            roots[len(place) - tail] += 1
    depth = max(roots, key=lambda depth: (roots[depth], depth), default=len(top))
    depth = min(depth, len(top))
    site = Site(argument, Path(*top[:depth]), top[depth:], "", options,
                permalinks_of(argument, options.link), day_comes_first(texts))  # fmt: skip
    for witnesses in (day_lists, links, day_lines):
        prefixes = (prefix_of(link, own[depth:]) for link, own in witnesses)
        votes = Counter(prefix for prefix in prefixes if prefix is not None)
        if votes:
            prefix = max(votes, key=lambda prefix: (votes[prefix], prefix))
            return replace(site, prefix=prefix)
    return site


def dated_texts(file: File, most: int = limits.WHOLE_FILE_BYTES) -> Iterator[bytes]:
    """Pieces of a file to search for dates, up to ``most`` bytes; none of a page, which has only
    one date."""
    if file.form is Form.PAGE:
        return
    try:
        with open_unpacked(file) as opened:
            if file.path.suffix.casefold() == ".parquet":
                for _, row in parquet_records(opened):
                    yield "\n".join(v for v in row.values() if isinstance(v, str)).encode()
                return
            for _ in range(-(-most // _CHUNK)):
                # In UTF-16, every second byte of a date is zero.
                yield opened.read(min(_CHUNK, most)).replace(b"\0", b"")
    except (OSError, ValueError):
        return


def _top(here: Path) -> tuple[str, ...]:
    return (here if here.is_dir() else here.parent).parts


def _sample(
    files: Iterable[File], style: PageStyle
) -> Iterator[tuple[File, Page | DayList | None]]:
    """An even sample of the files, the same in every run: those with the lowest hashes. None: the
    file is of another form than a page."""
    for file in heapq.nsmallest(
        SAMPLE, files, key=lambda file: (sample_hash("/".join(file.parts)), file.parts)
    ):
        try:
            is_page = file.form is Form.PAGE
            yield file, parse(read_regular(file, limits.PAGE_BYTES), style) if is_page else None
        except NoPage:
            continue
        except OSError as error:
            refusal(file.path, error)


def sample_hash(path: str) -> int:
    """A stable hash of the path below the argument; files with the lowest hashes are the sample."""
    return zlib.crc32(path.encode("utf-8", "surrogateescape"))


def _parts(link: str) -> tuple[str, ...]:
    try:
        path = urlsplit(link).path
    except ValueError:
        return ()
    if not path.startswith("/"):
        return ()
    return tuple(part for part in path.split("/") if part)


def _common_tail(place: tuple[str, ...], link: tuple[str, ...]) -> int:
    """How many trailing directories two paths share; 0 if that is less than the whole date."""
    count = 0
    for own, other in zip(reversed(place), reversed(link), strict=False):
        if own != other and not (own.isdecimal() and other.isdecimal() and int(own) == int(other)):
            break
        count += 1
    return count if count >= min(3, len(link)) else 0
