"""One word, several things; several forms of one word; words that tell nothing."""

from tests.ranking_set.situations.situation import Situation

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
        wrong={"default list": 'in a small archive "cut" alone fills an empty list'},
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
        wrong={"default list": "the one word is all that it can share"},
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
