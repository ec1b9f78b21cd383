"""Runs an export, in full or incremental: passes documents to a writer, and records what it
wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from search.engine.index import Index
from search.index.outputs import begins
from search.model.errors import UsageError
from search.model.generated import EXPORT_RECORD
from search.model.options import RelatedOptions
from search.model.progress import OnProgress
from search.publish.export.documents import Changes, documents
from search.publish.files import refused, write_if_changed

_REPORT_EVERY: Final = 200


# Writes documents to a folder in one form: all of them, or if False only what changed. Each file
# appears whole.
Write = Callable[[Path, bool, Changes], None]


@dataclass(frozen=True, slots=True)
class ExportSummary:
    out: Path
    generation: int
    events: int
    upserts: int
    deletes: int

    def sentence(self) -> str:
        return (
            f"{self.out}: generation {self.generation}, {self.events:,} events; "
            f"{self.upserts:,} written, {self.deletes:,} deleted"
        )


def export(
    index: Index,
    out: Path,
    form: str,
    write: Write,
    options: RelatedOptions,
    *,
    since: int | None = None,
    processes: int = 1,
    on_progress: OnProgress = lambda stage, done, total: None,
) -> ExportSummary:
    """Write the documents of an index to the folder ``out``.

    ``since`` is the generation of the last export with the same form and options. Then only events
    that changed are written, and deleted events are deleted. A record in ``out`` has the ids and
    digests of the exported documents.

    Raises:
        UsageError: ``out`` holds no export of that generation, or cannot be written.
    """
    known = _record(out, form, options)
    if since is not None and known.get("generation") != since:
        there = known.get("generation")
        what = f"an export of generation {there}" if there is not None else "no such export"
        raise UsageError(
            f"{out}: it holds {what} with these options, not of generation {since}; "
            "export all of it again, without --since-generation"
        )
    earlier: dict[str, str] = known.get("digests", {})
    digests: dict[str, str] = {}
    upserts = deletes = 0

    def changes() -> Changes:
        nonlocal upserts, deletes
        for document in documents(index, options, processes):
            digest = f"{document.digest:016x}"
            if since is None or earlier.get(document.id) != digest:
                upserts += 1
                yield document
            digests[document.id] = digest
            if len(digests) % _REPORT_EVERY == 0:
                on_progress("exporting", len(digests), len(index))
        for event_id in sorted(earlier.keys() - digests.keys()):
            deletes += 1
            yield event_id

    try:
        out.mkdir(parents=True, exist_ok=True)
        write(out, since is None, changes())
    except OSError as error:
        raise refused(out, error) from error
    record = {**_identity(form, options), "generation": index.generation, "digests": digests}
    data = json.dumps(record, ensure_ascii=False).encode() + b"\n"
    write_if_changed(out / EXPORT_RECORD.format(form=form), data, begins(b'{"form": "'))
    return ExportSummary(out, index.generation, len(digests), upserts, deletes)


def _identity(form: str, options: RelatedOptions) -> dict[str, Any]:
    """What an export must have in common with an earlier one to be an update of it."""
    plain = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in asdict(options).items()
    }
    return {"form": form, "options": plain}


def _record(out: Path, form: str, options: RelatedOptions) -> dict[str, Any]:
    """What was exported here; nothing if it is of another form or options, or unreadable."""
    try:
        known = json.loads((out / EXPORT_RECORD.format(form=form)).read_bytes())
        identity = _identity(form, options)
        if {name: known[name] for name in identity} != identity:
            return {}
        digests = {str(one): str(digest) for one, digest in known["digests"].items()}
        return {"generation": int(known["generation"]), "digests": digests}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
