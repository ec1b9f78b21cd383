import pytest

from search.text.names.lexicon import Lexicon
from search.text.names.name_words import term_of
from search.text.terms import Terms

# Enough of an archive to know some words: who is a name, and what is not.
ARCHIVE = [
    "The leader Bashar al-Assad met Ban Ki-moon and the diplomat Ban Ki-moon in Damascus.",
    "Then Ban Ki-moon left with Hillary Clinton for Amnesty International in London.",
    "In Lebanon and in Syria the Taliban and the Islamic State of Iraq and the Levant lost.",
    "The paper by the Food and Drug Administration, the Food and Drug Administration said,"
    " surprised the Food and Drug Administration.",
    "Later Theresa May and Boris Johnson met in the City of London near the Black Sea.",
    "People said that the motors of the airline failed and the bank was open.",
]
TERMS = Terms(Lexicon.learn(ARCHIVE))


def names(text: str) -> list[str]:
    return [name.term for name in TERMS.names(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # runs, with what may stand inside them
        ("It left Islamic State of Iraq and the Levant", ["islamic state of iraq and the levant"]),
        ("the Supreme Court of Pakistan rules", ["supreme court of pakistan"]),
        ("the Food and Drug Administration acts", ["food and drug administration"]),
        ("the Observatory for Human Rights counts", ["observatory for human rights"]),
        ("they shell Deir ez-Zor", ["deir ez zor"]),
        ("the group Lashkar-e-Taiba", ["lashkar e taiba"]),
        ("a speech by Ban Ki-moon", ["ban ki moon"]),
        ("they free Abu Bakr bin Said", ["abu bakr bin said"]),
        ("the river in Rio de Janeiro", ["rio de janeiro"]),
        ("he sues Johnson & Sons", ["johnson sons"]),
        ("a bomb by the Kurdistan Workers' Party", ["kurdistan workers party"]),
        ("under George W. Bush", ["george w bush"]),
        ("loss of Malaysia Airlines Flight 17", ["malaysia airlines flight 17"]),
        ("talks with Theresa May on May 5", ["theresa may"]),
        # where a run ends
        ("he sees London, Paris and Rome", ["london", "paris", "rome"]),
        ("at the Lebanon-Syria border", ["lebanon", "syria"]),
        ("on the Pristina\u2013Podujevo road", ["pristina", "podujevo"]),
        ("a London-based bank", ["london"]),
        ("Syria's Bashar al-Assad resigns", ["syria", "bashar al assad"]),
        ("the lawyer Simon Gray of Forza Malta", ["simon gray", "forza malta"]),
        ("the feeds of United Command for Twitter", ["united command", "twitter"]),
        ("shot in Oslo Friday", ["oslo"]),
        # titles and offices
        ("with US Secretary of State Hillary Clinton", ["united states", "hillary clinton"]),
        ("the visit of Foreign Minister Sergei Lavrov", ["sergei lavrov"]),
        ("the Prime Minister of Romania Victor Ponta", ["romania", "victor ponta"]),
        ("the UN Secretary-General Ban Ki-moon", ["un", "ban ki moon"]),
        ("under General David Petraeus", ["david petraeus"]),
        ("he sues the Department of Justice", ["department of justice"]),
        ("contributions of General Motors", ["general motors"]),
        ("by the Lord's Resistance Army", ["lord resistance army"]),
        ("a plea by Minister Julie Bishop", ["julie bishop"]),
        ("near New York Governor Andrew Cuomo", ["new york", "andrew cuomo"]),
        # nations
        ("the Russian Yury Gagarin", ["russia", "yury gagarin"]),
        ("of the Russian Orthodox Church", ["russian orthodox church"]),
        ("a South Korean ship", ["south korea"]),
        ("the US Senate and the United States Senate", ["united states senate"] * 2),
        ("in the United Kingdom and Great Britain", ["britain"] * 2),
        ("a pro-Russian crowd", ["russia"]),
        # the start of a sentence
        ("Apparent ISIL hackers strike.", ["isil"]),
        ("Gunmen attack. Farmers flee.", []),
        ("Tesla builds a car.", ["tesla"]),
        ("Supreme Court judges meet.", ["supreme court"]),
        ("Amnesty International objects.", ["amnesty international"]),
        ("Former President Hosni Mubarak dies.", ["hosni mubarak"]),
        # headlines in capitals
        ("ANGRY FARMERS BLOCK ROADS IN LONDON", ["london"]),
        ("Angry Farmers Block Roads Near London", ["london"]),
        # acronyms
        ("The WHO says who is ill.", ["who"]),
        ("He left for Washington D.C. at once.", ["washington dc"]),
        # what reporters are named behind the last sentence says nothing
        ("Floods hit Oslo. (Reuters), (BBC News)", ["oslo"]),
        ("Floods hit Oslo (Norway).", ["oslo", "norway"]),
    ],
)  # fmt: skip
def test_names_of_texts(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_no_name_is_cut_out_of_an_identifier_or_made_of_little_words() -> None:
    assert names("They call PyErr_Warn and Py_TPFLAGS_Base.") == []
    assert names("Packages MUST NOT do so, and users SHOULD NOT.") == []


@pytest.mark.parametrize("article", ["a", "an"])
def test_a_name_that_an_archive_repeats_keeps_its_article(article: str) -> None:
    name = f"Every Kid in {article} Orchard"
    terms = Terms(Lexicon.learn([f"They like {name}, and like {name}; we like {name}."]))
    assert [each.term for each in terms.names(f"Now {name} begins.")] == [name.lower()]
    assert [each.term for each in TERMS.names(f"He left Paris in {article} Volvo.")] == [
        "paris",
        "volvo",
    ]


def test_a_committee_is_on_something() -> None:
    assert names("the House Committee on the Judiciary votes") == [
        "house committee on the judiciary"
    ]
    assert names("the attack on Damascus") == ["damascus"]


# An archive that has Bell as a name by itself, and the first words of other names as common ones.
BELL_ARCHIVE = [
    "Then a Bell helicopter and a Shell tanker met the Hawk near Ford and Trafford in Rain.",
    "The silver is old, red or golden, and the royal police of the big city are deep in debt.",
    "They say that a former, jailed and suspected leader of the black market is on a mount.",
]
BELLS = Terms(Lexicon.learn(BELL_ARCHIVE))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Silver Bell recalls its ice cream.", ["silver bell"]),
        ("It rains. Silver Bell recalls its ice cream.", ["silver bell"]),
        ("Recall: Silver Bell removes its ice cream.", ["silver bell"]),
        ("It says: \u201cSilver Bell pays\u201d", ["silver bell"]),
        ("\u2022 Silver Bell recalls its ice cream.", ["silver bell"]),
        ("(Silver Bell recalls its ice cream)", ["silver bell"]),
        ("Silver Bell Recalls All Products After Deaths", ["silver bell"]),
        ("Police Raid Silver Bell After Several Deaths", ["silver bell"]),
        ("Black Hawk crashes.", ["black hawk"]),
        ("Old Trafford is full.", ["old trafford"]),
        ("Big Ford wins.", ["big ford"]),
        ("Golden Hawk is sold.", ["golden hawk"]),
        ("Red Bell is sold.", ["red bell"]),
        ("Deep Rain is staged.", ["deep rain"]),
        ("Mount Trafford is closed.", ["mount trafford"]),
        ("Royal Dutch Shell pays.", ["royal dutch shell"]),
        # what describes a name is no part of it
        ("Former Bell pilot dies.", ["bell"]),
        ("Jailed Hawk leader dies.", ["hawk"]),
        ("Suspected Shell thieves flee.", ["shell"]),
        ("Police Chief Bell resigns.", ["bell"]),
        ("Old Syrian tanks roll.", ["syria"]),
    ],
)
def test_a_name_at_the_start_of_a_sentence_keeps_its_first_word(
    text: str, expected: list[str]
) -> None:
    assert [name.term for name in BELLS.names(text)] == expected


def test_a_possessive_is_no_part_of_the_span() -> None:
    text = "the army of Syria's leader"
    assert [text[name.start : name.end] for name in TERMS.names(text)] == ["Syria"]


def test_a_name_ends_with_its_line() -> None:
    assert names("he went to Rio\nTexaco was closed") == ["rio", "texaco"]


def test_a_run_of_capitals_without_end_is_no_name() -> None:
    assert names("they saw " + "Zork " * 50 + "there, they say and they mean it so") == []


def test_known_names_are_found_in_texts_without_spaces() -> None:
    terms = Terms(Lexicon.learn([], topics=["新西兰", "新西兰总理", "恩克鲁玛·大学"]))
    text = "昨日新西兰總理訪問恩克魯瑪·大學。新西兰下雪。"
    assert [(n.term, n.start) for n in terms.names(text)][:2] == [("新西兰总理", 2), ("新西兰", 2)]
    assert terms.names(text)[-1].term == "新西兰"


@pytest.mark.parametrize(
    ("surface", "term"),
    [
        ("Islamic State of Iraq and the Levant", "islamic state of iraq and the levant"),
        ("South Korean", "south korea"),
        ("U.S. Senate", "united states senate"),
        ("al-Assad", "al assad"),
        ("美國總統", "美国总统"),
        ("  ", ""),
        ("!?", ""),
    ],
)
def test_the_term_of_a_name_as_people_write_it(surface: str, term: str) -> None:
    assert term_of(surface) == term
