import pytest

from search.archive.page.labels import (
    LANGUAGES,
    Labels,
    choose,
    fold,
    is_related,
    is_source,
    labels_of,
)


@pytest.mark.parametrize("labels", LANGUAGES, ids=lambda labels: labels.language)
def test_every_language_knows_its_own_headings(labels: Labels) -> None:
    assert all(is_source(f"{word}:") for word in labels.source)
    assert all(is_related(f"{word}：") for word in labels.related)
    assert choose([labels.related[0], labels.source[0]], "") == labels


@pytest.mark.parametrize("labels", LANGUAGES, ids=lambda labels: labels.language)
def test_a_section_added_to_a_page_keeps_the_page_in_its_language(labels: Labels) -> None:
    for word in labels.source:
        chosen = choose([word], "")
        assert choose([chosen.related[0], word], "") == chosen


def test_the_largest_wikipedias_have_labels_by_their_codes() -> None:
    codes = """
        en ceb de fr sv nl ru es it pl arz ja zh uk vi ar pt fa ca id sr ko no tr ce fi cs hu tt ro
        sh eu zh-min-nan ms he eo hy da bg uz cy sk be et simple el kk hr lt gl ur az sl ka hi th ta
        bn te lv mk nn min sw
    """.split()
    assert [code for code in codes if labels_of(code) is None] == []
    assert labels_of("tlh") is None


def test_no_word_is_both_source_and_related() -> None:
    sources = {fold(word) for labels in LANGUAGES for word in labels.source}
    related = {fold(word) for labels in LANGUAGES for word in labels.related}
    assert not sources & related


@pytest.mark.parametrize(
    "heading",
    ["Related:", "RELATED", "related :", "**Related:**", " Related： ", "Related  events:"],
)
def test_case_colon_emphasis_and_blanks_do_not_matter(heading: str) -> None:
    assert is_related(heading)
    assert not is_source(heading)


@pytest.mark.parametrize(
    "heading", ["", ":", "Unrelated", "Related to this", "See also", "Sourced"]
)
def test_other_headings_are_not_ours(heading: str) -> None:
    assert not is_related(heading)
    assert not is_source(heading)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A comet passes the Sun.", "en"),
        ("", "en"),
        ("彗星飞过太阳。", "zh"),
        ("NASA宣布彗星飞过太阳。", "zh"),
        ("彗星が太陽のそばを通る。", "ja"),
        ("Комета проходит мимо Солнца.", "ru"),
        ("The Chinese word 彗星 means comet.", "en"),
        ("Комета пролітає повз Сонце.", "uk"),
        ("혜성이 태양을 지나간다.", "ko"),
        ("مذنب يمر بالقرب من الشمس", "ar"),
        ("دنباله‌داری از کنار خورشید می‌گذرد و چپ", "fa"),
        ("Ένας κομήτης περνά.", "el"),
        ("כוכב שביט חולף", "he"),
        ("ดาวหางผ่านดวงอาทิตย์", "th"),
        ("एक धूमकेतु सूर्य के पास", "hi"),
    ],
)
def test_without_headings_the_script_decides(text: str, language: str) -> None:
    assert choose([], text).language == language
