"""A change of a page as a unified diff."""

import difflib

from search.archive.page.related_section import Change


def unified_diff(change: Change) -> str:
    """The change as a unified diff of the page's lines, as `patch -p1` and `git apply` take it."""
    before, after = (
        [line.decode() for line in data.splitlines(keepends=True)]
        for data in (change.before, change.after)
    )
    old, new = (_quoted(f"{side}/{change.path.as_posix().lstrip('/')}") for side in "ab")
    diff = difflib.unified_diff(before, after, old, new)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in diff
    )


def _quoted(name: str) -> str:
    """A file's name in a diff: in quotes with escapes where it has characters that confuse."""
    if name.isprintable() and '"' not in name and "\\" not in name:
        return f"{name}\t" if " " in name else name
    escaped = "".join(
        f"\\{c}" if c in '"\\' else c if c.isprintable() else ascii(c)[1:-1] for c in name
    )
    return f'"{escaped}"'
