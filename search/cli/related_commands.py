"""Commands on related lists: ``related`` and ``why``."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from search.cli.console import paint, say, write_json, write_lines
from search.cli.options import (
    example,
    filter_options,
    index_option,
    json_options,
    line_form,
    lines_of,
    list_options,
    options_of,
    time_option,
    with_one_thread,
)
from search.model.errors import UsageError

if TYPE_CHECKING:
    from search.engine.index import Index
    from search.model.hit import Hit
    from search.model.options import RelatedOptions


@click.command(
    epilog=example(
        "event-search related /news/2016/02/6/some-page.md --limit 5",
        "event-search related /news/2016/02/6/some-page.md --older --match source:reuters",
        "event-search related --text 'a strong earthquake off the coast of Japan'",
        "event-search related --all --jsonl > related.jsonl",
    )
)
@click.argument("event", required=False, metavar="ID|PATH")
@click.option("--text", help="Events related to this text.")
@click.option("--ids", type=click.File(encoding="utf-8-sig"), help='One id a line; "-": stdin.')
@click.option("--all", "every", is_flag=True, help="Every event, in the order of the index.")
@list_options
@json_options
@index_option
def related(
    event: str | None,
    text: str | None,
    ids: IO[str] | None,
    every: bool,
    form: str | None,
    directory: Path,
    **options: Any,
) -> None:
    """Events related to an event or a text, each with its score and the terms that both share."""
    with_one_thread()
    from search.engine.index import Index  # noqa: PLC0415

    if sum((event is not None, text is not None, ids is not None, every)) != 1:
        raise UsageError(
            "give one of ID|PATH, --text, --ids or --all; see event-search related --help"
        )
    with Index.open(directory) as opened:
        wanted = options_of(options)
        if ids is not None or every:
            asked = opened.ids() if every else lines_of(ids, form, "--ids")
            line_form(form, "--all" if every else "--ids")
            _related_batch(opened, asked, wanted)
        elif text is not None:
            _write_related(text, opened.related_text(text, wanted), form, key="text")
        else:
            found = opened.resolve(str(event))
            _write_related(found, opened.related(found, wanted), form, key="id")


def _write_related(asked: str, hits: "tuple[Hit, ...]", form: str | None, *, key: str) -> None:
    from search.cli import formatting as answers  # noqa: PLC0415
    from search.model import plain_answers  # noqa: PLC0415

    if form is None:
        write_lines(answers.hit_lines(hits, paint))
    else:
        write_json(plain_answers.related(asked, hits, key=key), form)
    if not hits:
        say("nothing related")
        click.get_current_context().exit(1)


def _related_batch(opened: "Index", asked: Iterator[str], wanted: "RelatedOptions") -> None:
    from search.engine.many_lists import made_of_lists  # noqa: PLC0415
    from search.model import plain_answers  # noqa: PLC0415

    unknown = found = False
    lines = made_of_lists(opened, asked, wanted, plain_answers.related_line, os.cpu_count() or 1)
    for event_id, items, line in lines:
        if items is None:
            say(plain_answers.no_event(event_id))
        unknown = unknown or items is None
        found = found or bool(items)
        write_lines([line])
    if unknown or not found:
        click.get_current_context().exit(2 if unknown else 1)


@click.command(
    epilog=example(
        "event-search why /news/2016/02/6/one.md /news/2016/08/18/other.md",
        "event-search why /news/2016/02/6/one.md /news/2016/08/18/other.md --older",
    )
)
@click.argument("a")
@click.argument("b")
@time_option
@filter_options
@json_options
@index_option
def why(a: str, b: str, form: str | None, directory: Path, **options: Any) -> None:
    """The explanation of one pair: what event B scores for event A, term by term, and its rank."""
    with_one_thread()
    from search.cli import formatting as answers  # noqa: PLC0415
    from search.engine.index import Index  # noqa: PLC0415
    from search.model import plain_answers  # noqa: PLC0415

    with Index.open(directory) as opened:
        answer = opened.why(opened.resolve(a), opened.resolve(b), options_of(options))
        if form is None:
            write_lines(answers.why_lines(answer, paint))
        else:
            write_json(plain_answers.explained(answer), form)
