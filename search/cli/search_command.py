"""The command ``search``."""

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from search.cli.command import command
from search.cli.console import is_unread, paint, say, width, write_json, write_lines
from search.cli.exit_codes import NEGATIVE, end
from search.cli.options import (
    day_options,
    filled,
    fold_option,
    index_option,
    json_options,
    limit_option,
    lines_of,
    with_one_thread,
)
from search.model.errors import UsageError

if TYPE_CHECKING:
    from search.model.answers import SearchAnswer


@command(
    "event-search search 'title:ebola +vaccine -animal' --from 2014 --to 2016-06",
    "event-search search 'volcano eruption' --sort newest --page 2",
    "event-search search 'summer 2015 refugees' --explain",
    "event-search search ebola --count --years --sources",
    "event-search search --queries questions.txt --jsonl",
)
@click.argument("query", required=False, callback=filled)
@click.option(
    "--queries",
    type=click.File(encoding="utf-8-sig"),
    metavar="FILE",
    help='Answer each line of FILE as a query; "-" is standard input.',
)
@day_options
@limit_option
@click.option(
    "--page",
    type=click.IntRange(min=1),
    metavar="N",
    default=1,
    show_default=True,
    help="Which page of the results to show.",
)
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
    help="Sort by relevance or by day. By day, only events with all words are listed.",
)
@fold_option
@click.option("--count", is_flag=True, help="Print only how many events match.")
@click.option("--explain", is_flag=True, help="Show what each word adds to the score of a result.")
@click.option("--years", is_flag=True, help="Show how many matching events each year has.")
@click.option("--sources", is_flag=True, help="Show how many matching events each source has.")
@json_options
@index_option
def search(
    query: str | None,
    queries: IO[str] | None,
    count: bool,
    explain: bool,
    form: str | None,
    directory: Path,
    **options: Any,
) -> None:
    """Find events that match QUERY, best first.

    A query may have words, "phrases", +required and -excluded words, AND, OR, NOT and brackets,
    the fields title: summary: source: term: link: date:, prefixes (word*) and misspellings (word~).
    """
    with_one_thread()
    from search.engine.index import Index  # noqa: PLC0415
    from search.model import json_answers  # noqa: PLC0415
    from search.model.options import SearchOptions  # noqa: PLC0415

    if (query is None) == (queries is None):
        raise UsageError("give either a QUERY or --queries FILE; see event-search search --help")
    wanted = SearchOptions(**options)
    found = matched = False
    with Index.open(directory) as opened:
        for text in [query] if query is not None else lines_of(queries, form, "--queries"):
            answer = opened.search(text, wanted)
            matched = matched or answer.total > 0
            found = found or bool(answer.hits)
            if form is not None or queries is not None:
                write_json(json_answers.searched(answer, count=count), form or "jsonl")
            else:
                _write(answer, count, explain)
            if is_unread() and queries is not None:
                return  # the remaining answers have no reader
    if not (matched if count else found):
        say("That page is past the last result." if matched else "nothing found")
        end(NEGATIVE)


def _write(answer: "SearchAnswer", count: bool, explain: bool) -> None:
    """Write the answer as text: the hits, or their number, and counts as bars."""
    from search.cli import formatting  # noqa: PLC0415

    for note in answer.notes:
        say(note)
    if count:
        write_lines([str(answer.total)])
    else:
        write_lines(formatting.hit_lines(answer.hits, paint, answer.first + 1, explain=explain))
    if answer.years or answer.sources:
        from search.cli import charts  # noqa: PLC0415 - loads rich

        if answer.years:
            write_lines(["", *charts.year_bars(answer.years, width(), paint)])
        if answer.sources:
            write_lines(["", *charts.source_bars(answer.sources, width(), paint)])
    if answer.partly:
        say(f"{answer.partly:,} more match in part.")
    if answer.suggestion:
        say(f"Did you mean: {answer.suggestion}")
    last = answer.first + len(answer.hits)
    if sys.stdout.isatty() and last < answer.total and not count:
        say(f"{answer.first + 1:,} to {last:,} of {answer.total:,} results; see --page")
