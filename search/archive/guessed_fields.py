"""Guesses the meaning of a field from the words of its name, if the name itself is not known.

So ``declarationTitle`` and Titel are titles, ``first_seen`` and Fecha are dates. To add a language,
add its words to the rows of `_WORDS`.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any, Final

_LONGEST_NAME: Final = 80  # characters of a name that are examined
_NAME_WORDS: Final = re.compile(r"[A-ZÀ-Þ]?[a-zß-ÿ]+|[A-Z]+(?![a-z])|[^\W\d_]+")
_WORDS: Final = {
    "date": frozenset(
        """
        date datetime dated published publication created started starts start began begins begin
        opened occurred happened detected when reported posted issued announced disclosed released
        seen
        datum fecha dato tarih дата 日期 日付 날짜
        """.split()
    ),
    "title": frozenset(
        """
        title headline subject topic titel titre título titulo titolo tytuł rubrik
        başlık заголовок название 标题 標題 タイトル 件名 제목
        ereignis vorfall événement evento incidente gebeurtenis zdarzenie olay событие 事件
        """.split()
    ),
    "summary": frozenset(
        """
        summary description abstract overview text body content html paragraph snippet cause
        narrative beschreibung zusammenfassung inhalt descripción descripcion resumen texto
        contenido résumé texte contenu descrizione testo descrição omschrijving opis beskrivelse
        beskrivning açıklama описание текст 描述 内容 摘要 概要 本文 설명 내용
        """.split()
    ),
}
# Words of names that are less likely to be meant.
_UNLIKELY: Final = {
    "date": frozenset(
        """
        updated update mod modified modification changed end ended ends due closed resolved last
        deleted revised accessed expires expiry expiration review reviewed until archived lastmod
        updatedat lastmodified lastupdated dateupdated source
        """.split()
    ),
    "title": frozenset({"publication", "journal", "page", "site", "feed", "topic"}),
    "summary": frozenset({"alt", "meta", "image"}),
}
_STARTS: Final = frozenset(
    {"start", "started", "begin", "began", "occurred", "happened", "detected"}
)
_TYPES: Final = {"date": (str, int, float, date), "title": (str,), "summary": (str, dict)}
_NEVER: Final = frozenset({"by", "user", "author", "count", "type"})


@lru_cache(maxsize=1_024)
def guessed_names(names: tuple[str, ...], target: str) -> tuple[str, ...]:
    """The names of fields that may be the field ``target`` of an event, the likeliest first.

    The word of a date may be anywhere in its name, that of another field is the last one.
    """
    found: list[tuple[bool, str]] = []
    for name in names:
        words = _words_of(name[:_LONGEST_NAME])
        given = words if target == "date" else words[-1:]
        if not _WORDS[target].isdisjoint(given) and _NEVER.isdisjoint(words):
            found.append((not _UNLIKELY[target].isdisjoint(words), name))
    return tuple(name for _, name in sorted(found, key=lambda pair: pair[0]))


def may_be_meant(value: Any, target: str) -> bool:
    """Whether a value has a type that the field can have, and is not empty."""
    return isinstance(value, _TYPES[target]) and value != ""


def is_date_of_change(name: str) -> bool:
    """Whether a name means a date that is hardly the day of an event, such as lastUpdated."""
    return not _UNLIKELY["date"].isdisjoint(_words_of(name[:_LONGEST_NAME]))


def is_date_of_start(name: str) -> bool:
    """Whether a name means the day on which something began, such as Outage start."""
    words = _words_of(name[:_LONGEST_NAME])
    return not _STARTS.isdisjoint(words) and not is_date_of_change(name)


@lru_cache(maxsize=4_096)
def _words_of(name: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _NAME_WORDS.findall(name))
