"""Commands on related lists: ``related``, ``merge`` and ``why``."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from search.cli.command import command
from search.cli.console import is_unread, paint, say, write_json, write_lines
from search.cli.exit_codes import FAILED, NEGATIVE, end
from search.cli.options import (
    PROCESSES,
    NamedPath,
    filled,
    index_option,
    json_options,
    lines_of,
    list_options,
    options_of,
    path_option,
    with_one_thread,
)
from search.model.errors import UnknownEvent, UsageError
from search.model.options import RelatedOptions
from search.model.printing import line

if TYPE_CHECKING:
    from search.engine.index import Index
    from search.model.hit import Hit

_COUNTED: Final = 100  # items below the cutoff, at most


@command(
    "event-search related /news/2016/02/6/some-page.md --limit 5",
    "event-search related /news/2016/02/6/some-page.md --older --match source:reuters",
    "event-search related --text 'a strong earthquake off the coast of Japan'",
    "event-search related --all > related.jsonl",
    "event-search related --all --part 3/100 --out parts/",
)
@click.argument("event", required=False, metavar="[ID|PATH]", callback=filled)
@click.option("--text", callback=filled, help="List events related to this text.")
@click.option(
    "--ids",
    type=click.File(encoding="utf-8-sig"),
    metavar="FILE",
    help='Answer for each line of FILE, an id or a path; "-" is standard input.',
)
@click.option("--all", "every", is_flag=True, help="Answer for every event, in order of date.")
@click.option(
    "--part",
    metavar="I/N",
    callback=filled,
    help="With --all: answer for part I of N only, so that N jobs can share the work.",
)
@path_option(
    "--out",
    "With --part: the directory to write the part to; see event-search merge.",
    file_okay=False,
    metavar="DIR",
)
@list_options
@json_options
@index_option
def related(
    event: str | None,
    text: str | None,
    ids: IO[str] | None,
    every: bool,
    part: str | None,
    out: Path | None,
    form: str | None,
    directory: Path,
    **options: Any,
) -> None:
    """List the events related to an event or a text.

    Each is shown with its score and the terms that both share.
    """
    with_one_thread()
    from search.engine.decisions import answers  # noqa: PLC0415
    from search.engine.index import Index  # noqa: PLC0415

    if sum((event is not None, text is not None, ids is not None, every)) != 1:
        raise UsageError(
            "give one of ID|PATH, --text, --ids or --all; see event-search related --help"
        )
    if every and form == "json":
        raise UsageError("--all answers with one line for each event: use --jsonl, not --json")
    if (part is None) != (out is None) or (part is not None and not every):
        raise UsageError("--part goes with --all and --out: --all --part 1/4 --out DIR")
    with Index.open(directory) as opened:
        wanted = options_of(options)
        if part is not None and out is not None:
            _write_part(opened, part, out, wanted)
        elif ids is not None or every:
            lines = lines_of(ids, form, "--ids")
            _related_batch(opened, opened.ids() if every else _meant_by(opened, lines), wanted)
        elif text is not None:
            _write_related(text, partial(answers.related_text, opened, text), wanted, form, "text")
        else:
            found = _meant(opened, str(event))
            _write_related(found, partial(answers.related, opened, found), wanted, form, "id")


def _meant(opened: "Index", reference: str) -> str:
    """The id of the event that an id, a link or a path means; a path may begin anywhere."""
    if Path(reference).is_file():
        try:
            return opened.resolve(str(Path(reference).resolve()))
        except UnknownEvent:
            pass  # a file that happens to have the name of an event
    return opened.resolve(reference)


def _meant_by(opened: "Index", references: Iterable[str]) -> Iterator[str]:
    """The references, with the ids of events in place of paths to their files."""
    for reference in references:
        try:
            yield _meant(opened, reference) if Path(reference).is_file() else reference
        except UnknownEvent:
            yield reference


def _write_related(
    query: str,
    ask: "Callable[[RelatedOptions], tuple[Hit, ...]]",
    wanted: RelatedOptions,
    form: str | None,
    key: str,
) -> None:
    """Write the list that ``ask`` gives, or say how many items are below the cutoff."""
    from search.cli import formatting as answers  # noqa: PLC0415
    from search.model import json_answers  # noqa: PLC0415

    hits = ask(wanted)
    if form is None:
        write_lines(answers.hit_lines(hits, paint))
    else:
        write_json(json_answers.related(query, hits, key=key), form)
    if not hits:
        below = len(ask(replace(wanted, min_score=0.0, limit=_COUNTED)))
        number = f"{below} or more" if below == _COUNTED else f"{below}"
        advice = f"; {number} of a lower score: --min-score 0 lists them" if below else ""
        say(f"nothing related{advice}")
        end(NEGATIVE)


def _related_batch(opened: "Index", event_ids: Iterator[str], wanted: RelatedOptions) -> None:
    from search.engine.decisions.reading import all_decided  # noqa: PLC0415
    from search.engine.parallel_lists import made_of_lists  # noqa: PLC0415
    from search.model import json_answers  # noqa: PLC0415

    unknown = found = False
    lines = made_of_lists(
        opened,
        event_ids,
        wanted,
        json_answers.related_line,
        PROCESSES,
        all_decided(opened.directory),
    )
    for event_id, items, text in lines:
        if items is None:
            say(json_answers.no_event(event_id))
        unknown = unknown or items is None
        found = found or bool(items)
        write_lines([text])
        if is_unread():
            return  # the remaining lists have no reader
    if unknown or not found:
        end(FAILED if unknown else NEGATIVE)


def _write_part(opened: "Index", part: str, out: Path, wanted: RelatedOptions) -> None:
    from search.engine.list_parts import write_part  # noqa: PLC0415

    found = re.fullmatch("([0-9]{1,9})/([0-9]{1,9})", part)
    if found is None:
        raise UsageError(f"--part {line(part):.40}: write it as I/N, for example 3/100")
    done = write_part(opened, int(found[1]), int(found[2]), out, wanted, processes=PROCESSES)
    say(f"{done.path}: {done.lists:,} lists")


@command("event-search merge parts/ > related.jsonl")
@click.argument("directory", type=NamedPath(path_type=Path))
def merge(directory: Path) -> None:
    """Print the lists of all parts made by related --part.

    DIRECTORY has the parts that related --all --part I/N --out DIRECTORY wrote. The output is that
    of related --all --jsonl. If a part is missing, cut short or altered, or was made from another
    index or with other options, nothing is printed.
    """
    from search.engine.list_parts import merged_lines  # noqa: PLC0415

    for merged in merged_lines(directory):
        write_lines([merged])
        if is_unread():
            return


@command(
    "event-search why /news/2016/02/6/one.md /news/2016/08/18/other.md",
    "event-search why /news/2016/02/6/one.md /news/2016/08/18/other.md --older",
)
@click.argument("a", callback=filled)
@click.argument("b", callback=filled)
@list_options
@json_options
@index_option
def why(a: str, b: str, form: str | None, directory: Path, **options: Any) -> None:
    """Explain what one event scores for another, term by term.

    B is explained as an item of A's list, with its rank there.
    """
    with_one_thread()
    from search.cli import formatting as answers  # noqa: PLC0415
    from search.engine.decisions.review import why as explain  # noqa: PLC0415
    from search.engine.index import Index  # noqa: PLC0415
    from search.model import json_answers  # noqa: PLC0415

    with Index.open(directory) as opened:
        one, other = _meant(opened, a), _meant(opened, b)
        answer = explain(opened, one, other, options_of(options))
        if form is None:
            write_lines(answers.why_lines(answer, paint))
        else:
            write_json(json_answers.explained(answer), form)
