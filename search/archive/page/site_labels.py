"""The words of a site's own lists, by language. To add a language, add a row to `_ROWS`."""

from __future__ import annotations

from dataclasses import dataclass

from search.archive.page.labels import fold


@dataclass(frozen=True, slots=True)
class SiteLabels:
    """``news``, ``yesterday`` and ``day_before`` head the parts of the front page;
    ``previous_day`` is the link at the end of a list, printed with three dots."""

    news: str
    yesterday: str
    day_before: str
    previous_day: str
    topics: str


_ROWS = {
    "en": SiteLabels("News", "Yesterday", "Day Before Yesterday", "Previous Day", "Topics"),
    "zh": SiteLabels("今天", "昨天", "昨天前一天", "前一天", "主题"),
    "zh-Hant": SiteLabels("今天", "昨天", "昨天前一天", "前一天", "主題"),
    "ja": SiteLabels("今日", "昨日", "一昨日", "前日", "トピック"),
    "de": SiteLabels("Nachrichten", "Gestern", "Vorgestern", "Tag davor", "Themen"),
    "es": SiteLabels("Noticias", "Ayer", "Anteayer", "Día anterior", "Temas"),
    "pt": SiteLabels("Notícias", "Ontem", "Anteontem", "Dia anterior", "Temas"),
    "it": SiteLabels("Notizie", "Ieri", "L'altro ieri", "Giorno precedente", "Temi"),
    "fr": SiteLabels("Actualités", "Hier", "Avant-hier", "Jour précédent", "Thèmes"),
    "ru": SiteLabels("Новости", "Вчера", "Позавчера", "Предыдущий день", "Темы"),
}


def site_labels(language: str) -> SiteLabels:
    """The words of a language of `labels.LANGUAGES`; English words if the table lacks it."""
    return _ROWS.get(language, _ROWS["en"])


def _folded(part: str) -> frozenset[str]:
    return frozenset(fold(getattr(row, part)) for row in _ROWS.values())


_PARTS = {part: _folded(part) for part in ("news", "yesterday", "day_before", "previous_day")}


def part_of_front_page(heading: str) -> str | None:
    """ "news", "yesterday", "day_before" or "previous_day", if the words head such a part."""
    words = fold(heading.rstrip(". …"))
    return next((part for part, known in _PARTS.items() if words in known), None)
