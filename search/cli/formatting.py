"""Answers as lines for a terminal; as JSON values they are in ``model.json_answers``."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from search.model.answers import Why
from search.model.event import Event
from search.model.hit import Hit
from search.model.printing import CUT, line

Paint = Callable[[str, str], str]  # (text, role) -> text with colours, or as it was
_MARK: Final = "**"  # around each match in an excerpt

_SHORT: Final = 40  # characters of a field that is printed
_MOST_FIELDS: Final = 4


def hit_lines(
    hits: Sequence[Hit], paint: Paint, first: int = 1, *, explain: bool = False
) -> Iterator[str]:
    """Hits as text for a terminal. Control characters in events are removed.

    ``first`` is the number of the first hit; ``explain`` shows the explanation of each.
    """
    width = len(str(first + len(hits) - 1))
    for number, hit in enumerate(hits, start=first):
        head = f"{number:>{width}}. "
        indent = " " * len(head)
        score = paint(f"{hit.score:.2f}", "score")
        title, excerpt = _title_and_excerpt(hit, paint)
        yield f"{head}{score}  {_day(hit.event)}  {title}"
        yield indent + _address(hit.event, paint)
        if fields := _fields(hit.event):
            yield indent + fields
        if hit.context:
            terms = ", ".join(paint(line(term), "term") for term in hit.context)
            yield f"{indent}Context: {terms}"
        if excerpt:
            yield indent + excerpt
        if hit.also:
            yield f"{indent}also: {', '.join(map(line, hit.also))}"
        if explain:
            yield from (indent + line for line in _explanation_lines(hit, paint))


def _day(event: Event) -> str:
    return event.day or "no date   "  # as wide as a day


def why_lines(why: Why, paint: Paint) -> Iterator[str]:
    """The explanation of a pair: a line for each contribution, and the total."""
    for label, event in (("", why.of), ("and ", why.hit.event)):
        yield f"{label}{_day(event)}  {line(event.title)}"
        yield _address(event, paint)
    yield ""
    yield from _explanation_lines(why.hit, paint)
    yield ""
    yield why.verdict
    for mark in why.marks:
        yield f"Decided by an editor: {line(mark)}"
    if why.nearest:
        nearest = ", ".join(f"{line(event_id)} ({score:.4f})" for event_id, score in why.nearest)
        yield (
            f"Nothing is listed for {line(why.of.id)}, whose list begins at a score of "
            f"{why.least_score:g}. Nearest: {nearest}."
        )


def _address(event: Event, paint: Paint) -> str:
    """The link of an event, and its id if that differs: either works for ``related``."""
    link = paint(line(event.link), "link")
    return link if event.link == event.id else f"{link}  {line(event.id)}"


def _fields(event: Event) -> str:
    """The first short fields of an event beside the usual ones."""
    short = [(name, text) for name, text in event.fields.items() if len(text) <= _SHORT]
    return ", ".join(f"{line(name)}: {line(text)}" for name, text in short[:_MOST_FIELDS])


def _explanation_lines(hit: Hit, paint: Paint) -> Iterator[str]:
    contributions = hit.explanation.contributions
    width = max([5, *(len(line(part.surface)) for part in contributions)])
    for part in contributions:
        name = line(part.surface)
        padding = " " * (width - len(name))
        yield f"  {paint(name, 'term')}{padding}  {part.contribution:+.4f}  {part.kind}"
    yield f"  {'total':<{width}}  {hit.score:+.4f}"


def _title_and_excerpt(hit: Hit, paint: Paint) -> tuple[str, str]:
    """Both as they are printed. Where the excerpt overlaps the title, the marks go into the title,
    and only the rest of the excerpt is printed, if it has a mark."""
    title = line(hit.event.title)
    excerpt = line(hit.snippet)
    # If the text itself has such signs, they are no marks.
    is_marked = excerpt.removeprefix(CUT).removesuffix(CUT) not in line(hit.event.text)
    parts = excerpt.split(_MARK) if is_marked else [excerpt]
    pieces = [(part, place % 2 == 1) for place, part in enumerate(parts)]
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
