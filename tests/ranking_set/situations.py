"""The situations of the ranking set: what is asked, and the list that a good editor would make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Reasons = Mapping[str, str]  # the key of an event, and why it stands where it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One question: of an event (``of``), of a ``text``, or a search (``query``).

    ``first`` is the beginning of the list without threshold and folding, in order if ``ordered``.
    ``later`` comes after it in order, whatever stands between. ``terms`` are among the context
    terms of an item, and ``unsaid`` are terms of none. Asked with all defaults, the list has no
    event of ``absent``, none but ``first`` if it is ``alone``, and ``folded`` are one item of it.
    ``wrong`` says which of "order", "default list" and "terms" is not yet so, and why.
    """

    name: str
    of: str = ""
    text: str = ""
    query: str = ""
    order: Literal["relevance", "context"] = "relevance"
    time: bool = True
    ordered: bool = True
    first: Reasons = field(default_factory=dict)
    later: Reasons = field(default_factory=dict)
    absent: Reasons = field(default_factory=dict)
    folded: Reasons = field(default_factory=dict)
    alone: bool = False
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unsaid: Reasons = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


ISIL = "Islamic State of Iraq and the Levant"

NAMES = (
    Situation(
        name="one battle, the group under five names",
        of="ramadi-falls",
        first={
            "ramadi-militia": "the answer to it three days later; the Islamic State is ISIL",
            "ramadi-flight": "who fled from it, two days later; Daesh is ISIL, too",
            "ramadi-free": "how the battle ended, with the name in full",
            "ramadi-canal": "the way to that end; ISIS is ISIL, too",
        },
        later={"isil-palmyra": "the same group in the same week, but another battle"},
        terms={
            "ramadi-flight": ("Ramadi", ISIL),
            "ramadi-militia": ("Ramadi", ISIL),
            "ramadi-free": ("Ramadi", ISIL),
            "ramadi-canal": ("Ramadi", ISIL),
            "isil-palmyra": (ISIL,),
        },
        unsaid={"ISIL": "a name has one spelling", "Daesh": "a name has one spelling"},
    ),
    Situation(
        name="a name counts in the context order under all its forms",
        of="twitter-closes",
        order="context",
        first={
            "twitter-rules": "Twitter and the group (Daesh), the newest of these",
            "twitter-sued": "Twitter and the group (Islamic State)",
            "twitter-hacked": "Twitter and the group (ISIL), the oldest of these",
            "twitter-outage": "Twitter alone, the newest of all with one name",
            "twitter-letters": "Twitter alone, half a year older",
            "mosul-free": "the group alone (Daesh), older again",
            "mosul-begins": "the group alone (Daesh)",
        },
        terms={
            "twitter-rules": ("Twitter", ISIL),
            "twitter-sued": ("Twitter", ISIL),
            "mosul-free": (ISIL,),
        },
    ),
    Situation(
        name="relevance puts what happened before how new it is",
        of="twitter-closes",
        ordered=False,
        first={
            "twitter-rules": "accounts of the group closed again",
            "twitter-hacked": "three months before, an account and the group",
            "twitter-sued": "Twitter to answer for the group",
        },
        absent={
            "twitter-outage": "Twitter, but a broken cable",
            "isil-hatra": "the group, no more",
        },
        wrong={"order": "relevance knows no aliases: Twitter alone comes before the lawsuit"},
    ),
    Situation(
        name="a text with a name in small letters",
        text="the fight of daesh for ramadi",
        ordered=False,
        first={
            "ramadi-falls": "the fight itself, under the name ISIL",
            "ramadi-flight": "says Daesh and Ramadi",
            "ramadi-militia": "Ramadi, and the group under another name",
            "ramadi-canal": "Ramadi, and the group under another name",
            "ramadi-free": "Ramadi, and the group under another name",
        },
        terms={"ramadi-flight": ("Ramadi", ISIL)},
        wrong={"terms": "names in small letters are not found in a text"},
    ),
    Situation(
        name="a text in small letters in the context order",
        text="twitter and daesh",
        order="context",
        first={"twitter-rules": "both names, the newest", "twitter-sued": "both names"},
        wrong={"order": "names in small letters are not found in a text: the list is empty"},
    ),
    Situation(
        name="a text in the context order",
        text="Twitter and Daesh",
        order="context",
        first={
            "twitter-rules": "both names, the newest",
            "twitter-sued": "both names",
            "twitter-closes": "both names",
            "twitter-hacked": "both names, the oldest",
            "twitter-outage": "one name, the newest",
        },
    ),
    Situation(
        name="a search finds a group under all its names",
        query="Daesh Twitter",
        ordered=False,
        first={
            "twitter-rules": "says both words",
            "twitter-closes": "says ISIL, which is Daesh",
            "twitter-hacked": "says ISIL, which is Daesh",
            "twitter-sued": "says Islamic State, which is Daesh",
        },
        wrong={"order": "searches know no aliases: Twitter alone counts as much as with ISIL"},
    ),
    Situation(
        name="a search for a name in full finds its acronym",
        query="World Health Organization",
        ordered=False,
        first={"who-fever": "the name in full", "who-vaccine": "the WHO"},
        wrong={"order": "searches know no aliases"},
    ),
    Situation(
        name="two towns of one name: the tornado",
        of="springfield-tornado",
        first={
            "springfield-shelters": "the same tornado two days later",
            "springfield-rebuilt": "the same hospital a year later",
        },
        absent={
            "springfield-gas": "another Springfield",
            "springfield-pipe": "another Springfield",
        },
        terms={"springfield-shelters": ("Springfield", "Missouri")},
    ),
    Situation(
        name="two towns of one name: the explosion",
        of="springfield-gas",
        first={"springfield-pipe": "the cause of the same explosion"},
        absent={"springfield-tornado": "another one", "springfield-rebuilt": "another one"},
    ),
    Situation(
        name="an acronym and the name in full",
        of="who-vaccine",
        first={"who-fever": "the same outbreak; the WHO is named in full there"},
        absent={"who-knew": "who is no WHO", "vaccine-malaria": "a vaccine, but another disease"},
        terms={"who-fever": ("World Health Organization", "Guinea")},
        unsaid={"WHO": "the name in full is printed"},
    ),
    Situation(
        name="US is a country and no pronoun",
        of="senate-again",
        first={"senate-guns": "the same bill; the US Senate is the United States Senate"},
        terms={"senate-guns": ("United States Senate",)},
    ),
    Situation(
        name="a country and its adjective",
        of="kazakh-miners",
        first={"kazakhstan-trial": "the trial over the same shots; Kazakh is of Kazakhstan"},
        absent={"kazakhstan-chess": "the country alone"},
        terms={"kazakhstan-trial": ("Zhanaozen", "Kazakhstan")},
    ),
    Situation(
        name="a surname stands for the person",
        of="zambia-oath",
        first={"zambia-result": "the election that he won; Mulenga is Chanda Mulenga"},
        later={"zambia-vote": "the vote", "estonia-oath": "an oath in another country"},
        terms={"zambia-result": ("Chanda Mulenga", "Zambia")},
        wrong={
            "order": "an oath told in the same words comes before the vote in the same country",
            "terms": "a surname beside the full name in another event is not printed at all",
        },
    ),
    Situation(
        name="two persons of one surname",
        of="mwila-goal",
        absent={
            "zambia-court": "another Mwila; Lusaka is no football pitch",
            "zambia-vote": "Zambia alone",
        },
        unsaid={"Grace Mwila": "she is another person"},
    ),
    Situation(
        name="Sudan is not South Sudan",
        of="sudan-oil",
        first={"sudan-deal": "the end of the same quarrel over the pipeline"},
        absent={"sudan-bread": "the other Sudan"},
        terms={"sudan-deal": ("South Sudan",)},
        unsaid={"Sudan": "South Sudan is another country"},
        wrong={"terms": "a country of two words is not seen at the beginning of a sentence"},
    ),
    Situation(
        name="North Korea is not South Korea",
        of="north-missile",
        first={"north-missile-again": "the next missiles"},
        absent={"ferry-sinks": "the other Korea, three weeks later"},
    ),
)

WORDS = (
    Situation(
        name="a plane crash and a stock market crash",
        of="plane-crash",
        first={
            "plane-pilot": "the same plane three days later",
            "plane-report": "the report on it a year later",
            "other-crash": "another plane, the next day",
        },
        absent={"market-crash": "another kind of crash", "market-rules": "another kind of crash"},
        wrong={"order": "another plane crash the next day comes before the report on this one"},
    ),
    Situation(
        name="a stock market crash and a plane crash",
        of="market-crash",
        first={"market-rules": "the answer to it two days later"},
        absent={
            "plane-crash": "another kind of crash",
            "peshawar-market": "another kind of market",
        },
    ),
    Situation(
        name="miners on strike and an air strike",
        of="mine-strike",
        ordered=False,
        first={
            "mine-talks": "the same strike ten days later",
            "mine-ends": "the end of the same strike",
        },
        absent={"air-strike": "another kind of strike in the same week"},
    ),
    Situation(
        name="the Amazon and Amazon",
        of="amazon-fires",
        first={
            "amazon-soldiers": "the same fires four days later",
            "amazon-trees": "what they left of the same forest",
        },
        absent={
            "amazon-tax": "the company, although three weeks before",
            "amazon-strike": "the company",
        },
    ),
    Situation(
        name="Amazon and the Amazon",
        of="amazon-strike",
        first={"amazon-tax": "the same company"},
        absent={"amazon-trees": "the rainforest"},
    ),
    Situation(
        name="the country Georgia and the state",
        of="georgia-border",
        first={"georgia-truce": "the truce in the same war"},
        absent={"georgia-peaches": "the state of that name, although in the same week"},
        terms={"georgia-truce": ("Georgia", "Russia")},
        wrong={"default list": "a shared name two days apart is enough, whatever it means"},
    ),
    Situation(
        name="York is not New York",
        of="york-flood",
        first={"york-barrier": "the barrier that failed in the same flood"},
        absent={"new-york-dark": "another city, although in the same week"},
        terms={"york-barrier": ("Ouse", "York")},
        unsaid={"New York": "another city"},
        wrong={"default list": "York counts in New York as much as alone"},
    ),
    Situation(
        name="Turkey and turkeys",
        of="turkey-coup",
        first={"turkey-arrests": "what followed the same coup"},
        absent={"turkey-farm": "birds"},
        terms={"turkey-arrests": ("Turkey",)},
    ),
    Situation(
        name="the month of March and a march",
        of="rain-in-march",
        alone=True,
        absent={"march-women": "people who march", "march-science": "people who march, next month"},
    ),
    Situation(
        name="coroner, coronation and coronavirus",
        of="coroner-opens",
        first={"coroner-finds": "the same inquest"},
        alone=True,
        absent={"coronation-plan": "begins alike", "coronavirus-first": "begins alike"},
    ),
    Situation(
        name="a search for coronation",
        query="coronation",
        ordered=False,
        first={"coronation-plan": "before it", "coronation-day": "the day itself"},
        alone=True,
    ),
    Situation(
        name="a search for coronavirus",
        query="CORONAVIRUS",
        ordered=False,
        first={
            "coronavirus-first": "where it began",
            "coronavirus-closed": "a city closed off",
            "coronavirus-italy": "in Italy",
        },
        alone=True,
    ),
    Situation(
        name="Berning is not Bern",
        of="berning-ends",
        first={"berning-wins": "the same skier, although four years before"},
        absent={"bern-talks": "begins alike, two days before"},
        terms={"berning-wins": ("Jutta Berning",)},
    ),
    Situation(
        name="a search for Bern",
        query="bern",
        ordered=False,
        first={"bern-talks": "the city", "bern-lanes": "the city"},
        alone=True,
        absent={"berning-wins": "a person", "berning-ends": "a person"},
    ),
    Situation(
        name="accents and strokes do not matter",
        of="lodz-mill",
        first={"lodz-looms": "the same museum, without the accents"},
        alone=True,
    ),
    Situation(
        name="a search with other accents and capitals",
        query="LÓDZ",
        ordered=False,
        first={"lodz-mill": "written with accents", "lodz-looms": "written without"},
        alone=True,
    ),
    Situation(
        name="a search without accents",
        query="besancon labour law",
        ordered=False,
        first={"besancon-march": "Besançon", "besancon-again": "BESANÇON"},
    ),
    Situation(
        name="a figure is no topic",
        of="figure-jobs",
        alone=True,
        absent={
            "figure-runners": "shares 12,000 and nothing else",
            "figure-geese": "shares 12,000 and nothing else",
        },
    ),
    Situation(
        name="the first word of a sentence is no name",
        of="apparent-fraud",
        alone=True,
        absent={"apparent-suicide": "begins with the same word, and is of something else"},
        unsaid={"Apparent": "a word with a capital, because it stands first"},
    ),
    Situation(
        name="an event alone has an empty list",
        of="bees",
        alone=True,
        absent={"coronavirus-closed": "shares “longer”", "cathedral-gifts": "shares “roof”"},
    ),
    Situation(
        name="an event of one word has an empty list",
        of="one-word",
        alone=True,
        absent={"amazon-fires": "one word", "cathedral-fire": "one word"},
    ),
    Situation(
        name="no part beside its whole",
        of="ramadi-free",
        unsaid={
            "Army": "the Iraqi Army is named in full",
            "Islamic State": "the group is named in full",
        },
    ),
)

STORIES = (
    Situation(
        name="an earthquake, and what followed it",
        of="nepal-quake",
        ordered=False,
        first={
            "nepal-second-day": "its aftershock the next day in the same city",
            "nepal-everest": "the avalanche that it set off",
            "nepal-rescue": "five days later in the same city",
            "nepal-aftershock": "its aftershock two weeks later",
        },
        later={"chile-quake": "of the same strength, but far away and years before"},
        absent={"nepal-cargo": "Nepal alone", "kobe-quake": "an earthquake alone"},
        terms={"nepal-second-day": ("Kathmandu", "Nepal")},
    ),
    Situation(
        name="an earthquake, and a year after it",
        of="nepal-quake",
        later={
            "nepal-rebuild": "the same earthquake, a year later",
            "nepal-cargo": "Nepal alone",
            "chile-quake": "an earthquake alone",
        },
        wrong={"order": "Nepal or an earthquake alone comes before what followed a year later"},
    ),
    Situation(
        name="an aftershock follows its earthquake",
        of="nepal-aftershock",
        ordered=False,
        first={
            "nepal-quake": "the earthquake that it followed",
            "nepal-second-day": "another aftershock of the same",
            "nepal-rescue": "the same earthquake, twelve days before",
            "nepal-everest": "the avalanche of the same earthquake",
        },
        later={
            "nepal-rebuild": "the same earthquake, a year later",
            "chile-aftershock": "an aftershock of another earthquake",
        },
        absent={"chile-aftershock": "of another earthquake", "nepal-cargo": "Nepal alone"},
    ),
    Situation(
        name="each aftershock to its own earthquake",
        of="chile-aftershock",
        first={"chile-quake": "the earthquake that it followed, two weeks before"},
        later={"nepal-aftershock": "an aftershock of another earthquake"},
        absent={"nepal-quake": "another earthquake"},
        terms={"chile-quake": ("Chile",)},
    ),
    Situation(
        name="the same election in two countries",
        of="zambia-result",
        ordered=False,
        first={
            "zambia-court": "the loser's complaint",
            "zambia-oath": "the winner's oath",
            "zambia-vote": "the vote four days before",
        },
        later={"estonia-result": "told in the same words on the same day, of another country"},
        wrong={"order": "the same words on the same day count for more than the country's name"},
    ),
    Situation(
        name="the same election in two countries, told in other words",
        of="zambia-court",
        first={
            "zambia-result": "the election that the complaint is about",
            "zambia-vote": "the vote in the same country",
        },
        later={"estonia-result": "a presidential election, too, but of another country"},
        terms={"zambia-vote": ("Lusaka",)},
    ),
    Situation(
        name="an oath and the election before it",
        of="estonia-oath",
        first={
            "estonia-result": "the election that she won",
            "estonia-vote": "the vote in the same country",
            "zambia-oath": "an oath, too, but in another country",
        },
        wrong={"order": "the same words a month before count for more than her name"},
    ),
    Situation(
        name="a report and its correction",
        of="ferry-sinks",
        first={
            "ferry-corrected": "corrects the figure on the same day",
            "ferry-captain": "the same ferry three days later",
        },
        later={"old-ferry": "another ferry, years before"},
        absent={"north-missile": "North Korea is another country"},
        terms={"ferry-corrected": ("Aurelia", "South Korea")},
        unsaid={"North Korea": "another country"},
    ),
    Situation(
        name="a report and the verdict on what it told",
        of="ferry-sinks",
        later={
            "ferry-verdict": "the same ferry half a year later",
            "old-ferry": "another ferry, years before",
        },
        wrong={"order": "common words (sinks, board, saved) count for more than the ferry's name"},
    ),
    Situation(
        name="the same day comes before years ago",
        of="peshawar-market",
        ordered=False,
        first={
            "peshawar-hospital": "the same bomb on the same day",
            "peshawar-mourning": "the same bomb, the next day",
        },
        later={"peshawar-years-ago": "told in the same words, but of a bomb four years before"},
        absent={"karachi-market": "a market, and no bomb"},
    ),
    Situation(
        name="without time, the same words come first",
        of="peshawar-market",
        time=False,
        first={"peshawar-years-ago": "told in the same words"},
    ),
    Situation(
        name="this year's race before last year's",
        of="tour-2013",
        first={"tour-2013-fall": "how the winner took the lead six days before"},
        later={"tour-2012-stage": "the year before"},
        terms={"tour-2013-fall": ("Urs Amrein", "Tour de France")},
    ),
    Situation(
        name="this year's prize before last year's",
        of="peace-2011-gala",
        first={"peace-2011": "the same prize to the same women"},
        later={"peace-2010": "the same prize the year before"},
        terms={"peace-2011": ("Nobel Peace Prize",)},
    ),
    Situation(
        name="a long story before the same day",
        of="rover-launch",
        first={"rover-lands": "the same rover nine months later"},
        later={"rocket-launch": "another launch on the same day"},
        terms={"rover-silent": ("Halcyon", "Mars")},
    ),
    Situation(
        name="a long story of seven years before the same day",
        of="rover-launch",
        later={
            "rover-water": "the same rover two years later",
            "rover-silent": "the same rover seven years later",
            "rocket-launch": "another launch on the same day",
        },
        wrong={"order": "one common word on the same day counts for more than three names"},
    ),
    Situation(
        name="the end of a long story goes back to what brought it",
        of="rover-farewell",
        first={"rover-silent": "the storm that silenced the rover, the year before"},
        terms={"rover-silent": ("Halcyon", "NASA")},
    ),
    Situation(
        name="storms are told apart by their names",
        of="marlo-forms",
        first={
            "marlo-hits": "the same storm on the same island, the next day",
            "marlo-florida": "the same storm five days later",
        },
        later={"jolene-forms": "told in the same words in the same week, of another storm"},
        wrong={"order": "the same words in the same week count for more than the storm's name"},
    ),
    Situation(
        name="storms are told apart by their names, told in other words",
        of="marlo-hits",
        first={
            "marlo-forms": "the same storm on the same island, the day before",
            "marlo-florida": "the same storm four days later",
            "jolene-hits": "another storm in the same week",
        },
        terms={"marlo-forms": ("Barbuda", "Marlo"), "marlo-florida": ("Marlo",)},
    ),
    Situation(
        name="rounds of the same talks, and a show in the same city",
        of="geneva-round-two",
        first={"geneva-talks": "the first round of the same talks"},
        later={"geneva-cars": "the same city three weeks later, and nothing else"},
        terms={"geneva-talks": ("Geneva", "Syria")},
    ),
    Situation(
        name="two reports of one event are one item",
        of="cathedral-gifts",
        ordered=False,
        first={
            "cathedral-fire": "the fire",
            "cathedral-fire-too": "the fire, told again",
            "cathedral-wire": "its cause",
        },
        folded={
            "cathedral-fire": "the same fire, the same evening, the same figures",
            "cathedral-fire-too": "the same fire, the same evening, the same figures",
        },
    ),
    Situation(
        name="the same words of another year are no second report",
        of="peshawar-mourning",
        ordered=False,
        first={
            "peshawar-market": "the bomb",
            "peshawar-hospital": "the bomb on the same day",
            "peshawar-years-ago": "another bomb in the same market",
        },
        terms={"peshawar-market": ("Peshawar",)},
    ),
)

SCRIPTS = (
    Situation(
        name="a flood in Chinese",
        of="yangtze-dike",
        first={
            "yangtze-flood": "the same flood eight days before",
            "yangtze-ebb": "the end of the same flood",
        },
        absent={"moon-lands": "Chinese, and of the moon", "metro-opens": "Chinese, and of trains"},
    ),
    Situation(
        name="one city and two stories in Chinese",
        of="yangtze-flood",
        ordered=False,
        first={
            "yangtze-dike": "the same flood eight days later",
            "yangtze-ebb": "the end of the same flood in the same city",
        },
        later={"metro-opens": "the same city three days later, and nothing else"},
    ),
    Situation(
        name="a probe in Chinese",
        of="moon-seed",
        first={"moon-lands": "the same probe"},
        alone=True,
        terms={"moon-lands": ("月球背面", "探测器")},
        wrong={"terms": "月 is cut off the beginning of 月球: it may stand there for a month"},
    ),
    Situation(
        name="a harbour in Chinese",
        of="shanghai-crane",
        first={"shanghai-port": "the same harbour six weeks before"},
        alone=True,
        terms={"shanghai-port": ("上海洋山港", "码头")},
        wrong={"terms": "上 is cut off the beginning of 上海, as 中 is of 中国 and 日 of 日本"},
    ),
    Situation(
        name="a text in traditional characters",
        text="長江洪水",
        ordered=False,
        first={
            "yangtze-flood": "长江 and 洪水",
            "yangtze-dike": "长江洪水",
            "yangtze-ebb": "长江洪水",
        },
    ),
    Situation(
        name="a search in Chinese",
        query="洪水",
        ordered=False,
        first={
            "yangtze-flood": "the flood",
            "yangtze-dike": "the flood",
            "yangtze-ebb": "the flood",
        },
        alone=True,
    ),
    Situation(
        name="a bridge in Cyrillic",
        of="volga-closed",
        first={"volga-bridge": "the same bridge; words in other cases"},
        alone=True,
        absent={"moscow-snow": "the same script and month"},
    ),
)

QUESTIONS = (
    Situation(
        name="a question for a person",
        text="What became of the captain of the Aurelia?",
        ordered=False,
        first={"ferry-captain": "his arrest", "ferry-verdict": "his sentence"},
        later={"ferry-corrected": "the Aurelia, not the captain"},
    ),
    Situation(
        name="a question for an event",
        text="Were there aftershocks in Nepal?",
        ordered=False,
        first={
            "nepal-second-day": "an aftershock in Nepal",
            "nepal-aftershock": "an aftershock in Nepal",
        },
        later={"chile-aftershock": "an aftershock elsewhere"},
    ),
    Situation(
        name="a text of common words alone",
        text="They had said that it was over.",
        alone=True,
    ),
    Situation(
        name="a search for all its words",
        query="crash san diego",
        ordered=False,
        first={
            "plane-crash": "the crash",
            "plane-pilot": "the pilot in it",
            "plane-report": "the report on it",
        },
        later={"other-crash": "a plane, too", "market-crash": "a crash of another kind"},
    ),
    Situation(
        name="a search with a year",
        query="car bomb peshawar 2009",
        first={"peshawar-years-ago": "of that year"},
        later={"peshawar-market": "of another year"},
    ),
    Situation(
        name="a search in small letters for a name",
        query="us senate guns",
        ordered=False,
        first={
            "senate-guns": "the US Senate",
            "senate-again": "the United States Senate",
        },
    ),
    Situation(
        name="a search for a phrase",
        query='"stock market crash"',
        ordered=False,
        first={"market-crash": "the crash", "market-rules": "the answer to it"},
        alone=True,
        absent={"plane-crash": "another crash"},
    ),
)

SITUATIONS = (*NAMES, *WORDS, *STORIES, *SCRIPTS, *QUESTIONS)
