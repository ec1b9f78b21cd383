"""Closed lists about English words: facts, no rules. The rules are in ``terms`` and ``names``."""

from importlib.resources import files
from typing import Final

# "us" is no stop word: folded, it is also the country.
STOP_WORDS: Final = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being
    below between both but by can cannot could did do does doing down during each either else ever
    few for from further had has have having he her here hers herself him himself his how however i
    if in into is it its itself just may me might more most must my myself neither no nor not of off
    on once only onto or other our ours ourselves out over own per same shall she should since so
    some such than that the their theirs them themselves then there these they this those though
    through thus to too toward towards under until unto up upon very via was we were what when where
    whether which while who whom whose why will with within without would yet you your yours
    yourself yourselves
    """.split()
)

# Months and days start with a capital and name nothing that two events could share.
CALENDAR: Final = frozenset(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday
    """.split()
)

# Words that stand before a person's name without being part of it.
TITLES: Final = frozenset(
    """
    acting admiral ambassador archbishop attorney ayatollah baroness bishop brigadier cardinal
    chairman chairwoman chancellor chief colonel commander congressman congresswoman councillor
    crown deputy dictator director dr emperor former governor incumbent interim judge lieutenant
    lord major marshal mayor minister mp mr mrs ms officer pm premier president prime professor
    rep representative reverend secretary sen senator sergeant sheriff sir spokesman spokesperson
    spokeswoman vice
    """.split()
)
# A dot after one of these ends no sentence.
ABBREVIATIONS: Final = frozenset(
    "col dr gen gov inc jr lt maj mr mrs ms no prof rep rev sen sgt sr st vs".split()
)

# Small words that may stand inside a name, between two capitalised words.
PARTICLES: Final = frozenset(
    """
    of for the and de del della di da do dos das du des la le las los el al ul ud ad as
    bin ibn bint van von der den ter ten zu zum y e et
    """.split()
)
# After one of these, "the", "and" and "in" may go on: State *of* Iraq *and the* Levant.
OPENING_PARTICLES: Final = frozenset({"of", "for"})
# Written with a hyphen before a capital: al-Assad, ez-Zor, Deir el-Balah.
HYPHEN_PARTICLES: Final = frozenset("al el as ash ad an ar at az ez es ul ud as".split())
# Written with a hyphen before a capital, and no part of the name: pro-Russian, anti-Assad.
HYPHEN_PREFIXES: Final = frozenset("anti counter ex mid non post pre pro self semi then".split())

# A number after one of these belongs to the name: Flight 370, Apollo 11, Galaxy Note 7.
NUMBERED: Final = frozenset(
    """
    airbus apollo article boeing channel flight fukushima galaxy group highway iphone note
    resolution route soyuz voyager windows
    """.split()
)

_DEMONYMS: Final = """
    afghanistan: afghan afghani
    albania: albanian
    algeria: algerian
    angola: angolan
    argentina: argentine argentinian argentinean
    armenia: armenian
    australia: australian aussie
    austria: austrian
    azerbaijan: azerbaijani azeri
    bahrain: bahraini
    bangladesh: bangladeshi
    belarus: belarusian belarusan belarussian
    belgium: belgian
    benin: beninese
    bhutan: bhutanese
    bolivia: bolivian
    bosnia: bosnian
    botswana: botswanan
    brazil: brazilian
    britain: british briton uk
    bulgaria: bulgarian
    burundi: burundian
    cambodia: cambodian
    cameroon: cameroonian
    canada: canadian
    catalonia: catalan
    chad: chadian
    chechnya: chechen
    chile: chilean
    china: chinese prc
    colombia: colombian
    congo: congolese
    crimea: crimean
    croatia: croatian croat
    cuba: cuban
    cyprus: cypriot
    czechia: czech
    denmark: danish dane
    ecuador: ecuadorian ecuadorean
    egypt: egyptian
    england: english
    eritrea: eritrean
    estonia: estonian
    ethiopia: ethiopian
    europe: european
    fiji: fijian
    finland: finnish finn
    france: french
    gabon: gabonese
    gambia: gambian
    georgia: georgian
    germany: german
    ghana: ghanaian
    greece: greek
    guatemala: guatemalan
    guinea: guinean
    haiti: haitian
    honduras: honduran
    hungary: hungarian
    iceland: icelandic icelander
    india: indian
    indonesia: indonesian
    iran: iranian
    iraq: iraqi
    ireland: irish
    israel: israeli
    italy: italian
    jamaica: jamaican
    japan: japanese
    jordan: jordanian
    kashmir: kashmiri
    kazakhstan: kazakh kazakhstani
    kenya: kenyan
    kosovo: kosovar kosovan
    kurds: kurd kurdish
    kuwait: kuwaiti
    kyrgyzstan: kyrgyz
    laos: laotian
    latvia: latvian
    lebanon: lebanese
    liberia: liberian
    libya: libyan
    lithuania: lithuanian
    luxembourg: luxembourgish
    macedonia: macedonian
    madagascar: malagasy
    malawi: malawian
    malaysia: malaysian
    maldives: maldivian
    mali: malian
    malta: maltese
    mauritania: mauritanian
    mexico: mexican
    moldova: moldovan
    mongolia: mongolian
    montenegro: montenegrin
    morocco: moroccan
    mozambique: mozambican
    myanmar: burma burmese
    namibia: namibian
    nepal: nepalese nepali
    netherlands: dutch
    nicaragua: nicaraguan
    nigeria: nigerian
    norway: norwegian
    oman: omani
    pakistan: pakistani
    palestine: palestinian
    panama: panamanian
    paraguay: paraguayan
    peru: peruvian
    philippines: filipino philippine
    poland: polish
    portugal: portuguese
    qatar: qatari
    romania: romanian
    russia: russian
    rwanda: rwandan
    scotland: scottish
    senegal: senegalese
    serbia: serbian serb
    singapore: singaporean
    slovakia: slovak slovakian
    slovenia: slovenian slovene
    somalia: somali
    spain: spanish spaniard
    sudan: sudanese
    sweden: swedish swede
    switzerland: swiss
    syria: syrian
    taiwan: taiwanese
    tajikistan: tajik
    tanzania: tanzanian
    thailand: thai
    tibet: tibetan
    togo: togolese
    tunisia: tunisian
    turkey: turkish turk
    turkmenistan: turkmen
    uganda: ugandan
    ukraine: ukrainian
    united states: us usa american
    uruguay: uruguayan
    uzbekistan: uzbek
    venezuela: venezuelan
    vietnam: vietnamese
    wales: welsh
    yemen: yemeni
    zambia: zambian
    zimbabwe: zimbabwean
"""

# Word -> country. Plurals follow the rule of the language ("Germans"); "Turks" and the like too.
COUNTRY_OF: Final[dict[str, str]] = {
    form: country.strip()
    for line in _DEMONYMS.strip().splitlines()
    for country, words in [line.split(":")]
    for word in words.split()
    for form in ((word,) if word.endswith(("s", "sh", "ch", "ese", "uk")) else (word, word + "s"))
}
# Other ways to write a country whose adjective is in the table above.
COUNTRY_NAMES: Final[dict[str, str]] = {
    "united states of america": "united states",
    "united kingdom": "britain",
    "great britain": "britain",
    "peoples republic of china": "china",
    "people s republic of china": "china",
    "czech republic": "czechia",
    "russian federation": "russia",
}


def common_words() -> frozenset[str]:
    """Words that English writes small: the prior of ``Lexicon.learn``."""
    table = files("search").joinpath("tables/common_words.txt")
    return frozenset(table.read_text(encoding="utf-8").split())
