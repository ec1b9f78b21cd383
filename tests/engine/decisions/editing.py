"""A small site, and what an editor does to its pages."""

import os
import subprocess
from pathlib import Path

from search.model.read_options import DECISIONS
from tests.site_pages import bytes_of, items
from tests.small_archive import stories

EVENTS = stories()[3:9]


def mark(site: Path, event_id: str, *marks: str) -> None:
    """Put marks below the summary of a page."""
    lines = "".join(f"\n<!-- event-search: {each} -->\n" for each in marks)
    edited(site, event_id, "\n### Source", f"{lines}\n### Source")


def listed(site: Path, event_id: str) -> list[str]:
    return [link for _, _, link, _ in items(site, event_id)]


def rename(site: Path, old: str, new: str) -> None:
    """Rename the page of an event."""
    (site / new[1:]).parent.mkdir(parents=True, exist_ok=True)
    (site / old[1:]).rename(site / new[1:])


def edited(site: Path, event_id: str, old: str, new: str) -> None:
    page = site / event_id.lstrip("/")
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(site: Path, event_id: str, link: str) -> str:
    lines = (site / event_id.lstrip("/")).read_text(encoding="utf-8").splitlines(keepends=True)
    return next(line for line in lines if f"]({link})" in line)


def decide(site: Path, text: str) -> None:
    (site / DECISIONS).write_text(text, encoding="utf-8")


def with_list(site: Path, least: int = 2) -> str:
    return next(event.id for event in EVENTS if len(listed(site, event.id)) >= least)


def not_listed(site: Path, page: str) -> str:
    return next(e.id for e in EVENTS if e.id != page and e.id not in listed(site, page))


def git(folder: Path, *words: str, at: float | None = None) -> None:
    """Run git; what is committed has the time ``at``, in seconds since 1970."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    environment = os.environ | ({"GIT_COMMITTER_DATE": f"@{at:.0f} +0000"} if at else {})
    command = ["git", "-C", str(folder), *who, *words]
    subprocess.run(command, check=True, capture_output=True, env=environment)


def commit(site: Path, subject: str = "Lists", at: float | None = None) -> None:
    """Commit all files, in a repository that is made if there is none."""
    if not (site / ".git").exists():
        git(site, "init", "-q")
    git(site, "add", "-A")
    git(site, "commit", "-qm", subject, "--allow-empty", at=at)


def banned(site: Path) -> list[str]:
    """The pages with a ban."""
    return [name for name, page in bytes_of(site).items() if b"event-search: ban" in page]
