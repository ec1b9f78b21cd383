"""An archive of a few stories and some odd events, made up: what most tests ask about."""

import re

from search.model.event import Event, parse_day

_STORIES = """
2014-03-03 Twitter closes two hundred accounts that praised the Northern Front.
    The accounts had spread films of the group.
2014-05-11 Northern Front hackers take over the Twitter account of the Marble Museum.
    The museum says that nothing was stolen.
2014-06-20 Twitter and the Marble Museum say how hackers of the Northern Front came in.
2014-06-28 The Northern Front shells the harbour of Port Selva.
    Nine sailors are wounded.
2014-07-02 The army of Norland drives the Northern Front out of Port Selva.
    The harbour opens again.
2014-07-09 A strong earthquake shakes Port Selva in Norland.
    Two hundred houses fall.
2014-07-10 Rescuers dig for survivors of the earthquake in Port Selva.
    Norland asks for tents.
2014-07-12 A second earthquake hits the coast of Norland.
    Port Selva is without water.
2015-01-05 The probe Lantern enters orbit around the comet Wex.
    The European Space Agency shows its first picture.
2015-02-14 The European Space Agency lands a small craft on the comet Wex.
    Lantern relays its signals.
2015-02-17 The craft on the comet Wex falls silent.
    Engineers of the European Space Agency hope for more sun.
2015-06-30 Lantern hears the lander on the comet Wex again.
2015-08-01 The World Health Organization (WHO) declares an outbreak of marsh fever in Norland.
    Forty have died.
2015-08-09 The WHO sends a vaccine against marsh fever to Port Selva.
    Nurses give the first doses.
2015-09-30 Norland is free of marsh fever, says the World Health Organization.
2016-02-01 Maria Okonjo wins the presidential election in Norland.
    Turnout was seventy percent.
2016-02-03 Losing candidate Piet Anders concedes the election in Norland to Maria Okonjo.
2016-05-17 President Maria Okonjo of Norland signs a treaty on fishing.
    The treaty ends a quarrel of ten years.
2016-09-09 A chess player of eleven becomes grandmaster.
    She drew her last game.
2017-03-21 Glaciers lose ice faster than was thought.
    A study weighed them from space.
"""

ODD = {
    "/odd/one-word.md": "Fire",
    "/odd/stop-words.md": "It is what it is",
    "/odd/signs.md": "?!",
    "/odd/number.md": "42",
    "/odd/chinese.md": "北京发生强烈地震，数百人受伤",
    "/odd/arabic.md": "زلزال قوي يضرب العاصمة",
    "/odd/emoji.md": "🔥🔥🔥",
    "/odd/accents.md": "Émeutes à Besançon après l'élection",
    "/odd/chinese-two.md": "北京地震后救援人员寻找幸存者",
}


def stories() -> list[Event]:
    """Twenty events of five stories, oldest first, and two that stand alone."""
    events = []
    for story in re.split(r"\n(?=\d)", _STORIES.strip()):
        head, _, summary = story.partition("\n")
        day, title = head.split(" ", 1)
        slug = "-".join(title.lower().strip(".").split()[:5])
        path = f"/news/{day.replace('-', '/')}/{slug}.md"
        sources = ("The Selva Post",)
        events.append(Event(path, parse_day(day), title, summary.strip(), sources=sources))
    return events


def odd() -> list[Event]:
    """Events whose titles have hardly a word to compare, all of one day."""
    return [Event(path, parse_day("2013-01-01"), title) for path, title in ODD.items()]


def page_of(event: Event, related: str = "") -> str:
    """The event as a page in the seed's format."""
    sources = "".join(f"{n}. {source}\n" for n, source in enumerate(event.sources, 1))
    day = event.date
    assert day is not None
    line = f"### [{day}](/news/{day:%Y/%m}/{day.day}/index.md)\n\n# {event.title}\n\n"
    return f"{line}{event.summary}\n\n### Source:\n\n{sources}\n{related}"
