"""Answers as JSON values and as lines for a terminal: one schema, written down here.

An item of a search or of a related list:

    {"id", "date", "title", "score", "context": [term, ...],
     "explanation": [{"term", "contribution", "kind"}, ...],   they add up to the score
     "url", "snippet", "also": [id, ...]}                where there is something to say

A search is {"query", "total", "hits": [item, ...]}, and where there is something to say "notes":
[sentence, ...], "suggestion", "years": [{"year", "events"}], "sources": [{"source", "events"}].
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from search.fulltext.snippets import CUT
from search.model.answers import SearchAnswer, Why
from search.model.hit import Explanation, Hit

Paint = Callable[[str, str], str]  # (text, role) -> text with colours, or as it was
_LINE: Final = json.JSONEncoder(ensure_ascii=False)
_MARK: Final = "**"  # before and behind what was looked for, in an excerpt


def item(hit: Hit) -> dict[str, Any]:
    event = hit.event
    plain: dict[str, Any] = {
        "id": event.id,
        "date": event.date.isoformat(),
        "title": event.title,
        "score": hit.score,
        "context": list(hit.context),
        "explanation": explanation(hit.explanation),
    }
    if event.url and event.url != event.id:
        plain["url"] = event.url
    if hit.snippet:
        plain["snippet"] = hit.snippet
    if hit.also:
        plain["also"] = list(hit.also)
    return plain


def explanation(of: Explanation) -> list[dict[str, Any]]:
    return [
        {"term": part.surface, "contribution": part.contribution, "kind": part.kind}
        for part in of.contributions
    ]


def searched(answer: SearchAnswer, *, count: bool = False) -> dict[str, Any]:
    """``count``: how many events match, and not which."""
    plain: dict[str, Any] = {"query": answer.query, "total": answer.total}
    if not count:
        plain["hits"] = [item(hit) for hit in answer.hits]
    if answer.notes:
        plain["notes"] = list(answer.notes)
    if answer.suggestion is not None:
        plain["suggestion"] = answer.suggestion
    if answer.years:
        plain["years"] = [count._asdict() for count in answer.years]
    if answer.sources:
        plain["sources"] = [count._asdict() for count in answer.sources]
    return plain


def related(asked: str, hits: Sequence[Hit], *, key: str = "id") -> dict[str, Any]:
    return {key: asked, "related": [item(hit) for hit in hits]}


class RelatedLine(NamedTuple):
    """A list as a line of JSON, and how many items it has; None: there is no event of that id."""

    asked: str
    items: int | None
    line: str


def related_line(asked: str, hits: Sequence[Hit] | None) -> RelatedLine:
    """A list as a line of JSON Lines, with an error if ``asked`` is the id of no event."""
    plain = related(asked, hits or ())
    if hits is None:
        plain["error"] = no_event(asked)
    return RelatedLine(asked, None if hits is None else len(hits), _LINE.encode(plain))


def no_event(asked: str) -> str:
    return f"{asked}: no event of this id is in the index; leave it out"


def explained(why: Why) -> dict[str, Any]:
    plain = item(why.hit)
    plain["of"] = why.of.id
    plain["rank"] = why.rank
    plain["verdict"] = why.verdict
    return plain


def hit_lines(
    hits: Sequence[Hit], paint: Paint, first: int = 1, *, explain: bool = False
) -> Iterator[str]:
    """The list as people read it; no event can move the cursor or colour the terminal.

    ``first`` is the number of the first hit; ``explain`` shows the explanation of each.
    """
    width = len(str(first + len(hits) - 1))
    for number, hit in enumerate(hits, start=first):
        head = f"{number:>{width}}. "
        indent = " " * len(head)
        score = paint(f"{hit.score:.2f}", "score")
        title, excerpt = _title_and_excerpt(hit, paint)
        yield f"{head}{score}  {hit.event.date.isoformat()}  {title}"
        yield indent + paint(printable(hit.event.link), "link")
        if hit.context:
            terms = ", ".join(paint(printable(term), "term") for term in hit.context)
            yield f"{indent}Context: {terms}"
        if excerpt:
            yield indent + excerpt
        if hit.also:
            yield f"{indent}also: {', '.join(map(printable, hit.also))}"
        if explain:
            yield from (indent + line for line in _explanation_lines(hit, paint))


def why_lines(why: Why, paint: Paint) -> Iterator[str]:
    """The explanation of a pair, a share a line, and the total that they add up to."""
    for label, event in (("", why.of), ("and ", why.hit.event)):
        yield f"{label}{event.date.isoformat()}  {printable(event.title)}"
        yield paint(printable(event.link), "link")
    yield ""
    yield from _explanation_lines(why.hit, paint)
    yield ""
    yield why.verdict


def _explanation_lines(hit: Hit, paint: Paint) -> Iterator[str]:
    contributions = hit.explanation.contributions
    width = max([5, *(len(printable(part.surface)) for part in contributions)])
    for part in contributions:
        name = printable(part.surface)
        padding = " " * (width - len(name))
        yield f"  {paint(name, 'term')}{padding}  {part.contribution:+.4f}  {part.kind}"
    yield f"  {'total':<{width}}  {hit.score:+.4f}"


def printable(text: str) -> str:
    """Text without line breaks, control and direction-changing characters."""
    return "".join(
        character if character.isprintable() or character == " " else " " for character in text
    )


def _title_and_excerpt(hit: Hit, paint: Paint) -> tuple[str, str]:
    """Both as they are printed. What the excerpt has of the title stands in the title with its
    marks, and the excerpt is the rest, if that has a mark: nothing is said twice or for nothing."""
    title = printable(hit.event.title)
    pieces = [
        (part, place % 2 == 1) for place, part in enumerate(printable(hit.snippet).split(_MARK))
    ]
    text = "".join(part for part, _ in pieces)
    if text.startswith(title):
        rest = len(text) - len(text[len(title) :].lstrip())
        unmarked = rest >= len(text) - len(pieces[-1][0])
        tail = "" if unmarked else _painted(pieces, rest, len(text), paint)
        return _painted(pieces, 0, len(title), paint), tail
    begin, end = len(CUT) * text.startswith(CUT), len(text.removesuffix(CUT))
    at = title.find(text[begin:end])
    if begin < end and at >= 0:
        after = title[at + end - begin :]
        return title[:at] + _painted(pieces, begin, end, paint) + after, ""
    return title, _painted(pieces, 0, len(text), paint)


def _painted(pieces: Sequence[tuple[str, bool]], begin: int, end: int, paint: Paint) -> str:
    """The characters from ``begin`` to ``end`` of marked and other pieces."""
    out = []
    at = 0
    for piece, marked in pieces:
        part = piece[max(begin - at, 0) : max(end - at, 0)]
        out.append(paint(part, "hit") if marked and part else part)
        at += len(piece)
    return "".join(out)
