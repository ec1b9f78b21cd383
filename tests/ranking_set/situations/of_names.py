"""One name, several spellings; one spelling, several names."""

from tests.ranking_set.situations.situation import Situation

ISIL = "Islamic State of Iraq and the Levant"

NAMES = (
    Situation(
        name="one battle, the group under five names",
        of="ramadi-falls",
        ordered=False,
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
        wrong={
            "order": "relevance knows no aliases: Twitter alone comes before the lawsuit",
        },
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
    ),
    Situation(
        name="a text in small letters in the context order",
        text="twitter and daesh",
        order="context",
        first={"twitter-rules": "both names, the newest", "twitter-sued": "both names"},
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
    ),
    Situation(
        name="a search for a name in full finds its acronym",
        query="World Health Organization",
        ordered=False,
        first={"who-fever": "the name in full", "who-vaccine": "the WHO"},
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
    ),
    Situation(
        name="North Korea is not South Korea",
        of="north-missile",
        first={"north-missile-again": "the next missiles"},
        absent={"ferry-sinks": "the other Korea, three weeks later"},
    ),
)
