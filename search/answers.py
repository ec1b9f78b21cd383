"""Answers as JSON values and as lines for a terminal: one schema, written down here.

An item of a search or of a related list:

    {"id", "date", "title", "score", "context": [term, ...],
     "receipt": [{"term", "share", "kind"}, ...],        shares add up to the score
     "url", "snippet", "also": [id, ...]}                where there is something to say
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from search.asking import SearchAnswer, Why
from search.ranking import Hit, Receipt

Paint = Callable[[str, str], str]  # (text, role) -> text with colours, or as it was


def item(hit: Hit) -> dict[str, Any]:
    event = hit.event
    plain: dict[str, Any] = {
        "id": event.id,
        "date": event.date.isoformat(),
        "title": event.title,
        "score": hit.score,
        "context": list(hit.context),
        "receipt": receipt(hit.receipt),
    }
    if event.url and event.url != event.id:
        plain["url"] = event.url
    if hit.snippet:
        plain["snippet"] = hit.snippet
    if hit.also:
        plain["also"] = list(hit.also)
    return plain


def receipt(of: Receipt) -> list[dict[str, Any]]:
    return [
        {"term": share.surface, "share": share.share, "kind": share.kind} for share in of.shares
    ]


def searched(answer: SearchAnswer) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "query": answer.query,
        "total": answer.total,
        "hits": [item(hit) for hit in answer.hits],
    }
    if answer.notes:
        plain["notes"] = list(answer.notes)
    return plain


def related(asked: str, hits: Sequence[Hit], *, key: str = "id") -> dict[str, Any]:
    return {key: asked, "related": [item(hit) for hit in hits]}


def explained(why: Why) -> dict[str, Any]:
    plain = item(why.hit)
    plain["of"] = why.of.id
    plain["rank"] = why.rank
    plain["verdict"] = why.verdict
    return plain


def hit_lines(hits: Sequence[Hit], paint: Paint) -> Iterator[str]:
    """The list as people read it; no event can move the cursor or colour the terminal."""
    width = len(str(len(hits)))
    for number, hit in enumerate(hits, start=1):
        head = f"{number:>{width}}. "
        indent = " " * len(head)
        score = paint(f"{hit.score:.2f}", "score")
        yield f"{head}{score}  {hit.event.date.isoformat()}  {printable(hit.event.title)}"
        yield indent + paint(printable(hit.event.link), "link")
        if hit.context:
            terms = ", ".join(paint(printable(term), "term") for term in hit.context)
            yield f"{indent}Context: {terms}"
        if hit.snippet:
            yield indent + _marked(printable(hit.snippet), paint)
        if hit.also:
            yield f"{indent}also: {', '.join(map(printable, hit.also))}"


def why_lines(why: Why, paint: Paint) -> Iterator[str]:
    """The receipt of a pair, a share a line, and the total that they add up to."""
    for label, event in (("", why.of), ("and ", why.hit.event)):
        yield f"{label}{event.date.isoformat()}  {printable(event.title)}"
        yield paint(printable(event.link), "link")
    shares = why.hit.receipt.shares
    width = max([5, *(len(printable(share.surface)) for share in shares)])
    yield ""
    for share in shares:
        name = printable(share.surface)
        padding = " " * (width - len(name))
        yield f"  {paint(name, 'term')}{padding}  {share.share:+.4f}  {share.kind}"
    yield f"  {'total':<{width}}  {why.hit.score:+.4f}"
    yield ""
    yield why.verdict


def printable(text: str) -> str:
    """Text without line breaks, control and direction-changing characters."""
    return "".join(
        character if character.isprintable() or character == " " else " " for character in text
    )


def _marked(snippet: str, paint: Paint) -> str:
    parts = snippet.split("**")
    return "".join(paint(part, "hit") if place % 2 else part for place, part in enumerate(parts))
