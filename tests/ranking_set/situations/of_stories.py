"""What followed what, and what only reads alike: stories in time."""

from tests.ranking_set.situations.situation import Situation

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
        apart={
            "nepal-quake": "the earthquake",
            "nepal-second-day": "an aftershock of it, no second report of it",
            "nepal-everest": "what it did elsewhere",
        },
        wrong={"order": "the rebuilding comes before the rescue: words count for more than days"},
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
        apart={"zambia-result": "who won", "zambia-vote": "the vote itself, four days before"},
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
    ),
    Situation(
        name="a report and its correction",
        of="ferry-sinks",
        first={
            "ferry-corrected": "corrects the figure on the same day",
            "ferry-captain": "the same ferry three days later",
        },
        later={"old-ferry": "another ferry, years before"},
        apart={"ferry-corrected": "a correction is news, not the same report again"},
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
        wrong={"order": "the stage a year before shares one name more"},
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
        wrong={"order": "the silence of the rover comes before its find"},
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
        },
        later={"jolene-hits": "another storm in the same week"},
        apart={
            "marlo-forms": "the day before the same storm struck",
            "jolene-forms": "another storm, although told in the words of marlo-forms",
        },
        terms={"marlo-forms": ("Barbuda", "Hurricane Marlo"), "marlo-florida": ("Marlo",)},
        wrong={"terms": "a name that only one of two texts introduces by its kind is not printed"},
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
        apart={
            "peshawar-years-ago": "the same words but for the number, four years before",
            "peshawar-hospital": "the same day, but what followed",
        },
        terms={"peshawar-market": ("Peshawar",)},
    ),
)
