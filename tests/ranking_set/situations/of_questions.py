"""Texts that are no events, and searches."""

from tests.ranking_set.situations.situation import Situation

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
