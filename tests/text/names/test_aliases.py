from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model.event import Event
from search.text.names.alias_edits import Edits
from search.text.names.alias_evidence import ALSO_KNOWN_AS, BRACKET, INITIALS, SPELLED_OUT, SURNAME
from search.text.names.aliases import Aliases
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms
from tests.growing import grows_as_its_size
from tests.mined_aliases import mined_aliases


def mine(texts: list[str], edits: str = "") -> Aliases:
    events = [Event(f"e{n}", date(2016, 1, 1), text) for n, text in enumerate(texts)]
    terms = Terms(Lexicon.learn(texts))
    analyses = [terms.analyse(text) for text in texts]
    return mined_aliases(events, analyses, Edits.read(edits))


def same(aliases: Aliases, *terms: str) -> bool:
    return len({aliases.canonical(term) for term in terms}) == 1


HEALTH = "Today the World Health Organization (WHO) warns of a fever."
LEVANT = "islamic state of iraq and the levant"


def test_one_acronym_in_brackets_is_enough_in_a_small_archive() -> None:
    aliases = mine([HEALTH, "A team of the WHO arrives."])
    assert aliases.canonical("who") == "world health organization"
    assert aliases.surface("who") == "World Health Organization"
    assert [(e.alias, e.kind, e.events, e.example) for e in aliases.evidence("who")] == [
        ("who", INITIALS, 1, "e0"),
        ("who", SPELLED_OUT, 1, "e0"),
    ]


def test_a_known_acronym_needs_no_explanation_and_may_have_another() -> None:
    apart = ["Then the International Monetary Fund lends.", "In June the IMF lends."]
    assert same(mine(apart), "imf", "international monetary fund")
    alone = mine(apart[1:])
    assert alone.canonical("international monetary fund") == "imf"
    assert alone.surface("imf") == "IMF"
    other = [*apart, "In June the International Moth Festival (IMF) opens."]
    assert not same(mine(other), "imf", "international monetary fund")


@pytest.mark.parametrize(
    "text",
    [
        "A meeting of the Economic Community of West African States (ECOWAS) ends.",
        "They ask the Organization for Security and Co-operation in Europe (OSCE) to help.",
        "Then the Tokyo Electric Power Company (TEPCO) admits it.",
        "Members of the Committee to Protect Journalists (CPJ) object.",
        "It trusts the United Nations High Commissioner for Refugees (UNHCR) again.",
    ],
)
def test_letters_of_an_acronym_say_how_far_its_name_reaches(text: str) -> None:
    short = text[text.index("(") + 1 : text.index(")")].lower()
    long = mine([text]).canonical(short)
    assert len(long.split()) > 2
    assert long in text.lower().replace("-", " ")


@pytest.mark.parametrize(
    "text",
    [
        "The visit of Angela Merkel (CDU) ends.",
        "He meets Roger Federer (Switzerland) in Paris.",
        "A storm hits Athens (Georgia).",
        "The senator Barack Obama (D-IL) speaks.",
        "It happened in London. (BBC)",
        "They joined the Green Party (see below).",
    ],
)
def test_other_brackets_prove_nothing_by_themselves(text: str) -> None:
    assert not mine([text]).families


def test_an_acronym_that_mostly_means_something_else_is_left_alone() -> None:
    texts = ["In the Panel on Wine (POW) they drink.", "In the Peak of Winter (POW) they rest."]
    aliases = mine(texts)
    assert aliases.canonical("pow") == "pow"


def test_an_acronym_used_often_needs_more_than_one_bracket() -> None:
    texts = [f"On day {n} the ABC reports from town." for n in range(250)]
    assert not mine([*texts, "Today the Animal Board of Chad (ABC) meets."]).families


FIVE_NAMES = [
    *["Today the Islamic State of Iraq and the Levant (ISIL) takes a town."] * 3,
    *["The fighters of the Islamic State of Iraq and the Levant (ISIS) flee."] * 2,
    "A bomb of Daesh (ISIL) kills three people.",
    "A bomb of Daesh (ISIS) kills two people.",
    "A bomb of Daesh (Islamic State) kills nine people.",
    "A town falls to Daesh (Islamic State) at night.",
]


def test_one_group_under_five_names() -> None:
    aliases = mine(FIVE_NAMES)
    assert same(aliases, "isil", "isis", "daesh", "islamic state", LEVANT)
    assert aliases.surface("daesh") == "Islamic State of Iraq and the Levant"
    kinds = {found.kind for found in aliases.evidence("isis")}
    assert kinds == {SPELLED_OUT, INITIALS, BRACKET}


def test_also_known_as_counts_when_said_often() -> None:
    said = "The court frees Joaquin Guzman, also known as Shorty, at last."
    assert not same(mine([said]), "shorty", "joaquin guzman")
    aliases = mine([said] * 3)
    assert same(aliases, "shorty", "joaquin guzman")
    assert aliases.evidence("shorty")[0].kind == ALSO_KNOWN_AS


def test_spaces_hyphens_and_articles_make_no_new_name() -> None:
    texts = ["Fighters of al-Qaeda flee.", "Men of Al Qaeda flee.", "The men of Qaeda flee."]
    assert same(mine(texts), "al qaeda", "qaeda")
    assert same(
        mine(["They see Deir ez-Zor burn.", "They see Deir Ezzor."]), "deir ez zor", "deir ezzor"
    )


def test_a_surname_is_its_only_bearer() -> None:
    texts = ["Today James Comey speaks; then Comey leaves."] * 3
    aliases = mine(texts)
    assert aliases.surface("comey") == "James Comey"
    assert aliases.evidence("comey")[0].kind == SURNAME
    brother = ["Then Patrick Comey speaks."]
    assert mine([*texts, *brother]).canonical("comey") == "comey"


def test_a_people_is_the_same_in_singular_and_plural_but_a_surname_is_not() -> None:
    group = ["A raid on the Houthis fails.", "A raid by Houthi fighters fails."] * 3
    assert same(mine(group), "houthi", "houthis")
    persons = ["He meets Robert Peters.", "He meets Peter here."] * 3
    assert not same(mine(persons), "peter", "peters")


def test_countries_are_printed_as_nouns() -> None:
    aliases = mine(
        ["A Syrian boat sinks.", "A Syrian is found.", "He is in Syria.", "A Kenyan runs."]
    )
    assert aliases.surface("syria") == "Syria"
    assert aliases.surface("kenya") == "Kenya"
    british = mine(["He is in the UK.", "A UK firm fails.", "He left the United Kingdom."])
    assert british.surface("britain") == "United Kingdom"


def test_the_spelling_that_is_printed_is_the_commonest() -> None:
    texts = ["He sees Bogotá again.", "He sees Bogotá here.", "He sees Bogota there."]
    assert mine(texts).surface("bogota") == "Bogotá"


def test_an_editor_adds_names_and_forbids_others() -> None:
    edits = "# ours\nWorld Health Body\tWHO\nNew York\tBig Apple\teditor\n"
    aliases = mine([HEALTH, "He likes the Big Apple."], edits)
    assert aliases.surface("who") == "World Health Body"
    assert aliases.canonical("world health organization") == "world health body"
    assert aliases.surface("big apple") == "New York"
    banned = mine([HEALTH], "World Health Organization\tWHO\tnever")
    assert banned.canonical("who") == "who"


def test_the_mined_file_is_a_file_of_edits() -> None:
    aliases = mine(FIVE_NAMES)
    text = aliases.to_text()
    assert "Islamic State of Iraq and the Levant\tDaesh\tbracket\t" in text
    again = mine([], text)
    assert again.canonical_of == aliases.canonical_of
    assert again.surface("isil") == aliases.surface("isil")


@pytest.mark.parametrize("line", ["WHO", "\tWHO", "WHO\t", "WHO\t!?", "!?\tWHO"])
def test_a_line_that_names_nothing_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(ValueError, match="line 2: "):
        Edits.read(f"# comment\n{line}\n")


@given(st.lists(st.sampled_from([*FIVE_NAMES, HEALTH, "He sees Deir Ezzor.", "A (B)."])))
def test_canonical_names_are_canonical_and_order_does_not_matter(texts: list[str]) -> None:
    aliases, backwards = mine(texts), mine(texts[::-1])
    assert aliases.canonical_of == backwards.canonical_of
    assert aliases.surface_of == backwards.surface_of
    for canonical in aliases.canonical_of.values():
        assert aliases.canonical(canonical) == canonical


@given(st.lists(st.text(min_size=1).filter(str.strip)))
def test_any_texts_can_be_mined(texts: list[str]) -> None:
    mine(texts).to_text()


def test_a_page_of_names_without_end_is_mined_in_bounded_time() -> None:
    def mined(size: int) -> None:
        mine([" ".join(f"the Zork Board{n} (ZB) and ZB{n}, so" for n in range(size))])

    assert grows_as_its_size(mined, 4_000)


def named(number: int) -> str:
    """A name of its own for each number."""
    return f"Zorkum{'abcdefghij'[number % 10]}{number}x"


Chain = Callable[[int], list[tuple[int, int]]]
CHAINS: dict[str, Chain] = {
    "in one order": lambda n: [(at, at + 1) for at in range(n)],
    "in the other order": lambda n: [(at + 1, at) for at in range(n)],
    "in circles of three": lambda n: [(at, at - at % 3 + (at + 1) % 3) for at in range(n)],
    "around one name": lambda n: [(at, 0) for at in range(1, n)],
    "from one name": lambda n: [(0, at) for at in range(1, n)],
}


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
@pytest.mark.parametrize("times", [1, 3])
def test_names_that_explain_one_another_in_chains_are_mined_in_linear_time(
    chain: Chain, times: int
) -> None:
    def mined(size: int) -> None:
        said = [f"Then {named(a)} ({named(b)}) came." for a, b in chain(size // times)]
        step = 200  # sentences of an event
        texts = [" ".join(said[at : at + step]) for at in range(0, len(said), step)]
        mine(texts * times)

    assert grows_as_its_size(mined, 1_200)


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
@pytest.mark.parametrize("kind", ["", "\tnever"])
def test_an_editors_chained_lines_are_followed_in_linear_time(chain: Chain, kind: str) -> None:
    def mined(size: int) -> None:
        lines = [f"{named(a)}\t{named(b)}" for a, b in chain(size)]
        never = [f"{line}{kind}" for line in lines[::2]] if kind else []
        mine(FIVE_NAMES, "\n".join([*lines, *never]))

    assert grows_as_its_size(mined, 3_200)


def test_names_whose_evidence_hangs_together_are_joined_alike_few_or_many() -> None:
    def families(copies: int) -> list[set[str]]:
        texts = [f"Then {named(a)} ({named(b)}) came." for a, b in CHAINS["in one order"](copies)]
        aliases = mine(texts * 3)
        found: dict[str, set[str]] = {}
        for alias, canonical in aliases.canonical_of.items():
            found.setdefault(canonical, {canonical}).add(alias)
        return list(found.values())

    assert [len(family) >= 20 for family in families(20)] == [True]
    assert [len(family) >= 200 for family in families(200)] == [True]


def test_names_in_another_case_are_one_where_the_archive_shows_both() -> None:
    titles = ["В городе Тайвань дождь.", "Суд в Тайване закрыт.", "Снова дождь, и снова Тайвань."]
    events = [Event(str(n), date(2016, 1, 1), title) for n, title in enumerate(titles)]
    terms = Terms(Lexicon.learn(titles))
    aliases = mined_aliases(events, [terms.analyse(title) for title in titles])
    assert aliases.canonical("тайване") == aliases.canonical("тайвань") == "тайвань"
