"""A small archive for tests of lists: a siege and a ferry."""

from collections.abc import Sequence

from search import Hit, RelatedOptions

# A siege told in nearly the same words week after week, what else came of it, and a ferry whose
# loss is reported twice.
SIEGE = [
    (
        "/siege/asked.md",
        "2015-03-20",
        "Rebels shell besieged Ostrava while the mayor asks for bread and envoys speak of peace.",
    ),
    ("/siege/1.md", "2015-03-12", "Rebels shell besieged Ostrava by night."),
    ("/siege/2.md", "2015-03-24", "Rebels shell besieged Ostrava at dawn."),
    ("/siege/3.md", "2015-03-28", "Rebels shell besieged Ostrava again."),
    ("/siege/4.md", "2015-04-02", "Rebels shell besieged Ostrava."),
    ("/siege/peace.md", "2015-04-06", "The envoys who speak of peace leave Ostrava."),
    ("/siege/bread.md", "2015-04-09", "The mayor of Ostrava asks for bread and flour."),
    (
        "/ferry/1.md",
        "2015-05-01",
        "A ferry with 120 passengers capsizes off Cape Lorn, killing 14.",
    ),
    (
        "/ferry/2.md",
        "2015-05-02",
        "A ferry capsizes off Cape Lorn with 120 passengers, killing 21.",
    ),
    (
        "/ferry/owner.md",
        "2015-05-09",
        "The owner of the ferry that sank off Cape Lorn is arrested.",
    ),
]
ASKED = SIEGE[0][0]
OWNER = SIEGE[-1][0]
ALL = RelatedOptions(limit=100, min_score=0)
BY_SCORE = RelatedOptions(limit=100, min_score=0, fold=False)


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.event.id for hit in hits]
