"""Day lists as the site has them, beside those that ``event-search site`` writes.

    PYTHONPATH=. python benchmarks/holding_still/days.py PAGES [--days 60]

PAGES is a folder of dated pages with a list (``index.md``) in the folder of each day. The first
days are copied twice: once with their lists, which are brought up to date, and once without, so
that all lists are new. Printed is how many lists of each are as the site has them: byte for byte,
with the same links, in the same order, with the same titles but for blanks; and which lines came
and went.
"""

import argparse
import re
import shutil
import tempfile
from collections import Counter
from difflib import ndiff
from pathlib import Path

from search.publish.lists.site import write_lists

ENTRY = re.compile(r"^### \[(.*)\]\((\S+)\)", re.MULTILINE)
KINDS = {"### [": "entry", "#####": "topic", "## [": "link to a day", "_": "Context", "": "blank"}


def entries(text: str) -> list[tuple[str, str]]:
    return [(link, " ".join(title.split())) for title, link in ENTRY.findall(text)]


def kind_of(line: str) -> str:
    change, text = line[0], line[2:].strip()
    return f"{change} " + next(
        (kind for begin, kind in KINDS.items() if (text.startswith(begin) if begin else not text)),
        "summary",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("--days", type=int, default=60)
    given = parser.parse_args()
    of_days = {path.parent for path in given.pages.glob("**/[0-9]*/index.md")}
    days = sorted(of_days, key=lambda day: [int(p) for p in day.parts if p.isdecimal()])
    days = [day for day in days if len([p for p in day.parts[-3:] if p.isdecimal()]) == 3]
    with tempfile.TemporaryDirectory() as name:
        for are_new in (False, True):
            site = Path(name, "new" if are_new else "kept")
            counts: Counter[str] = Counter()
            lines: Counter[str] = Counter()
            for day in days[: given.days]:
                copied = Path(shutil.copytree(day, site / day.relative_to(given.pages)))
                for page in ("index.md", "README.md") if are_new else ():
                    (copied / page).unlink(missing_ok=True)
            write_lists(site, site.with_name(f"index of {site.name}"))
            for day in days[: given.days]:
                before = (day / "index.md").read_text(encoding="utf-8")
                after = (site / day.relative_to(given.pages) / "index.md").read_text("utf-8")
                one, other = entries(before), entries(after)
                counts["lists"] += 1
                counts["the same bytes"] += before == after
                counts["the same links"] += sorted(e[0] for e in one) == sorted(e[0] for e in other)
                counts["in the same order"] += [e[0] for e in one] == [e[0] for e in other]
                counts["the same titles"] += sorted(one) == sorted(other)
                changes = ndiff(before.splitlines(), after.splitlines())
                lines.update(kind_of(line) for line in changes if line[0] in "+-")
            print(site.name, dict(counts), dict(lines))


if __name__ == "__main__":
    main()
