"""Pages in twelve languages: one section, with the labels of their language."""

from pathlib import Path

import pytest

from search import regenerate_archive
from search.archive import Skipped
from search.archive.page.labels import labels_of, usual_labels
from search.archive.page.parser import Page, parse
from search.model.options import RelatedOptions
from search.model.page_style import PageStyle
from search.model.read_options import ReadOptions

# A title and a text, and the heading that the page has for its list.
TEXTS = {
    "en": ("The old bridge closes", "The old bridge over the river closes today", "Related"),
    "zh": ("老桥关闭", "河上的老桥今天关闭", "有关"),
    "ja": ("古い橋が閉鎖", "川にかかる古い橋が今日閉鎖された", "関連"),
    "ko": ("낡은 다리 폐쇄", "강 위의 낡은 다리가 오늘 폐쇄되었다", "관련"),
    "ar": ("إغلاق الجسر القديم", "أغلق الجسر القديم فوق النهر اليوم", "ذات صلة"),
    "he": ("הגשר הישן נסגר", "הגשר הישן מעל הנהר נסגר היום", "קשור"),
    "ru": ("Старый мост закрыт", "Старый мост через реку закрыт сегодня", "Похожие новости"),
    "uk": ("Старий міст закрито", "Старий міст через річку закрито сьогодні", "Пов'язані"),
    "de": ("Die alte Brücke schließt", "Die alte Brücke über den Fluss schließt", "Verwandt"),
    "fr": ("Le vieux pont ferme", "Le vieux pont sur la rivière est fermé", "Articles liés"),
    "es": ("El puente viejo cierra", "El puente viejo sobre el río se cierra hoy", "Relacionado"),
    "pl": ("Stary most zamknięty", "Stary most nad rzeką jest dziś zamknięty", "Powiązane"),
}
_OPTIONS = RelatedOptions(min_score=0.0)


def site(root: Path, language: str, rest: str = "") -> list[Path]:
    """Three pages of one story; ``rest`` is below the text of the last, with a dead link."""
    title, text, _ = TEXTS[language]
    for number in (1, 2, 3):
        page = root / "news" / "2022" / "01" / str(number) / f"page-{number}.md"
        page.parent.mkdir(parents=True)
        day = f"### [2022-01-{number:02}](/news/2022/01/{number}/index.md)\n\n"
        below = rest if number == 3 else ""
        page.write_text(f"{day}# {title} {number}\n\n{text} {number}.\n{below}")
    return sorted(root.rglob("page-*.md"))


@pytest.mark.parametrize("language", TEXTS)
def test_a_list_is_replaced_under_its_own_heading_in_its_own_language(
    tmp_path: Path, language: str
) -> None:
    labels = labels_of(language)
    assert labels is not None
    heading = TEXTS[language][2]
    old = f"\n### {heading}:\n\n1. [x](/news/2021/01/1/gone.md) _{labels.context}: x_\n"
    pages = site(tmp_path, language, f"\n### {labels.source[0]}:\n\n1. A\n{old}")
    regenerate_archive(tmp_path, tmp_path / ".index", _OPTIONS)
    after = pages[-1].read_text()
    assert after.count("\n### ") == 2
    assert "gone.md" not in after
    assert "/page-2.md" in after
    assert after.count(f"_{labels.context}: ") == after.count(" _") > 0


@pytest.mark.parametrize("language", TEXTS)
def test_a_page_without_labels_gets_those_of_its_archive(tmp_path: Path, language: str) -> None:
    labels = labels_of(language)
    assert labels is not None
    pages = site(tmp_path, language, f"\n### {labels.source[0]}:\n\n1. A\n")
    bare = pages[0]
    bare.write_text(bare.read_text().replace("# ", "# iPhone 12 Pro Max. ", 1))
    regenerate_archive(tmp_path, tmp_path / ".index", _OPTIONS)
    for page in pages[:2]:
        assert f"\n### {labels.related[0]}:\n" in page.read_text()
    again = regenerate_archive(tmp_path, tmp_path / ".index", _OPTIONS)
    assert again.changed == 0


def test_a_list_under_an_unknown_heading_is_told_with_the_setting_that_takes_it(
    tmp_path: Path,
) -> None:
    title = "Læs også hér"
    old = f"\n## {title}\n\n- [x](/news/2022/01/1/page-1.md) *Noget: andet*\n"
    pages = site(tmp_path, "de", old)
    skipped: list[Skipped] = []
    regenerate_archive(tmp_path, tmp_path / ".index", _OPTIONS, on_skip=skipped.append)
    assert pages[-1].read_text().endswith(old)
    [reason] = [each for each in skipped if title in each.reason]
    assert f"--heading '{title}'" in reason.reason
    assert reason.line == 7
    read = ReadOptions(style=PageStyle(headings=(title,)))
    regenerate_archive(tmp_path, tmp_path / ".index", _OPTIONS, read)
    assert pages[-1].read_text().count("\n## ") == 1
    assert "/page-2.md" in pages[-1].read_text()


def page(text: str) -> Page:
    found = parse(text.encode())
    assert isinstance(found, Page)
    return found


def told(page: Page) -> tuple[list[str], str]:
    return page.headings(), page.text


def test_the_usual_labels_are_those_of_most_pages_then_of_the_texts_language() -> None:
    german = page("# Die Brücke und der Fluss\n\nDie Brücke über den Fluss ist nicht mehr offen.\n")
    headed = page("# T\n\nText.\n\n### Källa:\n\n1. A\n")
    assert usual_labels([told(german)]).language == "de"
    assert usual_labels([told(german), told(german), told(headed)]).language == "sv"
    assert usual_labels([]).language == "en"
    assert usual_labels([told(headed)], "pt-BR").language == "pt"
    assert usual_labels([told(headed)], "german").language == "de"
    assert usual_labels([told(headed)], "zh_TW").language == "zh-Hant"
