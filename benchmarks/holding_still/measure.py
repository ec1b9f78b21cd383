"""How many pages change when little changes: each time with an index that is built from nothing.

    PYTHONPATH=. python benchmarks/holding_still/measure.py PAGES [--margin 0.5] [--seed 0]

PAGES is a folder of pages, of which copies are made. First 30 pages are taken away and all lists
are made from the ranking alone. Then, each starting from there: nothing changes; one unrelated page
is added; one page is removed; one word of a page is altered; the 30 pages come back; and the
archive grows by 2 % of its pages at once. Printed is how many of the untouched pages change, and
how many of those neither gain a link to a touched page nor lose one.
"""

import argparse
import random
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from search import regenerate_archive
from search.archive.page.related_section import Change
from search.engine import stable_lists

_ITEM = re.compile(rb"^\d+\. (\[.*\]\((/\S+?)\).*)$", re.MULTILINE)
_UNRELATED = """### [{year}-{month}-{day}](/news/{year}/{month}/{day}/index.md)

# A choir sings carols at the bus depot.

### Source:

1. [Local paper](https://example.org/)
"""


class Trial:
    """A folder of settled pages, and what becomes of it."""

    def __init__(self, pages: Path, place: Path) -> None:
        self.pages = pages
        self.place = place
        self.made = 0

    def run(self, name: str, alter: Callable[[Path], set[str]]) -> None:
        """Alter a copy; ``alter`` gives the names of the pages that it touched."""
        self.made += 1
        site = self.place / f"site-{self.made}"
        shutil.copytree(self.pages, site)
        touched = alter(site)
        changed: list[Change] = []
        run = regenerate_archive(
            site, self.place / f"index-{self.made}", write=False, on_change=changed.append
        )
        untouched = [change for change in changed if change.path.name not in touched]
        needless = [change for change in untouched if not _concerns(change, touched)]
        share = 100 * len(needless) / run.pages
        print(
            f"{name:<32} {len(untouched):>6,} of {run.pages:,} untouched pages change; without "
            f"a link gained or lost: {len(needless):,} ({share:.2f} %)",
            flush=True,
        )
        for change in needless[:3]:
            print(*(f"    {reason}" for reason in change.reasons), sep="\n")
        shutil.rmtree(site)
        shutil.rmtree(self.place / f"index-{self.made}")


def _concerns(change: Change, touched: set[str]) -> bool:
    """Whether an item that leads to one of the touched pages comes, goes or is printed anew."""
    before, after = (set(_ITEM.findall(data)) for data in (change.before, change.after))
    return any(link.decode().rsplit("/", 1)[-1] in touched for _, link in before ^ after)


def _take(pages: list[Path], root: Path, place: Path) -> Callable[[Path], set[str]]:
    """Take pages away; what is given back brings them back to a copy."""
    kept = []
    for number, page in enumerate(pages):
        aside = place / f"aside-{number}-{random.randrange(10**9)}"
        shutil.move(page, aside)
        kept.append((aside, page.relative_to(root)))

    def bring(site: Path) -> set[str]:
        for aside, name in kept:
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(aside, site / name)
        return {name.name for _, name in kept}

    return bring


def _add_unrelated(site: Path) -> set[str]:
    newest = max(site.rglob("*.md"), key=lambda page: page.as_posix())
    year, month, day = newest.parts[-4:-1]
    page = newest.with_name("choir-sings-carols.md")
    page.write_text(_UNRELATED.format(year=year, month=month, day=day), encoding="utf-8")
    return {page.name}


def _articles(site: Path) -> list[Path]:
    return sorted(page for page in site.rglob("*.md") if page.name != "index.md")


def _remove_one(site: Path) -> set[str]:
    page = random.choice(_articles(site))
    page.unlink()
    return {page.name}


def _alter_a_word(site: Path) -> set[str]:
    page = random.choice(_articles(site))
    title = re.search(r"^# .*", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert title
    words = title[0].split()
    words[len(words) // 2] = "certain"
    text = page.read_text(encoding="utf-8").replace(title[0], " ".join(words), 1)
    page.write_text(text, encoding="utf-8")
    return {page.name}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pages", type=Path)
    parser.add_argument("--margin", type=float, default=stable_lists.MARGIN)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    stable_lists.MARGIN = given.margin  # type: ignore[misc]
    random.seed(given.seed)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        site = Path(shutil.copytree(given.pages, place / "site"))
        articles = _articles(site)
        drawn = random.sample(articles, 30 + len(articles) // 50)
        bring_few = _take(drawn[:30], site, place)
        bring_many = _take(drawn[30:], site, place)
        regenerate_archive(site, place / "index", fresh=True)
        trial = Trial(site, place)
        trial.run("nothing", lambda copy: set())
        trial.run("one unrelated page is added", _add_unrelated)
        trial.run("one page is removed", _remove_one)
        trial.run("one word is altered", _alter_a_word)
        trial.run("30 pages are added", bring_few)
        trial.run("2 % of the pages are added", bring_many)


if __name__ == "__main__":
    main()
