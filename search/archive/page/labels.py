"""The headings of pages, by language. To add a language, add a row to `LANGUAGES`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import Final

from search.text.languages import CODES, language_of


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language; the first of each tuple is printed."""

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
    Labels("uk", ("Джерело", "Джерела"), ("Пов'язані", "Пов’язані", "Пов'язані події"), "Контекст"),
    Labels("be", ("Крыніца", "Крыніцы"), ("Звязаныя", "Звязаныя падзеі"), "Кантэкст"),
    Labels("bg", ("Източник", "Източници"), ("Свързани", "Свързани събития"), "Контекст"),
    Labels("sr", ("Извор", "Извори"), ("Повезано", "Повезани догађаји"), "Контекст"),
    Labels("mk", ("Извор", "Извори"), ("Поврзано", "Поврзани настани"), "Контекст"),
    Labels("kk", ("Дереккөз", "Дереккөздер"), ("Байланысты", "Байланысты оқиғалар"), "Контекст"),
    Labels("tt", ("Чыганак", "Чыганаклар"), ("Бәйле", "Бәйле вакыйгалар"), "Контекст"),
    Labels("pl", ("Źródło", "Źródła"), ("Powiązane", "Powiązane wydarzenia"), "Kontekst"),
    Labels("cs", ("Zdroj", "Zdroje"), ("Související", "Související události"), "Kontext"),
    Labels("sk", ("Zdroj", "Zdroje"), ("Súvisiace", "Súvisiace udalosti"), "Kontext"),
    Labels("hr", ("Izvor", "Izvori"), ("Povezano", "Povezani događaji"), "Kontekst"),
    Labels("sl", ("Vir", "Viri"), ("Sorodno", "Sorodni dogodki"), "Kontekst"),
    Labels("nl", ("Bron", "Bronnen"), ("Gerelateerd", "Verwante gebeurtenissen"), "Context"),
    Labels("sv", ("Källa", "Källor"), ("Relaterat", "Relaterade händelser"), "Sammanhang"),
    Labels("da", ("Kilde", "Kilder"), ("Relateret", "Relaterede begivenheder"), "Kontekst"),
    Labels("no", ("Kilde", "Kilder"), ("Relatert", "Relaterte hendelser"), "Kontekst"),
    Labels("nn", ("Kjelde", "Kjelder"), ("Relatert", "Relaterte hendingar"), "Kontekst"),
    Labels("fi", ("Lähde", "Lähteet"), ("Aiheeseen liittyvää", "Liittyvät"), "Asiayhteys"),
    Labels("et", ("Allikas", "Allikad"), ("Seotud", "Seotud sündmused"), "Kontekst"),
    Labels("lt", ("Šaltinis", "Šaltiniai"), ("Susiję", "Susiję įvykiai"), "Kontekstas"),
    Labels("lv", ("Avots", "Avoti"), ("Saistītie", "Saistītie notikumi"), "Konteksts"),
    Labels("hu", ("Forrás", "Források"), ("Kapcsolódó", "Kapcsolódó események"), "Összefüggés"),
    Labels("ro", ("Sursă", "Sursa", "Surse"), ("Înrudite", "Evenimente înrudite"), "Context"),
    Labels("ca", ("Font", "Fonts"), ("Relacionats", "Esdeveniments relacionats"), "Context"),
    Labels("gl", ("Fonte", "Fontes"), ("Eventos relacionados",), "Contexto"),
    Labels("eu", ("Iturria", "Iturriak"), ("Erlazionatuak", "Lotutakoak"), "Testuingurua"),
    Labels("eo", ("Fonto", "Fontoj"), ("Rilataj", "Rilataj eventoj"), "Kunteksto"),
    Labels("cy", ("Ffynhonnell", "Ffynonellau"), ("Cysylltiedig",), "Cyd-destun"),
    Labels("el", ("Πηγή", "Πηγές"), ("Σχετικά", "Σχετικά γεγονότα"), "Πλαίσιο"),
    Labels("tr", ("Kaynak", "Kaynaklar"), ("İlgili", "İlgili olaylar"), "Bağlam"),
    Labels("az", ("Mənbə", "Mənbələr"), ("Əlaqəli", "Əlaqəli hadisələr"), "Kontekst"),
    Labels("uz", ("Manba", "Manbalar"), ("Aloqador", "Aloqador voqealar"), "Kontekst"),
    Labels("hy", ("Աղբյուր", "Աղբյուրներ"), ("Առնչվող",), "Համատեքստ"),
    Labels("ka", ("წყარო", "წყაროები"), ("დაკავშირებული",), "კონტექსტი"),
    Labels("ar", ("المصدر", "المصادر"), ("ذات صلة", "أحداث ذات صلة"), "السياق"),
    Labels("fa", ("منبع", "منابع"), ("مرتبط", "رویدادهای مرتبط"), "زمینه"),
    Labels("ur", ("ماخذ", "مآخذ"), ("متعلقہ", "متعلقہ واقعات"), "سیاق"),
    Labels("he", ("מקור", "מקורות"), ("קשור", "אירועים קשורים"), "הקשר"),
    Labels("hi", ("स्रोत",), ("संबंधित", "संबंधित घटनाएँ"), "संदर्भ"),
    Labels("bn", ("উৎস",), ("সম্পর্কিত", "সম্পর্কিত ঘটনা"), "প্রসঙ্গ"),
    Labels("ta", ("மூலம்",), ("தொடர்புடையவை",), "சூழல்"),
    Labels("te", ("మూలం",), ("సంబంధిత",), "సందర్భం"),
    Labels("th", ("แหล่งที่มา",), ("ที่เกี่ยวข้อง", "เหตุการณ์ที่เกี่ยวข้อง"), "บริบท"),
    Labels("vi", ("Nguồn",), ("Liên quan", "Sự kiện liên quan"), "Ngữ cảnh"),
    Labels("id", ("Sumber",), ("Terkait", "Peristiwa terkait"), "Konteks"),
    Labels("ms", ("Sumber",), ("Berkaitan", "Peristiwa berkaitan"), "Konteks"),
    Labels("ko", ("출처",), ("관련", "관련 사건", "관련 기사"), "맥락"),
    Labels("sw", ("Chanzo", "Vyanzo"), ("Zinazohusiana",), "Muktadha"),
    Labels("ceb", ("Tinubdan",), ("May kalabotan",), "Konteksto"),
    Labels("ce", ("Хьост", "Хьосташ"), ("Кхин хьажа",), "Контекст"),
    Labels("min", ("Sumber",), ("Takaik", "Kajadian takaik"), "Konteks"),
    Labels("nan", ("Lâi-goân",), ("Siong-koan", "Siong-koan ê tāi-chì"), "Gí-kéng"),
)
ENGLISH = LANGUAGES[0]
Usual = Callable[[], Labels]  # the labels that most pages of an archive have

_BY_LANGUAGE = {labels.language: labels for labels in LANGUAGES}
_KANA = re.compile("[\u3041-\u30ff]")
_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]")
# Scripts that show the language of a page without a known heading; and two languages that have
# letters of their own in such a script.
_SCRIPTS = [
    (re.compile(f"[{letters}]"), _BY_LANGUAGE[language])
    for letters, language in (
        ("\u0400-\u04ff", "ru"),
        ("\u0600-\u06ff", "ar"),
        ("\uac00-\ud7a3", "ko"),
        ("\u0370-\u03ff", "el"),
        ("\u0590-\u05ff", "he"),
        ("\u0530-\u058f", "hy"),
        ("\u10a0-\u10ff", "ka"),
        ("\u0900-\u097f", "hi"),
        ("\u0980-\u09ff", "bn"),
        ("\u0b80-\u0bff", "ta"),
        ("\u0c00-\u0c7f", "te"),
        ("\u0e00-\u0e7f", "th"),
    )
]
_OWN_LETTERS = {"ru": (re.compile("[іїєґІЇЄҐ]"), "uk"), "ar": (re.compile("[پچژگ]"), "fa")}
_CODES: Final = {language: code for code, language in CODES.items()}
# Codes of languages that have the labels of another.
_SAME_LABELS: Final = {
    "zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-min-nan": "nan", "nb": "no", "arz": "ar",
    "sh": "hr", "bs": "hr", "simple": "en",
}  # fmt: skip


_AROUND: Final = " \t\xa0\u2007\u202f\u3000\u200b\u200c\u200d\u2060\ufeff:：*_"
_ATTRIBUTES: Final = re.compile(r"\{:?[ \t]*[#.][^{}]*\}[ \t]*$")


def fold(heading: str) -> str:
    """A heading as it is looked up: without case, colon, emphasis, extra or invisible blanks, and
    attributes such as ``{#related .box}``."""
    text = _ATTRIBUTES.sub("", heading)
    return " ".join(text.strip(_AROUND).split()).casefold()


_SOURCE = {fold(word) for labels in LANGUAGES for word in labels.source}
_RELATED = {fold(word) for labels in LANGUAGES for word in labels.related}
_WORDS_TO_TELL = 5  # a shorter text does not surely show its language
CONTEXTS = frozenset(labels.context for labels in LANGUAGES)
_WORDS = [{fold(word) for word in (*labels.source, *labels.related)} for labels in LANGUAGES]


_CHANGES = {
    fold(word)
    for word in (
        *("Changes", "History", "变更", "更改", "修改", "變更", "更改紀錄", "変更", "Änderungen"),
        *("Cambios", "Alterações", "Modifiche", "Modifications", "Изменения"),
    )
}


def is_changes(heading: str) -> bool:
    """Whether this is the heading of a page's list of changes."""
    return fold(heading) in _CHANGES


def is_source(heading: str) -> bool:
    return fold(heading) in _SOURCE


def is_related(heading: str, others: Container[str] = ()) -> bool:
    """Whether this is the heading of a Related section; ``others`` are more such, folded."""
    folded = fold(heading)
    return folded in _RELATED or folded in others


def labels_of(language: str) -> Labels | None:
    """The labels of a language by its code or English name, such as "de", "zh-Hant" or "german";
    None if it has none."""
    wanted = language.replace("_", "-").casefold()
    known = {name.casefold(): labels for name, labels in _BY_LANGUAGE.items()}
    wanted = _CODES.get(wanted) or _SAME_LABELS.get(wanted, wanted)
    return known.get(wanted) or known.get(wanted.partition("-")[0])


def of_language(text: str) -> Labels | None:
    """The labels of the language of a text, if its words show it."""
    return labels_of(_CODES.get(language_of(text.split()), ""))


def of_headings(headings: Iterable[str], text: str, usual: Usual | None = None) -> Labels | None:
    """The labels of the language of a page's headings; None if no heading is known.

    If a heading is a word of several languages, the language with the most of the page's headings
    counts. Ties go to the language of the text, then to the archive's usual one, then to the first
    in the table.
    """
    folded = {fold(heading) for heading in headings}
    known = [len(words & folded) for words in _WORDS]
    most = max(known)
    if not most:
        return None
    tied = [labels for labels, count in zip(LANGUAGES, known, strict=True) if count == most]
    if len(tied) > 1:
        if len(text.split()) >= _WORDS_TO_TELL and (better := of_language(text)) in tied:
            return better
        if usual is not None and (better := usual()) in tied:
            return better
    return tied[0]


def usual_labels(pages: Iterable[tuple[Iterable[str], str]], language: str = "") -> Labels:
    """The labels that most pages have, given the headings and the text of each.

    If no page has a known heading, the language of most texts decides. ``language``, such as "de",
    overrides both.
    """
    if chosen := labels_of(language):
        return chosen
    headed: Counter[str] = Counter()
    spoken: Counter[str] = Counter()
    for headings, text in pages:
        if labels := of_headings(headings, text):
            headed[labels.language] += 1
        elif labels := of_language(text):
            spoken[labels.language] += 1
    counts = headed or spoken
    usual = min(counts, key=lambda name: (-counts[name], name), default="en")
    return labels_of(usual) or ENGLISH


def english() -> Labels:
    """The labels of an archive about which nothing is known."""
    return ENGLISH


def choose(headings: Iterable[str], text: str, usual: Usual = english) -> Labels:
    """The labels of a page: of the language of its headings, or else of the script of its text.

    ``usual`` gives the labels of most pages of the archive. A page gets them if its text is in the
    same script or in Latin letters, and no heading shows another language.
    """
    found = of_headings(headings, text, usual)
    if found is None:
        found = _of_script(text)
        common = usual()
        if found in (ENGLISH, _of_script(common.related[0] + common.source[0])):
            return common
    return found


def _of_script(text: str) -> Labels:
    if _KANA.search(text):
        return _BY_LANGUAGE["ja"]
    latin = len(_LATIN.findall(text))
    # A Han character says about as much as a Latin word of four letters.
    if len(_HAN.findall(text)) * 4 > latin:
        return _BY_LANGUAGE["zh"]
    for script, usual in _SCRIPTS:
        if len(script.findall(text)) > latin:
            own, other = _OWN_LETTERS.get(usual.language, (None, ""))
            return _BY_LANGUAGE[other] if own and own.search(text) else usual
    return ENGLISH
