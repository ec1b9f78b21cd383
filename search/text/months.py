"""Names of months, by language. Another language is one more line of the table."""

from functools import lru_cache
from typing import Final

from search.text import tables

# The months of each language, January first; spellings of one month are joined by "|".
MONTHS: Final = tables.texts("months")
MONTH_OF: Final = {
    name: number
    for months in MONTHS.values()
    for number, names in enumerate(months.split(), 1)
    for name in names.split("|")
}


@lru_cache(maxsize=1_024)
def month_of(word: str) -> int | None:
    """The number of a month from its name in any of the languages, or from a beginning of at least
    three letters that only names of this month have."""
    folded = word.casefold()
    if folded in MONTH_OF:
        return MONTH_OF[folded]
    found = {number for name, number in MONTH_OF.items() if name.startswith(folded)}
    return found.pop() if len(found) == 1 and len(folded) >= 3 else None
