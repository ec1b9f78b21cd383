"""Answers as HTML tables for notebooks (``_repr_html_``). Every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.model.answers import SearchAnswer, Why
    from search.model.event import Event
    from search.model.hit import Explanation, Hit


def list_html(hits: Sequence[Hit], first: int = 0) -> str:
    """Hits as a table, numbered from ``first`` + 1."""
    rows = [
        f"<tr><td>{number}</td><td>{hit.score:.2f}</td><td>{hit.event.day}</td>"
        f"<td dir='auto'>{_title(hit.event)}</td>"
        f"<td dir='auto'>{escape(', '.join(hit.context))}</td></tr>"
        for number, hit in enumerate(hits, first + 1)
    ]
    return _table(("", "score", "date", "event", "shared"), rows)


def answer_html(answer: SearchAnswer) -> str:
    """The number of matches, and the hits."""
    notes = "".join(f"<p>{escape(note)}</p>" for note in answer.notes)
    if answer.suggestion:
        notes += f"<p>Did you mean: {escape(answer.suggestion)}</p>"
    head = f"<p dir='auto'><b>{escape(answer.query)}</b>: {answer.total:,} events match</p>"
    return head + notes + list_html(answer.hits, answer.first)


def explanation_html(explanation: Explanation) -> str:
    """What each reason adds, with a bar, and the score that they add up to."""
    parts = explanation.contributions
    most = max((abs(part.contribution) for part in parts), default=1.0)
    rows = [
        f"<tr><td dir='auto'>{escape(part.surface)}</td><td>{escape(part.kind)}</td>"
        f"<td>{part.contribution:+.4f}</td><td><meter max='1' "
        f"value='{abs(part.contribution) / most:.3f}'></meter></td></tr>"
        for part in parts
    ]
    rows.append(
        f"<tr><td><b>score</b></td><td></td><td>{explanation.total:+.4f}</td><td></td></tr>"
    )
    return _table(("reason", "kind", "adds", ""), rows)


def why_html(why: Why) -> str:
    """A pair, its explanation, and the verdict."""
    pair = f"{why.of.day} {_title(why.of)}<br>{why.hit.event.day} {_title(why.hit.event)}"
    reasons = explanation_html(why.hit.explanation)
    return f"<p dir='auto'>{pair}</p>{reasons}<p>{escape(why.verdict)}</p>"


def _title(event: Event) -> str:
    link = event.link
    if link.startswith(("https://", "http://")):
        return f"<a href='{escape(link)}' rel='noreferrer'>{escape(event.title)}</a>"
    return escape(event.title)


def _table(heads: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
