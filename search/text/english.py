"""Word lists of English. The rules that use them are in ``terms`` and ``names``."""

from functools import cache
from typing import Final

from search.text import tables

# "us" is not a stop word, because folded it is also the country.
STOP_WORDS: Final = frozenset(
    """
    a about above according after again against all also am an and any are as at be because been
    before being below between both but by can cannot could did do does doing down during each
    either else ever few for from further had has have having he her here hers herself him himself
    his how however i if in into is it its itself just may me might more most must my myself
    neither no nor not of off on once only onto or other our ours ourselves out over own per said
    same say says shall she should since so some such than that the their theirs them themselves
    then there these they this those though through thus to too toward towards under until unto up
    upon very via was we were what when where whether which while who whom whose why will with
    within without would yet you your yours yourself yourselves
    """.split()
)

# Months and days have a capital, but are not names that relate events.
MONTHS: Final = frozenset(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    """.split()
)
WEEKDAYS: Final = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
CALENDAR: Final = MONTHS | WEEKDAYS

# Words before a person's name that are not part of it.
TITLES: Final = frozenset(
    """
    acting admiral ambassador archbishop attorney ayatollah baroness bishop brigadier cardinal
    chairman chairwoman chairperson chancellor chief coach colonel commander commissioner
    congressman congresswoman councillor crown deputy dictator director dr emperor envoy former
    general governor inspector incumbent interim judge justice leader lieutenant lord major marshal
    mayor minister mp mps mr mrs ms officer opposition outgoing pm premier president prime professor
    rep representative representatives reverend secretary sen senator senators sergeant sheriff sir
    speaker spokesman spokesperson spokeswoman superintendent vice
    """.split()
)
# Titles that are surnames as well: "Julie Bishop".
SURNAMES: Final = frozenset("bishop cardinal judge lord major marshal sheriff".split())

# Words before a title that belong to it: Prime Minister, Deputy Foreign Minister.
PORTFOLIOS: Final = frozenset(
    """
    affairs agriculture budget business chief climate commerce communications construction culture
    defence defense deputy economic economics economy education employment energy environment
    european executive external federal finance first foreign general health home housing human
    immigration industry information interior internal international justice labor labour
    lieutenant military national oil planning prime rights science security state sports supreme
    technology tourism trade transport transportation treasury vice water
    """.split()
)
# Titles that are as often the head of another name: General Motors, Premier League, Lord's Cricket
# Ground. They are titles only before a word that is only a name.
DOUBTFUL_TITLES: Final = frozenset(
    """
    attorney chief crown general governor judge justice lord major opposition premier prime
    """.split()
)
# A dot after one of these ends no sentence.
ABBREVIATIONS: Final = frozenset(
    "col dr gen gov inc jr lt maj mr mrs ms no prof rep rev sen sgt sr st vs".split()
)

# Small words that are part of a name whenever they are between two capitalised words.
PARTICLES: Final = frozenset(
    """
    de del della di da do dos das du des la le las los el al ul ud bin ibn bint van von der den ter
    zu zum
    """.split()
)
# Small words that may be inside a name (State of Iraq and the Levant) or between two names.
LINKS: Final = frozenset("of for and in on the y e et und &".split())
ARTICLES: Final = frozenset(("a", "an"))
# Before "on" they go on: Committee on the Judiciary, Convention on Climate Change.
BEFORE_ON: Final = frozenset(
    "commission committee conference convention council subcommittee summit treaty war".split()
)
# Written with a hyphen before a capital: al-Assad, ez-Zor, Deir el-Balah.
HYPHEN_PARTICLES: Final = frozenset("al el as ash ad an ar at az ez es ul ud".split())
# Written with a hyphen before a capital, and no part of the name: pro-Russian, anti-Assad.
HYPHEN_PREFIXES: Final = frozenset("anti counter ex mid non post pre pro self semi then".split())

# A number after one of these belongs to the name: Flight 370, Apollo 11, Galaxy Note 7.
NUMBERED: Final = frozenset(
    """
    airbus apollo article boeing channel expedition fahrenheit falcon flight formula fukushima
    galaxy group highway interstate iphone note resolution route soyuz voyager windows
    """.split()
)

# Nouns for the kind of the named thing. They are common words although news write them
# with a capital more often than not, and a name with one of them is not the name of a person.
KINDS: Final = frozenset(
    """
    academy accord act administration agency agreement air airbase aircraft airline airlines airport
    airways alliance army arts assembly associates association authority award awards bank base
    basilica basin battalion bay beach bill board border borough bowl bridge brigade brigades
    broadcasting brotherhood building bureau cabinet canal cape castle cathedral center central
    centre chamber champions championship championships channel charter church circuit city classic
    club coalition coast college command commission committee common community companies company
    confederation conference congress constitution convention convoy corporation corps council
    county court crescent crisis cross cup cyclone dam day days defence defense department derby
    desert development district division document dome drive east eastern economic education
    elections electric embassy emirate empire energy exchange executive exploration express falls
    federal federation ferry festival field fighters finance fire flight force forces foreign forest
    forum foundation freedom front fund games garden gardens gas global government governorate grand
    great group guard guards guide guidelines gulf hall handbook harbor harbour health heights high
    highway hill hills holdings home hospital hotel house hurricane industries initiative institute
    institution insurance intelligence interior international internet investigation island islands
    isle journal kingdom laboratory lake land law league legislature liberal liberation liberty
    library line lower management manual marine market media medical memorial military ministry
    mission mosque motor motors mount mountain mountains movement municipality museum national
    nations naval navy network new news newspaper north northern nuclear observatory ocean office
    oil olympic olympics open opera orchestra order organisation organization palace parish park
    parliament parties party peace peninsula people petroleum pipeline plateau plaza police
    political port post power press prime prison prize program programme project province public
    quarter race radio railway red refuge region regional registry republic research reserve
    resistance resolution revolution revolutionary ridge rights river road rocket royal school
    science sea secret security senate series service services shipping shooting shrine society
    solar solidarity south southern space square stadium standard standards state states station
    stock store strait straits street studios summer summit supreme system systems technologies
    technology telescope television temple territories territory theater theatre times tour tower
    town trade trail transit transport treaty tribunal trophy trust tunnel union united university
    upper valley veterans village volcano war watch water week west western wildlife winter workers
    world youth zone zoo
    """.split()
)

# Common words with which names of firms, places and works begin more often than they describe what
# is named: at the start of a sentence "Silver Bell" is one name, and "Suspected Taliban" are not.
NAME_OPENINGS: Final = KINDS | frozenset(
    """
    amber angry apple arctic big black blue brave bright bronze brown burger casino cherry cold
    cool coral cotton crazy crimson crystal daily dark dead deep diamond double dragon dream dutch
    eagle emerald falcon fast fat flying free ghost giant gold golden gray green grey happy hard
    hidden holy honey hot ice imperial iron ivory jade joint king lady lemon light lion little
    lone lost lotus lucky magic mega midnight mini moon morning mystic noble ocean old orange
    ordinary pearl perfect phoenix pink platinum proud pure purple quick quiet rain rainbow rapid
    rising rose royal ruby sail salt sand sapphire scarlet shadow sharp silent silver sky sleepy
    smart snow soft spring standard star steel stone storm strong sugar sun super sweet thunder
    tiger triple true twin velvet violet virgin vital warm white wild wise wolf wonder yellow young
    """.split()
)

# Country -> its adjectives, its people, its short names.
_FORMS_OF: Final[dict[str, list[str]]] = {
    country: forms.split(", ") if forms else []
    for line in tables.lines("countries")
    for country, _, forms in [line.partition(": ")]
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
COUNTRY_ACRONYMS: Final = frozenset("dprk drc nz prc uae uk us usa ussr".split())
# Countries of more than one word, and other ways to write a country -> the country.
COUNTRY_NAMES: Final[dict[str, str]] = {
    "united states": "united states",
    "united states of america": "united states",
    "america": "united states",
    "united kingdom": "britain",
    "great britain": "britain",
    "peoples republic of china": "china",
    "people republic of china": "china",
    "democratic republic of the congo": "congo",
    "democratic republic of congo": "congo",
    "dr congo": "congo",
    "czech republic": "czechia",
    "russian federation": "russia",
    "saudi": "saudi arabia",
    "saudis": "saudi arabia",
    **{country: country for country in _FORMS_OF if " " in country},
    **_LONG_FORMS,
}
# The names of more than one word of countries, and of their unions, that have a shorter one: "UK"
# means them as well.
LONG_NAMES_OF: Final[dict[str, tuple[str, ...]]] = {
    country: tuple(
        name for name, of in COUNTRY_NAMES.items() if of == country != name and " " in name
    )
    + ((country,) if " " in country else ())
    for country in frozenset(COUNTRY_NAMES.values())
} | {"eu": ("European Union",), "un": ("United Nations",)}
# Within a longer name these are spelled out: "US Senate", "United States Senate".
SHORT_COUNTRIES: Final = {
    "us": "united states",
    "usa": "united states",
    "uk": "united kingdom",
}
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
