"""Small situations, each with the order that an editor would want, and why.

All of them stand in one archive, with the sample archive around them, so that words are as common
as they are in an archive. The wanted ones
are in order, and all of them come before any of the unwanted.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from search.archive import read
from search.index.postings.collector import Occurrences
from search.index.segments import Segments
from search.index.term_matrix import TermMatrix
from search.model.digests import hash_of
from search.model.event import Event, day_number
from search.related.ranking import Ranking
from search.related.similarity import Similarity
from search.related.training import train
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms
from tests.sealed_files import sealed

SAMPLE = Path(__file__).parents[2] / "index_data" / "sample"


@dataclass(frozen=True)
class Situation:
    """``wanted``: (date, text, reason), best first. All of them before all of ``unwanted``."""

    name: str
    asked: tuple[str, str]
    wanted: tuple[tuple[str, str, str], ...]
    unwanted: tuple[tuple[str, str, str], ...]


SITUATIONS = (
    Situation(
        "an earthquake and its aftershock",
        ("2017-04-02", "A magnitude 7.1 earthquake strikes Vallemar in Kostania, killing dozens."),
        (
            (
                "2017-04-03",
                "An aftershock of magnitude 6.2 shakes Vallemar in Kostania.",
                "next day",
            ),
            (
                "2017-04-20",
                "Kostania ends the search for survivors of the Vallemar earthquake.",
                "the same earthquake, weeks later",
            ),
        ),
        (
            (
                "2017-04-03",
                "A magnitude 7.0 earthquake strikes the sea off Tarrawa.",
                "another one",
            ),
            ("2017-04-02", "Kostania elects a new parliament.", "the same country and day only"),
        ),
    ),
    Situation(
        "two towns of one name",
        ("2016-05-10", "Police in Brockfield, Ontara, arrest the mayor over bribes."),
        (
            (
                "2016-06-01",
                "The mayor of Brockfield, Ontara, resigns over bribes.",
                "the same mayor",
            ),
        ),
        (
            ("2016-05-11", "A tornado destroys a school in Brockfield, Wendover.", "another town"),
            ("2016-05-12", "Brockfield in Wendover opens its rebuilt library.", "another town"),
        ),
    ),
    Situation(
        "the same election in two countries",
        ("2015-10-04", "Voters in Lusenia elect a new parliament; the Harvest Party leads."),
        (
            (
                "2015-10-06",
                "The Harvest Party forms a government in Lusenia after the election.",
                "what the election led to",
            ),
        ),
        (
            (
                "2015-10-04",
                "Voters in Ostravia elect a new parliament; the Union leads.",
                "another country on the same day",
            ),
        ),
    ),
    Situation(
        "a plane crash and a stock market crash",
        ("2014-09-08", "A Zephyrair plane crashes near Port Selwyn, killing all on board."),
        (
            (
                "2014-09-10",
                "Divers find the flight recorder of the Zephyrair plane off Port Selwyn.",
                "the same accident without the word crash",
            ),
        ),
        (("2014-09-09", "The stock market of Meridia crashes by nine percent.", "another crash"),),
    ),
    Situation(
        "a report and its correction",
        ("2016-01-14", "Kelmont police say that 12 people died in the fire at the Orpheum."),
        (
            (
                "2016-01-15",
                "Kelmont police lower the toll of the Orpheum fire to 10.",
                "correction",
            ),
            (
                "2016-03-01",
                "The owner of the Orpheum in Kelmont is charged over the fire.",
                "the aftermath",
            ),
        ),
        (("2016-01-15", "A fire in a market of Daloa destroys 40 stalls.", "another fire"),),
    ),
    Situation(
        "near in time before far in time",
        ("2018-02-01", "The Tarsk dam overflows and floods villages along the Ilva."),
        (
            ("2018-02-03", "The Tarsk dam overflows again; the Ilva floods farms.", "two days"),
            ("2013-02-03", "The Tarsk dam overflows again; the Ilva floods fields.", "five years"),
        ),
        (("2018-02-01", "A ferry sinks off Port Maren.", "the same day only"),),
    ),
    Situation(
        "a rare name before a common word",
        ("2015-03-03", "President Orsolya Venczel of Karsavia dissolves parliament."),
        (
            (
                "2015-03-06",
                "Orsolya Venczel names a government of experts in Karsavia.",
                "the same rare name",
            ),
        ),
        (("2015-03-04", "The president of Balmoria dissolves parliament.", "common words only"),),
    ),
    Situation(
        "a disease and its vaccine",
        ("2014-11-11", "Doctors in Nambia report an outbreak of Quill fever."),
        (
            (
                "2015-01-11",
                "A vaccine against Quill fever is tried on volunteers in Nambia.",
                "the same disease",
            ),
        ),
        (("2014-11-12", "Doctors in Ferrol go on strike for better pay.", "doctors only"),),
    ),
    Situation(
        "coroner, coronation, coronavirus",
        ("2013-07-01", "The coroner of Whitmere opens an inquest into the drowning of a swimmer."),
        (
            (
                "2013-07-20",
                "A coroner in Whitmere rules that the swimmer drowned by accident.",
                "the same inquest",
            ),
        ),
        (
            ("2013-07-02", "The coronation of King Aldous draws crowds.", "another word"),
            ("2013-07-02", "A new coronavirus is found in bats.", "another word"),
        ),
    ),
    Situation(
        "Berning is not Bern",
        ("2016-08-08", "Architect Karl Berning presents his plans for the Halden bridge."),
        (
            (
                "2016-10-08",
                "The town approves the Halden bridge that Karl Berning designed.",
                "the same architect and bridge",
            ),
        ),
        (("2016-08-09", "Bern closes two streets for repairs.", "a town"),),
    ),
    Situation(
        "a hurricane on its way",
        ("2017-09-05", "Hurricane Wilbur strengthens to category 5 as it nears San Tomaso."),
        (
            ("2017-09-06", "Hurricane Wilbur makes landfall on San Tomaso.", "the same storm"),
            ("2017-09-12", "San Tomaso counts its losses after Wilbur.", "the same storm, after"),
        ),
        (("2017-09-06", "Hurricane Quentin forms in the Pacific Ocean.", "another storm"),),
    ),
    Situation(
        "a trial and its verdict",
        ("2015-05-05", "The trial of banker Ludo Marchetti for fraud opens in Lugarno."),
        (("2015-06-05", "Ludo Marchetti is sentenced to six years for fraud.", "its verdict"),),
        (("2015-05-06", "The trial of a poacher opens in Bukasa.", "another trial"),),
    ),
    Situation(
        "a launch, and the same probe years later",
        ("2012-03-09", "The probe Halcyon is launched towards the asteroid Tethra."),
        (("2017-08-09", "Halcyon reaches the asteroid Tethra after five years.", "its arrival"),),
        (("2012-03-10", "A company launches a new telephone.", "another launch"),),
    ),
    Situation(
        "two strikes: miners and missiles",
        ("2014-06-06", "Platinum miners at Rusten end their strike after five months."),
        (
            (
                "2014-02-06",
                "Platinum miners at Rusten begin a strike for higher wages.",
                "its start",
            ),
        ),
        (("2014-06-07", "An air strike kills a commander in the hills of Wazira.", "weapons"),),
    ),
    Situation(
        "an acronym and the name in full",
        ("2016-04-04", "The Pan-Coastal Fisheries Council (PCFC) bans nets in the Gulf of Arlo."),
        (
            (
                "2016-07-04",
                "Fishermen sue the PCFC over the ban on nets in the Gulf of Arlo.",
                "PCFC",
            ),
        ),
        (
            (
                "2016-04-05",
                "The city council of Arden bans cars from the centre.",
                "another council",
            ),
        ),
    ),
    Situation(
        "a summit and its place",
        ("2015-11-15", "Leaders of the Nine Rivers Group meet in Santa Elvira."),
        (
            (
                "2015-11-16",
                "The Nine Rivers Group signs a treaty on water in Santa Elvira.",
                "result",
            ),
        ),
        (("2015-11-15", "A climber reaches the summit of Mount Kolvar.", "another summit"),),
    ),
    Situation(
        "a team's cup and another team's cup",
        ("2013-05-25", "Varden United win the Northern Cup by beating Estrella 2-1."),
        (("2013-05-26", "Fans welcome Varden United home with the Northern Cup.", "their cup"),),
        (("2013-05-25", "Okoro wins the Lakes Open in tennis.", "another sport"),),
    ),
    Situation(
        "a country's name as an adjective",
        ("2014-01-20", "French soldiers free hostages in the Adrar des Mousses."),
        (("2014-01-22", "The hostages freed in the Adrar des Mousses return to France.", "home"),),
        (("2014-01-20", "A French chef wins a prize for his bread.", "France alone"),),
    ),
    Situation(
        "a spill and the court, years on",
        ("2012-08-14", "Oil from the tanker Grey Heron reaches the beaches of Corvina."),
        (
            (
                "2013-08-14",
                "A court fines the owner of the tanker Grey Heron over the Corvina spill.",
                "court",
            ),
        ),
        (("2012-08-15", "The price of oil rises above 100 dollars.", "oil alone"),),
    ),
    Situation(
        "accents do not matter",
        ("2016-12-01", "Saboteurs cut the power of Überwald in Żarnów."),
        (("2016-12-02", "Power returns to Uberwald in Zarnow.", "the same places"),),
        (("2016-12-01", "A power struggle splits the party of Delmar.", "another power"),),
    ),
    Situation(
        "a long report and a short one",
        ("2017-06-10", "The glass tower of Mirabel burns."),
        (
            (
                "2017-06-11",
                "The fire that burned the glass tower of Mirabel began in a kitchen on the "
                "fourth floor, say investigators, who blame the cladding, and praise the men who "
                "came from seven towns and worked for two days without rest.",
                "the same fire",
            ),
        ),
        (("2017-06-10", "A glass of water helps students, says a study.", "glass"),),
    ),
    Situation(
        "a merger and its end",
        ("2015-02-02", "Airline Borealis agrees to buy its rival Nordwing for two billion."),
        (("2015-10-02", "Regulators forbid Borealis to buy Nordwing.", "the same deal"),),
        (("2015-02-03", "A rival of the prime minister is arrested in Goma.", "another rival"),),
    ),
    Situation(
        "a find and what became of it",
        ("2013-11-03", "Hundreds of lost paintings are found in a flat of Cornelius Grabow."),
        (("2014-05-06", "Cornelius Grabow, in whose flat lost paintings were found, dies.", "he"),),
        (("2013-11-04", "Two lost hikers are found alive on Mount Ansel.", "other finds"),),
    ),
    Situation(
        "numbers that agree are no link",
        ("2016-09-09", "A bridge in Talmin collapses, killing 27."),
        (
            (
                "2016-09-11",
                "Engineers are arrested over the collapse of the bridge in Talmin.",
                "it",
            ),
        ),
        (("2016-09-09", "Archaeologists open 27 tombs near Sakara.", "27"),),
    ),
    Situation(
        "a strange script",
        ("2018-05-12", "四川汶川举行地震十周年纪念活动"),
        (("2018-05-13", "汶川地震十周年纪念活动结束", "the same anniversary"),),
        (("2018-05-12", "东京举行音乐节", "held, too"),),
    ),
    Situation(
        "a ceasefire and its breach",
        ("2014-07-15", "Rebels of the Green Front and Tamora agree on a ceasefire."),
        (
            (
                "2014-07-17",
                "Tamora says that the Green Front has broken the ceasefire.",
                "its breach",
            ),
        ),
        (("2014-07-15", "Rebels in the party of Orlan leave parliament.", "other rebels"),),
    ),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Similarity, dict[str, int]]:
    """The vectors of the archive, and the ordinals of its events by title."""
    told = [event for s in SITUATIONS for event in (s.asked, *s.wanted, *s.unwanted)]
    events = [
        Event(f"s{number:03}", datetime.date.fromisoformat(date), text)
        for number, (date, text, *_) in enumerate(told)
    ]
    events += read([SAMPLE], lambda skipped: None)
    events.sort(key=lambda event: (event.date, event.id))
    terms = Terms(Lexicon.learn(event.text for event in events))
    directory = tmp_path_factory.mktemp("vectors")
    days = np.array([day_number(event.date) for event in events], dtype=np.int32)
    hashes = np.array([hash_of(event.id) for event in events], dtype=np.uint64)
    train(Occurrences.of(terms, events).term_rows(), days, hashes, directory)
    return Similarity(TermMatrix(sealed(directory), days, Segments(len(days)))), {
        event.title: at for at, event in enumerate(events)
    }


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_the_order_is_an_editors(
    archive: tuple[Similarity, dict[str, int]], situation: Situation
) -> None:
    vectors, ordinal_of = archive
    asked = ordinal_of[situation.asked[1]]
    raw = [vectors.pair(asked, ordinal_of[text]).raw for _, text, _ in situation.wanted]
    others = [vectors.pair(asked, ordinal_of[text]).raw for _, text, _ in situation.unwanted]
    assert raw == sorted(raw, reverse=True), [reason for *_, reason in situation.wanted]
    assert min(raw) > max(others), [reason for *_, reason in situation.unwanted]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_the_best_is_found_among_all_events(
    archive: tuple[Similarity, dict[str, int]], situation: Situation
) -> None:
    vectors, ordinal_of = archive
    links = Ranking(vectors, ordinal_of[situation.asked[1]]).best(limit=3)
    assert ordinal_of[situation.wanted[0][1]] in {link.ordinal for link in links}
