"""Inspects a folder for its first settings file: generator, events, language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from search.archive import read
from search.archive.generators import permalinks_of
from search.archive.skips import SkipTally
from search.model.errors import ArchiveError
from search.text.languages import language_of, main_language

_MOST: Final = 5_000  # events whose language is detected
_FOLDERS: Final = {
    "Jekyll": ("_posts",), "Hugo": ("content",), "Zola": ("content",), "Astro": ("src/content",),
    "MkDocs": ("docs",), "Docusaurus": ("blog",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FolderReport:
    """``sentences`` that describe the folder, and ``settings``: the text of a settings file."""

    sentences: tuple[str, ...]
    settings: str


def report_on(top: Path) -> FolderReport:
    """Inspect a folder.

    Raises:
        ArchiveError: it holds no event; the message has the commonest reason.
    """
    site = permalinks_of(top)
    archives = [name for name in _FOLDERS.get(site.kind, ()) if (top / name).is_dir()] or ["."]
    tally = SkipTally()
    languages: list[str] = []
    years: Counter[str] = Counter()
    count = 0
    for event in read([top / name for name in archives], tally.add):
        count += 1
        years[event.day[:4]] += 1
        if len(languages) < _MOST:
            languages.append(language_of(event.text.split()))
    if not count:
        reason = tally.lines()[0] if len(tally) else "there are no files that may hold events"
        raise ArchiveError(f"{top}: no event was found; {reason}")
    language = main_language(languages).capitalize()
    kind = f"{site.kind} site" if site.kind else "folder"
    span = f"{min(years)} to {max(years)}" if len(years) > 1 else min(years)
    sentences = [f"{kind}: {count:,} events of {span}, mostly {language}"]
    if site.pattern:
        sentences.append(f"links to pages: {site.pattern} ({site.origin})")
    sentences += [f"skipped {reason}" for reason in tally.lines()[:3]]
    listed = ", ".join(f'"{name}"' for name in archives)
    return FolderReport(
        tuple(sentences),
        f"# {sentences[0]}. All settings: event-search config --explain\n"
        f"archives = [{listed}]\n"
        "# limit = 10\n"
        '# headings = ["## Related"]\n'
        '# item = "- [{title}]({link}){context}"\n'
        '# link = "/{year}/{month}/{slug}/"\n',
    )
