"""Commands that make what others read: ``feeds``."""

from pathlib import Path

import click

from search.cli.command import command
from search.cli.console import say
from search.cli.options import index_option

out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write to; it is made if it is not there.",
)


@command(
    "event-search feeds --base-url https://news.example --out public/",
    "event-search feeds --base-url https://news.example/zh --ending .html --out public/",
)
@click.option("--base-url", required=True, help="The web address that pages' links follow.")
@click.option("--title", default="Events", show_default=True, help="The title of the feeds.")
@click.option("--language", default="en", show_default=True, help="Their language, such as zh.")
@click.option("--ending", default="", help="Of pages in links, instead of .md; such as .html or /.")
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=1_000),
    default=50,
    show_default=True,
    help="How many events a feed has, newest first.",
)
@out_option
@index_option
def feeds(
    base_url: str, title: str, language: str, ending: str, limit: int, out: Path, directory: Path
) -> None:
    """Write index_rss.xml, index_atom.xml, feed.json and sitemap.xml of the index to a folder.

    Feeds have the newest events, the sitemap has all. Only files that changed are written. Needs
    the extra "feeds".
    """
    from search.engine.index import Index  # noqa: PLC0415
    from search.publish.feeds import Channel, SiteAddress, write_feeds  # noqa: PLC0415

    channel = Channel(title, SiteAddress(base_url, ending), language)
    with Index.open(directory) as index:
        changed = write_feeds(index, out, channel, limit)
    say(f"{out}: {len(changed)} files changed" + "".join(f"\n  {path.name}" for path in changed))
