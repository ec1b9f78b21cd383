"""A year of a site's life: pages come in batches, and lists are brought up to date after each.

    PYTHONPATH=. python benchmarks/holding_still/year.py PAGES [--start 0] [--base 1000]

PAGES is a folder of dated pages. From the number ``--start`` on, the oldest are the site to begin
with. The next come in batches (20 of 12), in the order of their dates, as a site that publishes
every two hours gets them. Printed is how many older pages change for each new page, by batch and in
all, and how many of these gained or lost a link. Of every tenth change it is printed what came and
went, to be read and graded. When a fiftieth of an index has changed, it is built anew and
everything learned again: the batches in which that happened are marked.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from search import Change, Index, regenerate_archive
from search.publish.run_report import LinkChanges


def dated(pages: Path) -> list[Path]:
    """The pages in the order of the days in their paths."""

    def key(page: Path) -> tuple[tuple[int, ...], str]:
        parts = page.relative_to(pages).parts
        return tuple(int(part) for part in parts if part.isdecimal()), page.name

    return sorted(
        (p for p in pages.rglob("*.md") if p.name not in ("index.md", "README.md")), key=key
    )


def put(pages: list[Path], root: Path, site: Path) -> set[Path]:
    placed = set()
    for page in pages:
        place = site / page.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, place)
        placed.add(place)
    return placed


def base_of(index: Path) -> int:
    """What tells one base of an index from the next."""
    with Index.open(index) as opened:
        return Path(opened.info()["aliases"]).stat().st_ino


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pages", type=Path)
    parser.add_argument("--base", type=int, default=1_000)
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--start", type=int, default=0)
    given = parser.parse_args()
    pages = dated(given.pages)[given.start :]
    came = changed = linked = 0
    read: list[LinkChanges] = []
    with tempfile.TemporaryDirectory() as name:
        site, index = Path(name, "site"), Path(name, "index")
        put(pages[: given.base], given.pages, site)
        regenerate_archive(site, index, fresh=True)
        base = base_of(index)
        for number in range(given.batches):
            first = given.base + number * given.batch
            new = put(pages[first : first + given.batch], given.pages, site)
            if not new:
                break
            changes: list[Change] = []
            regenerate_archive(site, index, on_change=changes.append)
            older = [LinkChanges.of(change) for change in changes if change.path not in new]
            with_links = [change for change in older if change.new or change.lost]
            came, changed, linked = came + len(new), changed + len(older), linked + len(with_links)
            read += with_links
            anew = "; learned again" if base_of(index) != base else ""
            base = base_of(index)
            print(f"{len(new)} new pages: {len(older)} older pages changed{anew}", flush=True)
        share = changed / max(came, 1)
        print(
            f"{came:,} new pages, {changed:,} older pages changed: {share:.2f} for each; "
            f"{linked:,} of them gained or lost a link"
        )
        for change in read[::10]:
            print(
                change.change.path.name,
                *(f"    {reason}" for reason in change.change.reasons),
                sep="\n",
            )


if __name__ == "__main__":
    main()
