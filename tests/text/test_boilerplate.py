import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.boilerplate import Boilerplate
from search.text.boilerplate_learning import learn_boilerplate
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms

PLACES = "Arden Belmar Corin Dunmore Elsin Farrow Glaston Harwick Ilmen Jarrow Kelso Lorne".split()
THINGS = "bridge ferry mill school tower market harbour tunnel station library mine dam".split()
DEEDS = "opens closes burns collapses floods reopens expands strikes votes moves".split()
SEEN = "Nobody knew that|People say|The mayor hopes|Then|A week later".split("|")
NAMES = ["Ada Bell", "Li Wei", "Omar Haddad", "Rosa Diaz", "Sven Olsen", "Maya Cohen", "Tom Rossi"]


def archive(credit: Callable[[random.Random], str], *, share: float = 1.0) -> list[str]:
    """Sixty texts, of which a share has a credit behind what they tell."""
    dice = random.Random(3)
    texts = []
    for number in range(60):
        place, thing, deed = dice.choice(PLACES), dice.choice(THINGS), dice.choice(DEEDS)
        told = f"A {thing} {deed} in {place}\nThe {thing} of {place} {deed} after year {number}."
        told += f" {dice.choice(SEEN)} the {dice.choice(THINGS)} {dice.choice(DEEDS)}."
        texts.append(told + credit(dice) if dice.random() < share else told)
    return texts


DAYS = list(range(0, 600, 10))
CREDITS: dict[str, Callable[[random.Random], str]] = {
    "a line": lambda dice: "\nReporting by the Northwind desk; editing by the bureau.",
    "a sentence": lambda dice: " All rights reserved, Northwind Media.",
    "a year that changes": lambda dice: f"\n(c) {dice.randrange(1990, 2020)} Northwind",
    "names": lambda dice: f" Reporting by {dice.choice(NAMES)}; editing by {dice.choice(NAMES)}.",
    "initials": lambda dice: f"\nWritten by {dice.choice(NAMES)[0]}. {dice.choice(NAMES)}",
    "names first": lambda dice: f" {dice.choice(NAMES)} contributed to this report.",
    "names only": lambda dice: f" ({dice.choice(NAMES)}, Northwind)",
    "a byline": lambda dice: f"\nBy {dice.choice(NAMES)}",
    "German": lambda dice: f" Bericht von {dice.choice(NAMES)}; Redaktion: {dice.choice(NAMES)}.",
    "Russian": lambda dice: f"\nАвтор: {dice.choice(['Иван Орлов', 'Ольга Белова', 'Пётр Ким'])}",
    "Chinese": lambda dice: f"\n（记者：{dice.choice('王李张刘')}{dice.choice('明芳强')}）",
    "above a footer": lambda dice: f" By {dice.choice(NAMES)}.\nFollow us.\nSubscribe.\nRead more.",
}


@pytest.mark.parametrize("share", [1.0, 0.4])
@pytest.mark.parametrize("kind", CREDITS)
def test_credits_are_boilerplate_and_what_is_told_is_none(kind: str, share: float) -> None:
    texts = archive(CREDITS[kind], share=share)
    boilerplate = learn_boilerplate(texts, DAYS)
    plain = archive(lambda dice: CREDITS[kind](dice) and "", share=share)
    assert [boilerplate.without(text).rstrip() for text in texts] == plain


def test_credits_at_the_start_of_a_body_are_boilerplate() -> None:
    texts = archive(lambda dice: "")
    dated = [
        text.replace("\n", f"\nROME (Northwind) - At {n % 10}: ") for n, text in enumerate(texts)
    ]
    boilerplate = learn_boilerplate(dated, DAYS)
    assert "Northwind" not in boilerplate.without(dated[5])
    assert texts[5].partition("\n")[2] in boilerplate.without(dated[5])


def test_a_story_that_is_told_again_within_days_is_news() -> None:
    story = "The dam of Ilmen holds.\nReporting goes on. Ada Bell leads the search at Ilmen."
    texts = archive(lambda dice: "") + [story] * 12
    assert not learn_boilerplate(texts, DAYS + [300, 301, 302, 303] * 3)
    assert learn_boilerplate(texts, DAYS + list(range(0, 600, 50)))


@pytest.mark.parametrize(
    "sentence",
    [
        "An earthquake of magnitude {0} shakes {place}.",
        "{place} beats {other}.",
        "Police said that {thing} number {0} was to blame.",
        "Component: {thing} of {other}",
        "It was the first {thing} that {other} had seen since {place} burnt.",
    ],
)
def test_sentences_that_tell_something_are_no_formulas(sentence: str) -> None:
    dice = random.Random(7)
    texts = [
        text + "\n" + sentence.format(
            number, place=text.rsplit("of ", 1)[1].split()[0], other=dice.choice(PLACES),
            thing=dice.choice(THINGS),
        )
        for number, text in enumerate(archive(lambda dice: ""))
    ]  # fmt: skip
    assert not learn_boilerplate(texts, DAYS)


def test_what_a_few_texts_share_is_evidence() -> None:
    texts = archive(lambda dice: "")
    texts[::10] = [f"{text}\nThe same mill is to blame." for text in texts[::10]]
    assert not learn_boilerplate(texts, DAYS)


def test_a_title_is_never_boilerplate() -> None:
    texts = [f"Weather report\nIt rains for {n} days in {n * 7} towns of Arden." for n in range(60)]
    assert not learn_boilerplate(texts, DAYS)


def test_boilerplate_is_found_and_says_nothing() -> None:
    texts = archive(CREDITS["names"])
    boilerplate = learn_boilerplate(texts, DAYS)
    terms = Terms(Lexicon.learn(texts, boilerplate=boilerplate))
    analysis = terms.analyse(
        "A mill burns in Kelso\nIt burns. Reporting by Eve Moor; editing by Al Ng."
    )
    assert {token.exact for token in analysis.tokens if token.stop} >= {"reporting", "eve", "moor"}
    assert [name.term for name in analysis.names] == ["kelso"]


@given(st.text(st.sampled_from("ab .\n\u3002Z:(")), st.booleans())
def test_parts_in_their_order_are_the_text(text: str, all_lines: bool) -> None:
    repeated = frozenset({"a", "b", "a b"}) if all_lines else frozenset({"a"})
    parts = list(Boilerplate(repeated, frozenset({"b a *"})).parts(text))
    rebuilt = "".join(text[before:part.start] + part.text for before, part in zip(
        [0, *(part.start + len(part.text) for part in parts)], parts, strict=False))  # fmt: skip
    assert rebuilt == text[: len(rebuilt)]
    assert text[len(rebuilt) :].strip("\n") == ""
    assert all(text[part.start : part.start + len(part.text)] == part.text for part in parts)
