import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Index, build
from search.model.event import Event
from search.related.mentions import TermUse, mentions
from search.related.shared_terms import context_terms
from search.text.analysed_event import AnalysedEvent, canonical_names
from search.text.names.lexicon import Lexicon
from search.text.names.name_words import term_of
from search.text.terms import Terms
from tests.mined_aliases import mined_aliases

BACKGROUND = [
    "In Aleppo the Islamic State of Iraq and the Levant (ISIL) met the Syrian Army in Syria.",
    "Today the site Twitter closes accounts; then Twitter opens others in Paris.",
    "The judge James Comey leaves and Comey speaks in Syria about asylum and about the asylum.",
    "The judge James Comey leaves and Comey speaks in Nepal about asylum and the earthquake.",
    "The judge James Comey leaves and Comey speaks in Chile about refugees and the earthquake.",
]
TOPICS = ("新西兰", "世界卫生组织")
TERMS = Terms(Lexicon.learn(BACKGROUND, TOPICS))
EVENTS = [Event(f"b{n}", date(2016, 1, 1), text, terms=TOPICS) for n, text in enumerate(BACKGROUND)]
ALIASES = mined_aliases(EVENTS, [TERMS.analyse(event.text) for event in EVENTS])


def told(text: str, *topics: str) -> AnalysedEvent:
    event = Event(text[:9] or "x", date(2016, 1, 1), text, terms=topics)
    return AnalysedEvent.of(event, TERMS.analyse(text), ALIASES)


def printed(
    one: str, other: str, contributions: Mapping[str, float] | None = None
) -> tuple[str, ...]:
    return context_terms(told(one), told(other), contributions or {})


def names(text: str, *topics: str) -> tuple[str, ...]:
    return canonical_names(told(text, *topics).named)


def test_names_are_printed_in_one_spelling() -> None:
    assert printed(
        "ISIL loses Aleppo.", "In Paris, the Islamic State of Iraq and the Levant threatens."
    ) == ("Islamic State of Iraq and the Levant",)


def test_countries_come_last_and_adjectives_count() -> None:
    assert printed("A Syrian boat leaves Paris.", "People of Paris, ask about Syria!") == (
        "Paris",
        "Syria",
    )


def test_what_tells_most_comes_first() -> None:
    texts = "Then Twitter leaves Paris.", "In Paris, they hear of Twitter."
    assert printed(*texts, {"twitter": 0.3, "paris": 0.1}) == ("Twitter", "Paris")
    assert printed(*texts, {"twitter": 0.1, "paris": 0.3}) == ("Paris", "Twitter")


def test_an_alias_tells_as_much_as_it_does_in_the_text() -> None:
    texts = "ISIL leaves Paris.", "In Paris, they hear of ISIL."
    contributions = {"isil": 0.3, "paris": 0.1}
    assert printed(*texts, contributions) == ("Islamic State of Iraq and the Levant", "Paris")


def test_no_part_is_printed_beside_its_whole() -> None:
    texts = "The Syrian Army, in Syria, wins.", "They fear the Syrian Army and Syria."
    assert printed(*texts) == ("Syrian Army", "Syria")
    texts = "For James Comey, who is Comey, it ends.", "Then James Comey goes; so Comey ends."
    assert printed(*texts) == ("James Comey",)


def test_words_are_printed_where_no_name_is_shared() -> None:
    texts = "They ask for asylum in Nepal.", "No asylum in Chile after the earthquake."
    assert printed(*texts, {"asylum": 0.4}) == ("asylum",)
    assert printed(*texts) == ()


def test_one_word_is_printed_the_strongest_however_weak() -> None:
    texts = "They ask for asylum and leave.", "No asylum: they leave."
    assert printed(*texts, {"asylum": 0.04, "leav": 0.01}) == ("asylum",)
    assert printed(*texts, {"asylum": -0.04, "leav": 0.01}) == ("leave",)


def test_a_word_of_both_titles_comes_before_a_little_stronger_one_of_what_follows() -> None:
    texts = (
        ("Rain floods the valley.", "A sirocco stirs the mills."),
        ("Rain floods the plain.", "Then a sirocco is over."),
    )
    events = [Event(title, date(2016, 1, 1), title, summary) for title, summary in texts]
    one, other = (AnalysedEvent.of(event, TERMS.analyse(event.text), ALIASES) for event in events)
    contributions = {"sirocco": 0.3, "rain": 0.2}
    assert context_terms(one, other, contributions) == ("rain",)
    assert context_terms(one, other, {**contributions, "sirocco": 0.5}) == ("sirocco",)


def test_a_part_of_a_countrys_name_is_no_word() -> None:
    texts = "South Sudan sells oil.", "Students in Sudan ask for bread and oil."
    assert printed(*texts, {"sudan": 0.4, "oil": 0.1}) == ("oil",)


def test_at_most_three_terms_are_printed() -> None:
    one, other = told("Paris, Nepal, Chile, Twitter"), told("Twitter, Chile, Nepal, Paris")
    assert len(context_terms(one, other, {})) == 3


def test_topics_of_editors_are_names() -> None:
    one, other = told("They win.", "World Cup"), told("He loses.", "World Cup")
    assert context_terms(one, other, {}) == ("World Cup",)


def test_without_capitals_shared_runs_are_printed() -> None:
    one, other = "新西兰总理宣布紧急状态。", "紧急状态在新西兰结束。"
    assert printed(one, other, {"紧急": 0.2, "急状": 0.2, "状态": 0.2}) == ("新西兰", "紧急状态")


def test_canonical_names_are_named_once() -> None:
    text = "Syrian men of ISIL, James Comey says; Comey blames Syria and the Syrian Army."
    assert names(text, "ISIL") == (
        "islamic state of iraq and the levant",
        "syria",
        "james comey",
        "syrian army",
    )


def test_the_country_of_an_institution_is_a_name_as_well() -> None:
    assert names("It blames the Russian Army.") == ("russian army", "russia")
    assert names("It blames the Supreme Court of Nepal.") == ("supreme court of nepal", "nepal")
    assert names("It blames the US Senate.") == ("united states senate", "united states")


WORDS = st.sampled_from(
    "Paris Syria Syrian Army ISIL asylum James Comey Twitter the of and , . 新西兰 紧急状态".split()
)
TEXTS = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)


@given(TEXTS, TEXTS)
def test_what_is_printed_stands_in_both_events(one: str, other: str) -> None:
    sides = told(one), told(other)
    shared = {token.term for token in sides[0].analysis.tokens}
    contributions = dict.fromkeys(shared, 0.1)
    for term in context_terms(*sides, contributions):
        for side in sides:
            named = canonical_names(side.named)
            stands = {token.term for token in side.analysis.tokens}
            wanted = {token.term for token in TERMS.tokens(term)}
            assert ALIASES.canonical(term_of(term)) in named or wanted <= stands


@given(TEXTS, TEXTS)
def test_both_events_see_the_same_names(one: str, other: str) -> None:
    forth, back = printed(one, other), printed(other, one)
    assert set(forth) == set(back)


def test_pages_of_any_length_are_compared_in_time_that_grows_as_they_do() -> None:
    def spent(size: int) -> float:
        names_ = " ".join(f"Zork{n} said x, and" for n in range(size))
        runs = "新西兰紧急状态北京上海" * size
        start = time.process_time()
        printed(names_, names_)
        printed(runs, runs[3:], {"新西": 0.1})
        return time.process_time() - start

    # Ten times as much is ten times the work; were each compared with each, it would be a hundred.
    assert spent(20_000) < 40 * spent(2_000)


def test_the_word_beside_a_shared_word_is_printed_where_both_have_it() -> None:
    one, other = "Nobody counts asylum seekers at sea.", "In winter asylum seekers freeze."
    assert printed(one, other, {"seeker": 2.0, "asylum": 1.0}) == ("asylum seekers",)


def test_a_second_country_is_printed_only_where_it_is_no_adjective() -> None:
    one, other = "The Saudi-led raids hit Yemen again.", "A Saudi jet flies over Yemen."
    shares = {"yemen": 1.0}
    assert printed(one, other, shares) == ("Yemen",)
    third = "In Saudi Arabia a jet flies to Yemen."
    assert printed(one, third, shares) == ("Yemen", "Saudi Arabia")
    assert printed("A Saudi jet lands.", "The Saudi pilot returns.") == ("Saudi Arabia",)


def test_a_word_that_english_always_uses_is_a_topic_only_in_both_titles() -> None:
    def event(title: str, summary: str) -> AnalysedEvent:
        made = Event(title, date(2016, 1, 1), title, summary)
        return AnalysedEvent.of(made, TERMS.analyse(made.text), ALIASES)

    shares = {"report": 2.0, "recursion": 1.0}
    one = event("A bug is found", "The report leads to recursion.")
    assert context_terms(one, event("A leak", "Of the report, recursion is part."), shares) == (
        "recursion",
    )
    one = event("A report is closed", "Nobody walks.")
    assert context_terms(one, event("The report opens", "All walk."), {"report": 2.0}) == (
        "report",
    )


def test_a_name_that_much_of_the_archive_has_is_not_printed() -> None:
    one, other = told("Twitter closes in Paris."), told("In Paris, Twitter opens.")
    assert set(context_terms(one, other, {})) == {"Paris", "Twitter"}
    assert context_terms(one, other, {}, use=TermUse({"twitter"})) == ("Paris",)
    assert context_terms(one, other, {"closes": 0.1}, use=TermUse({"paris", "twitter"})) == ()


@pytest.mark.parametrize(
    ("one", "other", "term", "expected"),
    [
        ("a use-after-free in it", "one use-after-free more", "free", ("use-after-free",)),
        ("a use-after-free in it", "they go free", "free", ()),
        ("it calls copy_from_slice", "see copy_from_slice here", "copi", ("copy_from_slice",)),
        ("it calls copy_from_slice", "nobody may copy it", "copi", ()),
        ("the micro-purchase auctions", "all micro-purchase auctions", "micro",
         ("micro-purchase auctions",)),
        ("a cease-fire begins", "the cease-fire ends", "fire", ("cease-fire",)),
        ("due to rain", "due to snow", "due", ()),
        ("it is oriented", "oriented at sea", "orient", ()),
        ("soon at sea", "soon at home", "soon", ()),
        ("a flaw of python-rply", "python-rply is fixed", "rply", ("python-rply",)),
        ("the main harbour", "a main harbour", "harbor", ("harbour",)),
        ("possible floods", "possible floods", "flood", ("floods",)),
    ],
)  # fmt: skip
def test_a_shared_word_is_whole_and_says_something(
    one: str, other: str, term: str, expected: tuple[str, ...]
) -> None:
    assert printed(one, other, {term: 1.0}) == expected


def test_two_parts_of_longer_names_are_a_reason_and_one_is_none() -> None:
    one, other = "At Quux the Frob service fails.", "It says: images of Quux Frob leak."
    assert printed(one, other, {"quux": 0.1, "frob": 0.2}) == ("frob",)
    assert printed(one.replace("Quux", "home"), other, {"frob": 0.2}) == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("美国众议院 House Committee on Oil投票。", "议员向 House Committee on Oil。美国众议院",
         ("美国众议院",)),
        ("提出两项弹劾条款。", "通过三项弹劾条款。", ("弹劾条款",)),
        ("特朗普的弹劾", "特朗普的弹劾。", ()),
        ("警方发起。", "居民发起。", ()),
        ("总统唐纳德·特朗普", "总统唐纳德·特朗普。", ("总统唐纳德·特朗普",)),
        ("总统唐纳德·特朗普", "总统唐纳德·布什。", ()),
    ],
)  # fmt: skip
def test_what_is_printed_of_chinese_is_whole(
    one: str, other: str, expected: tuple[str, ...]
) -> None:
    shares = {one[at : at + 2]: 1.0 for at in range(len(one)) if not one[at : at + 2].isascii()}
    assert printed(one, other, shares) == expected


ABROAD = {
    "french": (
        "Le pont de Saumur ferme lundi\nSelon la CGT, les travaux dureront jusqu'en janvier.",
        "Un marché à Nantes ferme lundi\nSelon la police, les travaux dureront plusieurs jours.",
        "Le pont de Saumur rouvre\nAprès les travaux de janvier, la CGT se dit contente.",
    ),
    "german": (
        "Die Brücke in Wesel ist gesperrt\nSeit Montag gibt es nach Angaben der GDL keine Züge.",
        "Ein Markt in Kleve schließt\nSeit Montag gibt es nach Angaben der Stadt keine Stände.",
        "Die Brücke in Wesel ist wieder offen\nSeit Januar hat die GDL darauf gewartet.",
    ),
    "russian": (
        "Мост в Тулуне закрыт\nС понедельника, по данным МЧС, ремонт идёт до января.",
        "Рынок в Омске закрыт\nС понедельника, по данным полиции, никто его не видел.",
        "Мост в Тулуне открыт\nОднако МЧС ждало этого с января.",
    ),
}


@pytest.mark.parametrize("language", ABROAD)
def test_months_days_and_pronouns_of_any_language_are_not_printed(language: str) -> None:
    texts = ABROAD[language]
    terms = Terms(Lexicon.learn(texts))
    bridge, market, news = (
        AnalysedEvent.of(
            Event(text, date(2016, 1, 1), text.split("\n")[0], text.split("\n")[1]),
            terms.analyse(text),
            ALIASES,
        )
        for text in texts
    )
    shared = {token.term for token in bridge.analysis.tokens if not token.stop}
    contributions = dict.fromkeys(sorted(shared), 0.1)
    told = " ".join(context_terms(bridge, news, contributions)).lower()
    assert {"cgt", "gdl", "мчс"} & set(told.split())
    told = " ".join(context_terms(bridge, market, contributions)).lower()
    little = "lundi selon les janvier montag seit gibt es angaben nach понедельника данным"
    assert not set(told.split()) & set(little.split())


@pytest.mark.parametrize("word", ["Let\u2019s", "Furthermore", "GiB", "freed"])
def test_a_word_that_says_nothing_by_itself_is_not_printed(word: str) -> None:
    one, other = (f"{word} we met. So the {word} was {how}." for how in ("odd", "big"))
    assert (
        printed(one, other, dict.fromkeys(["let", "furthermor", "gib", "freed", "free"], 0.2)) == ()
    )


@pytest.mark.parametrize(
    ("one", "other", "printed_word"),
    [
        # A word that much of the archive has: better a rarer one, or a phrase with it.
        ("The crate uses a zipper.", "A crate with no zipper.", "zipper"),
        ("A crate tree is old.", "The crate tree is cut.", "crate tree"),
        ("The crate is old.", "A crate opens.", "crate"),  # there is no other
        ("The crate uses 0012abc9.", "A crate of 0012abc9.", "crate"),
        ("A crate falls initially.", "The crate is initially cut.", "crate"),
    ],
)
def test_a_word_that_much_of_the_archive_has_is_printed_only_if_there_is_no_better_one(
    one: str, other: str, printed_word: str
) -> None:
    contributions = dict.fromkeys(["crate", "zipper", "tree", "0012abc9", "initi"], 0.1)
    contributions["crate"] = 0.2
    first, second = (
        AnalysedEvent.of(made, TERMS.analyse(made.text), ALIASES)
        for made in (Event(text, date(2016, 1, 1), "Report", text) for text in (one, other))
    )
    found = context_terms(
        first, second, contributions, use=TermUse(is_widespread=lambda term: term == "crate")
    )
    assert found == (printed_word,)


def long_event(title: str, *sentences: str) -> AnalysedEvent:
    summary = " ".join(sentences) + " Nothing else was said on that day of all the days." * 12
    made = Event(title, date(2016, 1, 1), title, summary)
    return AnalysedEvent.of(made, TERMS.analyse(made.text), ALIASES)


def test_a_name_that_long_texts_mention_once_gives_way_to_one_of_a_title() -> None:
    one = long_event("A mill in Quimbia burns", "It was seen by Ada Bell.")
    other = long_event("The dams", "In Quimbia they are high. Quimbia thanks Ada Bell.")
    assert context_terms(one, other, {}) == ("Quimbia",)


def test_a_name_that_long_texts_mention_once_gives_way_to_a_topic_of_both_titles() -> None:
    one = long_event("A data race in the mill", "Thanks to Ada Bell.")
    other = long_event("Why a data race is bad", "Ada Bell saw it.")
    assert context_terms(one, other, {"data": 0.1, "race": 0.1}) == ("data race",)
    assert context_terms(one, long_event("The dams", "Ada Bell saw it."), {}) == ("Ada Bell",)


def test_a_name_that_one_long_text_only_mentions_gives_way_to_one_that_both_are_about() -> None:
    one = long_event("A mill in Quimbia burns", "Ada Bell saw it. Ada Bell ran.")
    other = long_event("The dams", "Quimbia has them. Quimbia thanks Ada Bell.")
    assert context_terms(one, other, {}) == ("Quimbia",)


def test_of_names_that_are_only_mentioned_one_is_printed_and_none_beside_a_term_of_editors() -> (
    None
):
    one, other = (long_event(title, "Quimbia thanks Ada Bell.") for title in ("Mills", "The dams"))
    assert len(context_terms(one, other, {})) == 1
    one, other = (
        replace(told, event=replace(told.event, terms=("Rivers",))) for told in (one, other)
    )
    assert context_terms(one, other, {}) == ("Rivers",)


def test_a_heading_is_no_mention_of_a_name() -> None:
    one, other = (
        long_event(title, "In Quimbia. Of Quimbia.\n\nAda Bell\n========\n\n## Ada Bell ##\n")
        for title in ("A mill burns", "The dams")
    )
    assert context_terms(one, other, {}) == ("Quimbia",)


def test_a_name_in_another_spelling_is_counted() -> None:
    one = long_event("The mill", "A Russian saw it in Quimbia. Quimbia burns.")
    other = long_event("The dams", "A Russian, in Quimbia. Quimbia has them.")
    assert context_terms(one, other, {}) == ("Quimbia",)


def test_a_word_that_both_texts_repeat_comes_before_one_in_passing() -> None:
    one = long_event("The mill", "It has a zipper. The zipper is seen by the badger.")
    other = long_event("The dams", "They have a zipper. A zipper is by the badger.")
    assert context_terms(one, other, {"zipper": 0.2, "badger": 0.3}) == ("zipper",)


def test_a_name_that_is_only_mentioned_gives_way_to_a_rare_adjective_of_both_titles() -> None:
    one = long_event("The mill is unmaintained", "Thanks to Ada Bell.")
    other = long_event("The dams are unmaintained", "Ada Bell saw it.")
    assert context_terms(one, other, {"unmaintained": 0.1}) == ("unmaintained",)


def test_a_name_that_is_only_in_code_gives_way_to_any_word() -> None:
    one = long_event("A leak", "See the zipper: `Quimbia`.")
    other = long_event("A hole", "This is the zipper::\n\n    Quimbia()\n\n")
    assert context_terms(one, other, {"zipper": 0.1, "quimbia": 0.3}) == ("zipper",)


def test_a_name_that_no_title_has_gives_way() -> None:
    one = long_event("A mill in Quimbia burns", "Ada Bell saw it. Ada Bell ran.")
    other = long_event("The dams of Quimbia", "Ada Bell saw it. Ada Bell ran.")
    assert set(context_terms(one, other, {})) == {"Quimbia", "Ada Bell"}
    use = TermUse(is_incidental=lambda name, _: name == "ada bell")
    assert context_terms(one, other, {}, use) == ("Quimbia",)


def test_a_country_that_both_titles_have_as_an_adjective_is_no_mere_mention() -> None:
    use = TermUse(is_incidental=lambda _name, _forms: True)
    one, other = told("The Russian navy sails."), told("A Russian navy is seen.")
    assert context_terms(one, other, {"navi": 0.1}, use) == ("Russia",)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("They may zigzag by the zipper.", "To zigzag in a zipper.", "zipper"),  # a verb
        ("Its zipper is more brittle.", "A zipper, too brittle.", "zipper"),  # an adjective
        ("Of `zigzag` it has no zipper.", "A `zigzag`, a zipper.", "zipper"),  # code
    ],
)
def test_a_word_that_ends_a_noun_phrase_comes_before_any_other(
    one: str, other: str, expected: str
) -> None:
    first, second = (long_event("Report", text) for text in (one, other))
    contributions = {
        token.term: 0.9 if token.exact in ("zigzag", "brittle") else 0.1
        for token in first.analysis.tokens
        if token.exact in ("zigzag", "brittle", "zipper")
    }
    assert context_terms(first, second, contributions) == (expected,)


def test_no_word_of_a_template_is_printed(tmp_path: Path) -> None:
    parts = "mail login search billing backup archive build deploy video chat".split()
    summary = (
        "Initial Message\nThe {0} service stopped.\nFinal Message\nThe {0} service runs again."
    )
    events = [
        {"id": part, "title": f"Outage of the {part} service", "summary": summary.format(part)}
        | {"date": f"2024-01-{number * 2 + 1:02}"}
        for number, part in enumerate(parts)
    ]
    build(events=events, directory=tmp_path / "index")
    with Index.open(tmp_path / "index") as index:
        for part in parts:
            assert {hit.context for hit in index.related(part)} <= {()}


def test_a_name_of_the_title_is_no_mere_mention_whichever_of_its_forms_is_found_first() -> None:
    forms = [f"quimb{letter}" for letter in "abcdefghijklmnopqrst"]
    other = long_event("The dams of Quimba", *(f"{form.title()} is {form}." for form in forms))
    other = replace(other, named=tuple(("quimba", form) for form in forms))
    use = TermUse(is_incidental=lambda _name, _forms: True)
    assert mentions(["quimba"], long_event("The dams"), other, use)["quimba"].topic_of == 2
