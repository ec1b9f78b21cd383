"""The headings that pages use, by language. Another language is one more row of `LANGUAGES`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """The words for one language; the first of each tuple is the one that is printed."""

    language: str
    source: tuple[str, ...]
    related: tuple[str, ...]
    context: str


LANGUAGES = (
    Labels(
        "en",
        ("Source", "Sources"),
        ("Related", "Related events", "Related news", "Related articles", "Related stories"),
        "Context",
    ),
    Labels("zh", ("信息来源", "来源", "消息来源"), ("有关", "相关", "相关新闻"), "消息"),
    Labels("zh-Hant", ("資訊來源", "信息來源", "來源", "消息來源"), ("有關", "相關"), "消息"),
    Labels("ja", ("出典", "情報源"), ("関連", "関連記事", "関連ニュース"), "文脈"),
    Labels(
        "de",
        ("Quelle", "Quellen"),
        ("Verwandt", "Verwandte Ereignisse", "Ähnliche Ereignisse", "Verwandte Artikel"),
        "Kontext",
    ),
    Labels("es", ("Fuente", "Fuentes"), ("Relacionado", "Relacionados"), "Contexto"),
    Labels("pt", ("Fonte", "Fontes"), ("Relacionado", "Relacionados"), "Contexto"),
    Labels("it", ("Fonte", "Fonti"), ("Correlati", "Articoli correlati"), "Contesto"),
    Labels("fr", ("Source", "Sources"), ("Articles liés", "Événements liés", "Liés"), "Contexte"),
    Labels("ru", ("Источник", "Источники"), ("Связанные события", "Похожие новости"), "Контекст"),
)
ENGLISH = LANGUAGES[0]

_BY_LANGUAGE = {labels.language: labels for labels in LANGUAGES}
_KANA = re.compile("[\u3041-\u30ff]")
_HAN = re.compile("[\u3400-\u9fff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z]")


def fold(heading: str) -> str:
    """A heading's text as it is looked up: without case, colon, emphasis and untidy blanks."""
    return " ".join(heading.strip(" \t:：*_").split()).casefold()


_SOURCE = {fold(word) for labels in LANGUAGES for word in labels.source}
_RELATED = {fold(word) for labels in LANGUAGES for word in labels.related}
CONTEXTS = frozenset(labels.context for labels in LANGUAGES)
_WORDS = [{fold(word) for word in (*labels.source, *labels.related)} for labels in LANGUAGES]


_CHANGES = {
    fold(word)
    for word in (
        *("Changes", "History", "变更", "更改", "修改", "變更", "更改紀錄", "変更", "Änderungen"),
        *("Cambios", "Alterações", "Modifiche", "Modifications", "Изменения"),
    )
}


def may_have_history(data: bytes) -> bool:
    """Whether the bytes of a page have a word that heads a history; cheaper than to read it."""
    folded = data.decode("utf-8", "replace").casefold()
    return any(word in folded for word in _CHANGES)


def is_changes(heading: str) -> bool:
    """Whether the history of a page stands below it."""
    return fold(heading) in _CHANGES


def is_source(heading: str) -> bool:
    return fold(heading) in _SOURCE


def is_related(heading: str) -> bool:
    return fold(heading) in _RELATED


def choose(headings: Iterable[str], text: str) -> Labels:
    """The labels of a page: of the language of its headings, else of its text's script.

    Where a heading is a word of several languages, the one that knows the most of the page's
    headings is taken; of those that know as many, the first in the table.
    """
    folded = {fold(heading) for heading in headings}
    known = [len(words & folded) for words in _WORDS]
    most = max(known)
    return LANGUAGES[known.index(most)] if most else _of_script(text)


def _of_script(text: str) -> Labels:
    if _KANA.search(text):
        return _BY_LANGUAGE["ja"]
    latin = len(_LATIN.findall(text))
    # A Han character says about as much as a short Latin word of some four letters.
    if len(_HAN.findall(text)) * 4 > latin:
        return _BY_LANGUAGE["zh"]
    if len(_CYRILLIC.findall(text)) > latin:
        return _BY_LANGUAGE["ru"]
    return ENGLISH
