"""Pages with everything that editors put around a list, checked by a CommonMark parser.

    python -m tests.archive.page.block_campaign 100000 --seed 1

Every page is drawn from its seed alone, so that a failure can be repeated. The checks use the
parser markdown-it-py by itself and none of our code: which lines are items of our form by
CommonMark's rules, and which blocks a reader sees besides them.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date

from markdown_it import MarkdownIt
from markdown_it.token import Token

from search.archive.page.parser import CannotPlace, NoPage, Page, parse
from search.archive.page.related_section import with_related
from search.model.event import Event
from search.model.hit import Hit
from search.model.page_style import PageStyle
from tests.site_pages import item_of

_PARSER = MarkdownIt("commonmark")
_SEPARATOR = "<!-- event-search -->"
# Items of our form in the fragments, which markers may set free from what is around them.
IN_FRAGMENTS = [
    "[Kept](/news/2009/01/1/kept.md) _Context: kept_",
    "[A dam holds](/news/2005/05/5/dam.md) _Context: dam_",
    "[A mine closes](/news/2006/06/6/mine.md) _Context: mine_",
]
MARKERS = ("<!-- related -->", "<!-- /related -->")
STYLES = [
    PageStyle(),
    PageStyle(item="- [{title}]({link}){context}"),
    PageStyle(markers=MARKERS),
    PageStyle(item='* <a href="{link}">{title}</a>', markers=MARKERS),
]
_TOP = "### [2014-11-12](/news/2014/11/12/index.md)\n\n# A lander bounces twice.\n\nText.\n\n"

OLD = [
    "[A harbour opens. ](/news/2001/01/1/harbour.md) _Context: Port, sea_",
    "[A bridge falls](/news/2002/10/12/a-bridge-falls.md)",
    "[Was a \\[sic\\] title](/news/2003/1/2/sic.md) _Context: \\_x_",
    "[A vote](/zh/news/2004/02/03/vote.md) *Kontext: a, b*",
]
# ¶ is a line end.
ABOVE_OR_BELOW = (
    """
</details>
</div>
<table><tr><td>x</td></tr></table>
<div>
<div class="box">¶text¶</div>
<details><summary>More</summary>
</x-card>
<x-card>
<br>
<hr/>
<!-- a remark -->
<!-- two¶lines -->
<?php echo 1; ?>
<?php¶### Related:¶1. [Kept](/news/2009/01/1/kept.md) _Context: kept_¶?>
<![CDATA[¶### Related:¶1. [Kept](/news/2009/01/1/kept.md) _Context: kept_¶]]>
<!DOCTYPE x>
<div>¶### Related:¶1. [Kept](/news/2009/01/1/kept.md) _Context: kept_¶</div>
<pre>¶### Related:¶1. [Kept](/news/2009/01/1/kept.md) _Context: kept_¶</pre>
```¶### Related:¶1. [Kept](/news/2009/01/1/kept.md) _Context: kept_¶```
~~~ md¶1. [Kept](/news/2009/01/1/kept.md) _Context: kept_¶~~~
    ### Related:¶    1. [Kept](/news/2009/01/1/kept.md) _Context: kept_
<!--¶### Related:¶1. [Kept](/news/2009/01/1/kept.md) _Context: kept_¶-->
{% endif %}
{% if page.related %}
{% include box.html %}
{{ page.title }}
{{< /box >}}
{{< box title="x" >}}
{{% note %}}
{%- endfor -%}
{# a remark #}
{{/each}}
<Box kind="x" />
<Box>
</Box>
{/* a remark */}
import X from './x'
export const a = 1
{: .cls}
{: #id .cls key="x"}
{:.no_toc}
:::
::: note
:::warning¶text¶:::
!!! note¶    text
- [ ] check with the desk
- [x] done
* [ ] [check](https://example.org/)
- [sic] remark
- a remark
* another
+ and one
1. a numbered remark
2. the second
3) with a bracket
- [Dossier](https://example.org/dossier)
1. [Ruling](https://court.example/r.pdf) of the court
- [The day](/news/2016/02/6/index.md)
- an editor's bullet¶  1. one¶  2. two
- bullet¶  - nested¶    - deeper
1. remark¶¶   second paragraph
2. [A dam holds](/news/2005/05/5/dam.md) _Context: dam_¶   - a nested remark
1. [A mine closes](/news/2006/06/6/mine.md) _Context: mine_¶¶   a second paragraph
- - x
1. - y
> a quote
> a quote¶lazily continued
> 1. [Kept](/news/2009/01/1/kept.md) _Context: kept_
> ### Related:
[^1]: A footnote.
[^note]: A footnote¶    with more.
[ref]: https://example.org/ "Title"
[A bridge falls]: /x
Term¶: Definition
| a | b |¶|---|---|
---
***
* * *
===
A paragraph.
A paragraph¶of two lines
In the year¶2014. it was.
   indented by three
  by two
\tby a tab
#### More
#### More¶1. [Kept](/news/2009/01/1/kept.md) _Context: kept_
##### Deeper
### Notes
## Sources
Underlined¶---
Underlined¶===
*emphasis*
`code`
\\
&nbsp;
""".strip("\n")
    .replace("\\t", "\t")
    .split("\n")
)
HEADINGS = [
    "### Related:",
    "## Related",
    "### RELATED",
    "### 有关:",
    "### Verwandt:",
    " ### Related",
]


NEW = [
    item_of(Event("/news/2014/11/1/new.md", date(2014, 11, 1), "Something new."), ("New", "thing")),
    item_of(Event("/news/2014/11/2/newer.md", date(2014, 11, 2), "Something newer.")),
    item_of(Event("/news/2014/11/3/last.md", date(2014, 11, 3), "The [last] <one>"), ("A_", "*b*")),
]


def page_of(seed: int) -> tuple[str, list[Hit]]:
    """A page, and the items that its list is to have."""
    draw = random.Random(seed)
    lines: list[str] = []

    def fragment() -> None:
        lines.extend(draw.choice(ABOVE_OR_BELOW).split("¶"))

    for _ in range(draw.choice([0, 0, 1, 2])):
        fragment()
        lines.append("")
    for _ in range(draw.choice([0, 1, 1, 1, 1, 2])):
        lines += ["", draw.choice(HEADINGS)]
        lines += [""] * draw.choice([0, 1, 1, 1])
        for _ in range(draw.randint(0, 6)):
            if draw.random() < 0.6:
                marker = draw.choice(["1.", "2.", "2.", "10.", "3)", "-", "*"])
                lines.append(f"{marker} {draw.choice(OLD)}")
            else:
                fragment()
            lines += [""] * draw.choice([0, 0, 0, 1, 1, 2])
    return _TOP + "\n".join(lines) + draw.choice(["\n", "\n", ""]), NEW[
        : draw.choice([0, 1, 2, 3, 3, 3])
    ]


def own_lines(text: str, items: Sequence[str]) -> set[int]:
    """The numbers of the lines that are items of our form in a Related section.

    By CommonMark alone: an item of a list that stands in no other block, below a heading Related
    and above any other; its one block is a paragraph that begins with one of ``items``, and has
    no words of an editor behind it.
    """
    lines = text.split("\n")
    tokens = _PARSER.parse(text)
    found: set[int] = set()
    inside = past_title = False
    outer = 0
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            heading = tokens[at + 1].content
            level = int(token.tag[1:])
            labels = {"related", "有关", "verwandt"}
            is_related = past_title and heading.strip(" :").casefold() in labels
            inside = False
            if not outer or level <= outer:
                inside = is_related and level > 1 and set(token.markup) == {"#"}
                outer = level if inside else 0
            past_title = past_title or level == 1
        if token.type == "list_item_open" and token.level == 1 and inside and token.map:
            close = next(n for n in range(at, len(tokens)) if tokens[n].level == 1
                         and tokens[n].type == "list_item_close")  # fmt: skip
            kinds = [each.type for each in tokens[at + 1 : close]]
            first = token.map[0]
            item = lines[first].strip().partition(" ")[2].strip()
            if kinds != ["paragraph_open", "inline", "paragraph_close"] or item not in items:
                continue
            behind = lines[first + 1 : first + 1 + tokens[at + 2].content.count("\n")]
            if not any(map(is_remark, behind)):
                found.add(first)
    return found


def is_remark(line: str) -> bool:
    """Whether a line right below an item says something of it, and is no other dialect's block."""
    text = line.strip()
    if text.startswith((":::", "!!!", "[^", "[ref]", "[A bridge", "|", "import ", "export ")):
        return False
    depth = 0
    for character in text:
        depth += (character in "<{") - (character in ">}")
        if depth == 0 and character not in ">} ":
            return True
    return False


def blocks(text: str, hidden: set[int]) -> list[tuple[str, ...]]:
    """What a reader sees besides the hidden lines: every block with those that it stands in."""
    lines = text.split("\n")
    seen: list[tuple[str, ...]] = []
    around: list[tuple[Token, bool]] = []
    for token in _PARSER.parse(text):
        if token.nesting < 0:
            if token.type in {"blockquote_close", "list_item_close"}:
                around.pop()
            continue
        if token.type in {"blockquote_open", "list_item_open"} and token.map:
            shown = token.map[0] not in hidden
            around.append((token, shown))
            if shown:
                seen.append((token.type, *(each.tag for each, is_shown in around if is_shown)))
        elif token.type in {"paragraph_open", "heading_open"} and token.map:
            kept = [lines[n].strip() for n in range(*token.map) if n not in hidden]
            path = [each.tag for each, is_shown in around if is_shown]
            text_left = "\n".join(kept)
            # A tag right below an item is a paragraph; without the item it is HTML.
            kind = "html_block" if text_left.startswith("<") else token.tag
            if kept:
                seen.append((kind, *path, text_left))
        elif token.type in {"fence", "code_block", "html_block", "hr"}:
            path = [each.tag for each, is_shown in around if is_shown]
            if token.content.strip() != _SEPARATOR:
                seen.append((token.type, *path, token.content.rstrip("\n")))
    return seen


def related_headings(text: str) -> set[int]:
    """The lines of headings that come and go with a list."""
    labels = {"related", "有关", "verwandt"}
    lines = text.split("\n")
    return {
        token.map[0]
        for token in _PARSER.parse(text)
        if token.type == "heading_open" and token.level == 0 and token.map
        and lines[token.map[0]].strip(" #:").casefold() in labels
    }  # fmt: skip


def check(seed: int) -> str:
    """Check the laws on one page; what happened to it in a word.

    Raises:
        AssertionError: a law is broken.
    """
    text, items = page_of(seed)
    style = STYLES[seed % len(STYLES)]
    if style.markers:
        return check_markers(seed, text, items, style)
    try:
        page = parse(text.encode(), style)
    except NoPage:
        return "no page"
    assert isinstance(page, Page)
    try:
        after = with_related(page, items, style=style).decode()
    except CannotPlace:
        return "refused"
    new = [item_line for item_line in after.split("\n") if "/news/2014/" in item_line]
    printed = [line.partition(" ")[2] for line in new if not line.startswith("### [2014-11-12]")]
    was, now = own_lines(text, [item.strip() for item in OLD]), own_lines(after, printed)
    assert [line for n, line in kept(text, was)] == [line for n, line in kept(after, now)], "lines"
    assert len(now) == len(items), "the items are items"
    assert blocks(text, was | related_headings(text)) == blocks(
        after, now | related_headings(after)
    ), "the other blocks are as before"
    again = parse(after.encode(), style)
    assert isinstance(again, Page)
    assert with_related(again, items, style=style).decode() == after, "twice is once"
    return "changed" if after != text else "same"


def check_markers(seed: int, text: str, items: list[Hit], style: PageStyle) -> str:
    """The same laws for a page with markers at a place that is drawn, and something between."""
    draw = random.Random(~seed)
    lines = text.split("\n")
    place = draw.randint(5, len(lines))
    inside = draw.choice(
        ["", "", f"\n1. {OLD[0]}\n", "A line.", "```\ncode", "<div>", "- a\n  - b"]
    )
    begin, end = style.markers
    lines[place:place] = ["", begin, *inside.split("\n"), end, ""]
    text = "\n".join(lines)
    page = parse(text.encode(), style)
    assert isinstance(page, Page)
    try:
        after = with_related(page, items, style=style).decode()
    except CannotPlace:
        return "refused between markers"
    were, are = between(text, style), between(after, style)
    was = own_lines(text, [*(item.strip() for item in OLD), *IN_FRAGMENTS]) | were
    assert [line for n, line in kept(text, was)] == [line for n, line in kept(after, are)], "lines"
    new = [line for n, line in enumerate(after.split("\n")) if n in are and line]
    assert len(new) in (len(items), len(items) + 1), "the items, and maybe a separator"
    assert blocks(text, was | related_headings(text)) == blocks(
        after, are | related_headings(after)
    ), "the other blocks are as before"
    again = parse(after.encode(), style)
    assert isinstance(again, Page)
    assert again.summary == page.summary, "the list is no part of the text"
    assert with_related(again, items, style=style).decode() == after, "twice is once"
    return "changed" if after != text else "same"


def between(text: str, style: PageStyle) -> set[int]:
    """The numbers of the lines between the markers."""
    lines = text.split("\n")
    begin = lines.index(style.markers[0])
    return set(range(begin + 1, lines.index(style.markers[1], begin)))


def kept(text: str, own: set[int]) -> list[tuple[int, str]]:
    """The lines of a text that are not ours, without blank lines and Related headings."""
    headings = related_headings(text)
    return [
        (n, line)
        for n, line in enumerate(text.split("\n"))
        if n not in own and n not in headings and line.strip() and line != _SEPARATOR
    ]


def run(count: int, seed: int) -> Counter[str]:
    """Check so many pages; a failure names its seed."""
    told: Counter[str] = Counter()
    for number in range(seed, seed + count):
        try:
            told[check(number)] += 1
        except AssertionError as error:
            told["failed"] += 1
            print(f"seed {number}: {str(error).splitlines()[0]}", file=sys.stderr)
    return told


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("count", type=int)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    totals = run(chosen.count, chosen.seed * 10_000_000)
    print(", ".join(f"{name}: {count:,}" for name, count in sorted(totals.items())))
    sys.exit(totals["failed"] > 0)
