"""Word lists of English. The rules that use them are in ``terms`` and ``names``."""

from functools import cache
from typing import Final

from search.text import tables
from search.text.months import MONTHS

_LISTS: Final = tables.word_lists("english_lists")
# "us" is not a stop word, because folded it is also the country.
STOP_WORDS: Final = _LISTS["stop_words"]

# Months and days have a capital, but are not names that relate events.
WEEKDAYS: Final = _LISTS["weekdays"]
CALENDAR: Final = WEEKDAYS.union(MONTHS["en"].replace("|", " ").split())

# Words before a person's name that are not part of it.
TITLES: Final = _LISTS["titles"]
# Titles that are surnames as well: "Julie Bishop".
SURNAMES: Final = _LISTS["surnames"]

# Words before a title that belong to it: Prime Minister, Deputy Foreign Minister.
PORTFOLIOS: Final = _LISTS["portfolios"]
# Titles that are as often the head of another name: General Motors, Premier League, Lord's Cricket
# Ground. They are titles only before a word that is only a name.
DOUBTFUL_TITLES: Final = _LISTS["doubtful_titles"]
# A dot after one of these ends no sentence.
ABBREVIATIONS: Final = _LISTS["abbreviations"]

# Small words that are part of a name whenever they are between two capitalised words.
PARTICLES: Final = _LISTS["particles"]
# Small words that may be inside a name (State of Iraq and the Levant) or between two names.
LINKS: Final = _LISTS["links"]
ARTICLES: Final = frozenset(("a", "an"))
# Before "on" they go on: Committee on the Judiciary, Convention on Climate Change.
BEFORE_ON: Final = _LISTS["before_on"]
# Before a verb or an adjective, and behind what does not end a noun phrase.
BEFORE_VERBS: Final = _LISTS["before_verbs"]
BEHIND_VERBS: Final = _LISTS["behind_verbs"]
# Written with a hyphen before a capital: al-Assad, ez-Zor, Deir el-Balah.
HYPHEN_PARTICLES: Final = _LISTS["hyphen_particles"]
# Written with a hyphen before a capital, and no part of the name: pro-Russian, anti-Assad.
HYPHEN_PREFIXES: Final = _LISTS["hyphen_prefixes"]

# A number after one of these belongs to the name: Flight 370, Apollo 11, Galaxy Note 7.
NUMBERED: Final = _LISTS["numbered"]

# Nouns for the kind of the named thing. They are common words although news write them
# with a capital more often than not, and a name with one of them is not the name of a person.
KINDS: Final = _LISTS["kinds"]

# Common words with which names of firms, places and works begin more often than they describe what
# is named: at the start of a sentence "Silver Bell" is one name, and "Suspected Taliban" are not.
NAME_OPENINGS: Final = KINDS | _LISTS["name_openings"]

# Country -> its adjectives, its people, its short names.
_FORMS_OF: Final[dict[str, list[str]]] = {
    country: forms.split(", ") if forms else []
    for country, forms in tables.texts("countries").items()
}
# Word -> country. Plurals follow the rule of the language ("Germans"); "Turks" and the like too.
COUNTRY_OF: Final[dict[str, str]] = {
    form: country
    for country, words in _FORMS_OF.items()
    for word in words
    if " " not in word
    for form in ((word,) if word.endswith(("s", "sh", "ch", "ese", "uk")) else (word, word + "s"))
}
_LONG_FORMS: Final[dict[str, str]] = {
    form: country
    for country, words in _FORMS_OF.items()
    for word in words
    if " " in word
    for form in (word, word + "s")
}
# These mean a country in capitals only: "Us and Them" is no country.
COUNTRY_ACRONYMS: Final = _LISTS["country_acronyms"]
# Countries of more than one word, and other ways to write a country -> the country.
COUNTRY_NAMES: Final[dict[str, str]] = {
    "united states": "united states",
    **tables.texts("country_names"),
    **{country: country for country in _FORMS_OF if " " in country},
    **_LONG_FORMS,
}
_LONG_NAMES: Final[dict[str, tuple[str, ...]]] = {
    country: tuple(
        name for name, of in COUNTRY_NAMES.items() if of == country != name and " " in name
    )
    + ((country,) if " " in country else ())
    for country in frozenset(COUNTRY_NAMES.values())
}
# Organisations of countries, whose acronym an archive need not spell out.
ORGANISATIONS: Final = tables.texts("organisations")
# The names of more than one word of countries and organisations, by the short ones: "UK" and
# "America" mean them as well.
LONG_NAMES_OF: Final = {
    **_LONG_NAMES,
    **{short: _LONG_NAMES[of] for short, of in COUNTRY_NAMES.items() if " " not in short},
    **{short: (name,) for short, name in ORGANISATIONS.items() if short not in STOP_WORDS},
}
# Within a longer name these are spelled out: "US Senate", "United States Senate".
SHORT_COUNTRIES: Final = {"us": "united states", "usa": "united states", "uk": "united kingdom"}
# Forms of a country that are no noun, or a short one: not printed where there is a better one.
LESSER_FORMS: Final = frozenset(COUNTRY_OF) | {"america", "saudi", "saudis"} | _LONG_FORMS.keys()
COUNTRIES: Final = frozenset(COUNTRY_OF.values()) | frozenset(COUNTRY_NAMES.values())


@cache
def dictionary_words() -> frozenset[str]:
    """Words that English writes small, some of them seldom."""
    return common_words().union(tables.lines("dictionary_words"))


@cache
def common_words() -> frozenset[str]:
    """Words that English uses all the time: the prior of ``Lexicon.learn``."""
    return frozenset(tables.lines("common_words")) | KINDS
