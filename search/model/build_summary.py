"""What a build did."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What ``build`` did.

    ``built`` is False if the index was up to date. ``replaced`` says why the old index could not be
    used and was replaced; it is empty otherwise. ``reasons`` has a line for each kind of reason why
    files, lines or rows were ``skipped``, with a count and the first case.
    """

    directory: Path
    events: int
    skipped: int
    built: bool
    replaced: str = ""
    reasons: tuple[str, ...] = ()

    def sentence(self) -> str:
        """What was done, as a sentence."""
        skipped = f" ({self.skipped:,} files or lines skipped)" if self.skipped else ""
        if not self.built:
            return f"{self.directory} is up to date: {self.events:,} events{skipped}"
        replaced = f"; the old index was replaced: {self.replaced}" if self.replaced else ""
        return f"indexed {self.events:,} events{skipped} in {self.directory}{replaced}"
