from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.page.front_matter import fields_of, length
from search.archive.page.parser import Page, parse
from search.archive.page.related_section import with_related
from search.model import limits
from tests.archive.page.block_campaign import NEW
from tests.growing import grows_as_its_size


def read(text: str) -> dict[str, object]:
    lines = text.encode().split(b"\n")
    return fields_of(lines[: length(lines)])


EXPECTED = {"title": "A dam: mended", "date": date(2016, 2, 6), "tags": ["dams", "a b"]}


@pytest.mark.parametrize(
    "text",
    [
        '---\ntitle: "A dam: mended"\ndate: 2016-02-06\ntags: [dams, a b]\n---\nx',
        "---\nTitle: 'A dam: mended'\ndate: 2016-02-06 23:30:00 -05:00\n"
        "tags:\n- dams\n- a b\n...\nx",
        '+++\ntitle = "A dam: mended"\ndate = 2016-02-06T10:00:00Z\ntags = ["dams", "a b"]\n+++\nx',
        "+++\ntitle = 'A dam: mended'\ndate = 2016-02-06\n"
        "[taxonomies]\ntags = ['dams', 'a b']\n+++\n",
    ],
)
def test_yaml_and_toml_are_read(text: str) -> None:
    found = read(text)
    day = found["date"]
    # A moment keeps its zone, which says in which other zone it is another day.
    is_moment = isinstance(day, datetime) and day.tzinfo is not None
    assert is_moment == ("date: 2016-02-06 23" in text or "T10" in text)
    assert {**found, "date": day.date() if isinstance(day, datetime) else day} == EXPECTED


def test_json_is_read() -> None:
    text = '{\n"title": "T",\n"date": "2016-02-06",\n"tags": ["a"]\n}\nBody'
    assert read(text) == {"title": "T", "date": "2016-02-06", "tags": ["a"]}


@pytest.mark.parametrize(
    ("text", "title", "tags"),
    [
        ("---\ntitle: Fix: a colon\ntags: a b\n---\n", "Fix: a colon", "a b"),
        ("---\ntitle: T\ntags:\n\t- a\n\t- 'b'\n---\n", "T", ["a", "b"]),
        ("---\ntitle: T\ntitle: U\ntags: x\nb: [\n---\n", "T", "x"),
        ('---\ntitle: "never closed\ntags: x\n---\n', '"never closed', "x"),
        (
            "---\ntitle: !!python/object:os.system x\ntags: y\n---\n",
            "!!python/object:os.system x",
            "y",
        ),
        ("+++\ntitle = T\ntags = x\n+++\n", "T", "x"),
    ],
)
def test_what_the_parsers_refuse_is_read_line_by_line(
    text: str, title: str, tags: str | list[str]
) -> None:
    fields = read(text)
    assert (fields["title"], fields["tags"]) == (title, tags)


@pytest.mark.parametrize(
    "text",
    ["", "---", "---\n\ntitle: x\n---\n", "---\ntitle: never closed\n", "text\n---\na: b\n---\n",
     "---\n" + "a: b\n" * limits.FRONT_MATTER_LINES + "---\n",
     "---\na: " + "x" * limits.FRONT_MATTER_BYTES + "\n---\n", "{\n"],
)  # fmt: skip
def test_what_is_no_front_matter_has_no_lines(text: str) -> None:
    assert length(text.encode().split(b"\n")) == 0


@given(st.sampled_from(["---", "+++", "{"]), st.text(max_size=200))
def test_any_front_matter_gives_plain_fields(mark: str, text: str) -> None:
    fields = read(f"{mark}\n{text}\n{'}' if mark == '{' else mark}\n")
    for value in fields.values():
        values = value if isinstance(value, list) else [value]
        assert all(isinstance(each, str | int | float | date) for each in values)


@pytest.mark.parametrize("mark", ["---", "+++", "{"])
@pytest.mark.parametrize(
    "unit", ["[", "- ", "{a: ", "a: &x [*x, *x]\n", "a: b: c\n", "? ", "'", "a = [", "{", "!"]
)
def test_no_front_matter_takes_long(mark: str, unit: str) -> None:
    end = "}" if mark == "{" else mark
    assert grows_as_its_size(
        lambda size: read(f"{mark}\nx{unit * (size // len(unit))}\n{end}\n"), 24_000
    )


def test_the_list_goes_below_the_text_and_the_front_matter_keeps_every_byte() -> None:
    top = "---\ntitle:   Odd:  one\ndate: 2016-02-06\n# a remark\n---\n"
    page = parse(f"{top}Text.\n".encode())
    assert isinstance(page, Page)
    after = with_related(page, NEW[:1]).decode()
    assert after.startswith(f"{top}Text.\n\n### Related:\n\n1. [")
    again = parse(after.encode())
    assert isinstance(again, Page)
    assert with_related(again, []) == page.data
