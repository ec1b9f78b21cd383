"""Commands that write files for other programs: ``feeds`` and ``export``."""

from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from search.cli.command import command
from search.cli.console import say
from search.cli.options import PROCESSES, NamedPath, index_option, list_options, options_of
from search.cli.progress import progress

# The module of each form, which has a function write_FORM; it is loaded when it is needed.
_HOMES: Final = {
    "data": "pages",
    "html": "pages",
    "ndjson": "servers",
    "opensearch": "servers",
    "meilisearch": "servers",
    "sqlite": "sqlite",
    "postgresql": "postgresql",
}

out_option = click.option(
    "--out",
    type=NamedPath(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write to; it is created if it is missing.",
)


@command(
    "event-search feeds --base-url https://news.example --out public/",
    "event-search feeds --base-url https://news.example/zh --ending .html --out public/",
)
@click.option("--base-url", required=True, help="The web address before the links of pages.")
@click.option("--title", default="Events", show_default=True, help="The title of the feeds.")
@click.option("--language", default="en", show_default=True, help="Their language, such as zh.")
@click.option(
    "--ending", default="", help="The ending of links to pages instead of .md, such as .html or /."
)
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=1_000),
    metavar="N",
    default=50,
    show_default=True,
    help="How many events a feed has, newest first.",
)
@out_option
@index_option
def feeds(
    base_url: str, title: str, language: str, ending: str, limit: int, out: Path, directory: Path
) -> None:
    """Write RSS, Atom and JSON feeds and a sitemap to a folder.

    index_rss.xml, index_atom.xml and feed.json have the newest events, sitemap.xml has all. Only
    files that changed are written. Needs the extra "feeds".
    """
    from search.engine.index import Index  # noqa: PLC0415
    from search.publish.feeds import Channel, SiteAddress, write_feeds  # noqa: PLC0415

    channel = Channel(title, SiteAddress(base_url, ending), language)
    with Index.open(directory) as index:
        changed = write_feeds(index, out, channel, limit)
    names = ", ".join(path.name for path in changed)
    say(f"{out}: {names} changed" if changed else f"{out}: up to date")


@command(
    "event-search export data --out data/",
    "event-search export sqlite --out public/ && datasette public/events.sqlite",
    "event-search export html --out public/ && npx pagefind --site public",
    "event-search export opensearch --out bulk/ --since-generation 7",
)
@click.argument("form", type=click.Choice(list(_HOMES)))
@out_option
@click.option(
    "--since-generation",
    "generation",
    type=click.IntRange(min=1),
    metavar="N",
    help="Write only what changed since the export of that generation to the same folder.",
)
@list_options
@index_option
def export(form: str, out: Path, generation: int | None, directory: Path, **options: Any) -> None:
    """Write every event with its related list for another program.

    \b
    data         one JSON file by page path, for data folders of Hugo, Jekyll, Eleventy or Astro
    html         one plain page an event, with filters for Pagefind
    ndjson       JSON Lines
    opensearch   lines for the bulk API of OpenSearch and Elasticsearch, and the mapping
    meilisearch  documents, settings, and keys to delete
    sqlite       a database with full-text search, as Datasette shows it
    postgresql   a schema and files for COPY
    """
    from search.engine.index import Index  # noqa: PLC0415
    from search.publish.export.run import export as run_export  # noqa: PLC0415

    write = getattr(import_module(f"search.publish.export.{_HOMES[form]}"), f"write_{form}")
    with Index.open(directory) as index, progress() as shown:
        summary = run_export(
            index,
            out,
            form,
            write,
            options_of(options),
            since=generation,
            processes=PROCESSES,
            on_progress=shown,
        )
    say(summary.sentence())
