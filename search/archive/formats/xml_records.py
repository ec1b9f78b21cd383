"""XML files: feeds, and any other XML in which elements or attributes are the fields of records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree

from search.archive.field_names import FieldMap
from search.archive.formats import NumberedFields
from search.archive.formats.data import records_in
from search.archive.formats.feeds import feed_records

_FEED: Final = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF|channel)\b")
_BEGINNING: Final = 4_096  # bytes in which a feed shows that it is one
_XHTML: Final = "http://www.w3.org/1999/xhtml"
_BLOCKS: Final = frozenset({"p", "ul", "ol", "br", "pre", "para"})  # elements of a text
_MOST_TAGS: Final = 2_000_000  # an element takes some 500 bytes of memory
_DEEPEST: Final = 100


def xml_records(data: bytes, field_map: FieldMap) -> Iterator[NumberedFields]:
    """The entries of a feed, or the records that `records_in` finds in other XML.

    Raises:
        ValueError: not XML, or no records in it, or it declares entities, which attacks use.
    """
    if b"<!ENTITY" in data.replace(b"\0", b""):  # also in UTF-16
        raise ValueError("XML that declares entities; remove the declarations")
    if _FEED.search(data[:_BEGINNING]):
        return feed_records(data)
    if data.count(b"<") > _MOST_TAGS:
        raise ValueError(f"XML with more than {_MOST_TAGS:,} tags; split the file")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ValueError(f"not XML: {error}") from None
    return records_in(_value(root, 0), field_map)


def _value(element: ElementTree.Element, depth: int) -> Any:
    """An element as JSON would have it, without namespaces.

    One with attributes or other elements is an object, in which elements of one name are a list,
    and its own text is called value. All else is a text, and so is one with text between elements,
    such as a paragraph of XHTML. So is one of paragraphs and lists.
    """
    if depth > _DEEPEST:
        raise ValueError("XML that is nested too deeply")
    text = (element.text or "").strip()
    if _XHTML in element.tag or (len(element) and all(inner.tag in _BLOCKS for inner in element)):
        return "\n".join(filter(None, map(str.strip, element.itertext())))
    if len(element) and (text or any((inner.tail or "").strip() for inner in element)):
        return "".join(element.itertext()).strip()
    fields: dict[str, Any] = {_name(name): value for name, value in element.attrib.items()}
    for inner in element:
        name, value = _name(inner.tag), _value(inner, depth + 1)
        known = fields.get(name)
        if isinstance(known, list):
            known.append(value)
        else:
            fields[name] = value if known is None else [known, value]
    if fields and text:
        fields.setdefault("value", text)
    return fields or text


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
