from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from search.archive.page.item_form import forms_of
from search.archive.page.parser import Page, parse
from search.archive.page.related_section import with_related
from search.model.errors import UsageError
from search.model.event import Event
from search.model.hit import Hit
from search.model.page_style import PageStyle
from search.model.printing import line
from tests.site_pages import item_of

MARKERS = ("<!-- related -->", "<!-- /related -->")
STYLES = [
    PageStyle(),
    PageStyle(item="- [{title}]({link}) ({date}){context}"),
    PageStyle(item="* {year}/{month}/{day}: [{title}]({link}){context}.", context=" ({terms})"),
    PageStyle(item='- <a href="{link}">{title}</a>{context}', context=" <i>{label}: {terms}</i>"),
    PageStyle(item='- {{< card title="{title}" link="{link}" >}}'),
    PageStyle(item="<li><a href='{link}'>{title}</a></li>", markers=MARKERS),
    PageStyle(item='{% include item.html t="{title}" u="{link}" %}', markers=MARKERS),
]


PIECES = [*"ab 1.,:;-_*()[]{}<>|~`'\"\\&#!%/\n", "&lt;", "](", "é", "中"]
TEXT = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.item)
@given(title=TEXT, link=TEXT, terms=st.lists(TEXT, max_size=3))
def test_an_item_is_read_back_as_it_was_printed(
    style: PageStyle, title: str, link: str, terms: list[str]
) -> None:
    form = forms_of(style).printed
    item = item_of(Event("/" + (line(link) or "x"), date(2014, 11, 1), f"T{title}"), tuple(terms))
    printed = form.printed(item, 3, "Context")
    assert "\n" not in printed
    read = form.read_line(printed)
    assert read is not None
    assert read.title == line(item.event.title)
    said = ", ".join(filter(None, map(line, terms))) if "{context}" in style.item else ""
    assert list(filter(None, ", ".join(read.context).split(", "))) == [
        term for term in said.split(", ") if term
    ]


@pytest.mark.parametrize("style", STYLES[:4], ids=lambda style: style.item)
@given(title=TEXT)
def test_a_title_is_rendered_as_itself_and_as_nothing_more(style: PageStyle, title: str) -> None:
    item = item_of(Event("/a", date(2014, 11, 1), f"T{title}"))
    printed = forms_of(style).printed.printed(item, 1, "Context")
    html = MarkdownIt("commonmark").render(printed)
    assert html.count("<a ") == 1
    assert html.count("<li>") == 1
    assert not {"<em>", "<strong>", "<code>", "<h1>", "<b>"} & set(html.split())


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("- [{title}]", "needs {title} and {link}"),
        ("- [{titel}]({link})", "write {title}"),
        ("[{title}]({link})", "begin it with '- '"),
        ("- {title}: {link}", "could not be recognised"),
        ("- [{title}]({link})\n- x", "write one line"),
        ("- [{title}]({link}) {link}", "each once"),
    ],
)
def test_a_template_that_could_not_be_recognised_is_refused(item: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        forms_of(PageStyle(item=item))
    assert said in str(refused.value)


TOP = "# Philae lands on a comet.\n\nThe lander bounced twice.\n"
ITEMS = [
    item_of(Event("/2014/11/1/a.md", date(2014, 11, 1), "A [first] one."), ("Rosetta", "ESA")),
    item_of(Event("/2014/11/2/b.md", date(2014, 11, 2), "A 'second' one.")),
]


def page(text: str, style: PageStyle) -> Page:
    found = parse(text.encode(), style)
    assert isinstance(found, Page)
    return found


def remade(text: str, style: PageStyle, items: list[Hit]) -> str:
    return with_related(page(text, style), items, style=style).decode()


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.item)
def test_twice_is_once_and_nothing_else_changes(style: PageStyle) -> None:
    place = "\n".join(["", *style.markers, ""])
    before = f"{TOP}{place}\n## Notes\n\nText.\n" if style.markers else TOP
    once = remade(before, style, ITEMS)
    assert "/2014/11/2/b.md" in once
    assert remade(once, style, ITEMS) == once
    assert remade(once, style, ITEMS[:1]).count("/2014/11/") == 1
    assert remade(once, style, []) == before
    assert page(once, style).summary == page(before, style).summary


def test_a_list_in_an_earlier_form_is_replaced() -> None:
    earlier = STYLES[1]
    now = PageStyle(item="- [{title}]({link})", former_items=(earlier.item,))
    assert remade(remade(TOP, earlier, ITEMS), now, ITEMS) == remade(TOP, now, ITEMS)
    assert remade(remade(TOP, PageStyle(), ITEMS), now, ITEMS).count("](") == 2


def test_headings_of_the_owner_are_written_and_recognised() -> None:
    style = PageStyle(headings=("## See also", "Mehr dazu"))
    assert "\n## See also\n" in remade(TOP, style, ITEMS)
    before = f"{TOP}\n### Mehr dazu\n\n1. [Old](/2001/01/1/old.md)\n"
    after = remade(before, style, ITEMS)
    assert "old.md" not in after
    assert "See also" not in after
    assert "\n## Related\n" in remade(TOP, PageStyle(headings=("## {related}",)), ITEMS)


def test_a_label_of_the_owner_is_written() -> None:
    assert "_Stichwort: Rosetta, ESA_" in remade(TOP, PageStyle(label="Stichwort"), ITEMS)
