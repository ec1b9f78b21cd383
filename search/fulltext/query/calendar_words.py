"""Words for seasons and periods, by language.

Another language is one more row of these tables and of ``search.text.months``. Chinese, Japanese
and Korean write dates with numbers and signs; ``dates`` reads those.
"""

from typing import Final

from search.text.months import MONTH_OF

# The first month of each season, in the northern half of the world; winter ends in the next year.
SEASONS: Final = {
    "spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12,
    "frühling": 3, "frühjahr": 3, "sommer": 6, "herbst": 9,
    "printemps": 3, "été": 6, "automne": 9, "hiver": 12,
    "primavera": 3, "verano": 6, "otoño": 9, "invierno": 12,
    "estate": 6, "autunno": 9, "verão": 6, "outono": 9, "inverno": 12,
    "весна": 3, "весной": 3, "лето": 6, "летом": 6, "осень": 9, "осенью": 9, "зима": 12,
    "зимой": 12,
    "lente": 3, "zomer": 6, "herfst": 9, "vår": 3, "våren": 3, "sommar": 6, "sommaren": 6,
    "höst": 9, "hösten": 9, "vinter": 12, "vintern": 12, "forår": 3, "efterår": 9,
    "wiosna": 3, "wiosną": 3, "lato": 6, "latem": 6, "jesień": 9, "jesienią": 9, "zima": 12,
    "zimą": 12, "春": 3, "夏": 6, "秋": 9, "冬": 12, "봄": 3, "여름": 6, "가을": 9, "겨울": 12,
}  # fmt: skip

UNSPACED_SEASONS: Final = ("春", "夏", "秋", "冬", "봄", "여름", "가을", "겨울")

# The months that a part of a year is.
PARTS: Final = {
    "early": (1, 4), "mid": (5, 8), "late": (9, 12),
    "beginning of": (1, 4), "middle of": (5, 8), "end of": (9, 12),
    "first half of": (1, 6), "second half of": (7, 12),
    "q1": (1, 3), "q2": (4, 6), "q3": (7, 9), "q4": (10, 12),
    "anfang": (1, 4), "mitte": (5, 8), "ende": (9, 12),
    "début": (1, 4), "fin": (9, 12), "principios de": (1, 4), "finales de": (9, 12),
}  # fmt: skip

NAMES: Final = tuple({**MONTH_OF, **SEASONS, **PARTS})

SINCE: Final = ("since", "as of", "from", "seit", "ab", "depuis", "desde", "dal", "с")
AFTER: Final = ("after", "nach", "après", "después de", "dopo il", "após", "после")
UNTIL: Final = ("until", "till", "up to", "bis", "jusqu'en", "hasta", "fino al", "até")
BEFORE: Final = ("before", "vor", "avant", "antes de", "prima del", "до")
FROM: Final = ("from", "between", "von", "zwischen", "de", "entre", "dal", "tra", "с")
TO: Final = ("to", "until", "till", "through", "bis", "à", "a", "al", "hasta", "até", "по")
AND: Final = ("and", "und", "et", "y", "e", "и")

# Behind a year of Chinese, Japanese and Korean.
UNSPACED_TO: Final = ("至", "到", "から", "부터", "~", "〜", "～")
UNSPACED_SINCE: Final = ("以来", "以來", "以降", "以后", "以後", "から", "부터", "이후", "이래")
UNSPACED_UNTIL: Final = ("以前", "之前", "为止", "為止", "まで", "까지", "이전")

# Prepositions and articles that belong to a time after them.
LEADING: Final = (
    "throughout the", "throughout", "around", "circa", "the",
    "in the year", "in the", "during the", "of the", "the year", "in", "during", "on", "of", "the",
    "year", "im jahr", "im",
    "am", "während", "jahr", "en", "dans", "pendant", "l'année", "durante", "el", "año", "nel",
    "no", "em", "del", "в", "во", "году",
)  # fmt: skip

# After such a word a number is not a year: it is a model number, or a count.
NUMBERED: Final = frozenset(
    """resolution resolutions resolución résolution resolutionen windows office agenda vision
    article section chapter paragraph rule page room level model flight route highway number no nr
    asteroid version rfc iso pep cve iec ieee port issue bug ticket error code bus train unit phase
    artikel absatz seite zimmer artículo página chambre articolo pagina artigo статья band
    over nearly almost than least approximately
    exactly über fast rund mindestens más menos plus presque oltre quasi más mais свыше более
    около""".split()
)
# Before such a word it is a count, or a measure.
COUNTED: Final = frozenset(
    """people persons men women children dead deaths victims casualties soldiers troops fighters
    officers policemen workers employees jobs homes houses residents inhabitants refugees migrants
    protesters protestors demonstrators students pupils cases infections patients prisoners
    passengers killed injured wounded arrested displaced meters metres m km kilometers kilometres
    miles feet ft mph kg tons tonnes dollars euros euro pounds yen yuan rupees years hours minutes
    seconds
    civilians families flights hectares acres tickets users customers packages requests downloads
    servers files lines commits tests year months weeks days jahren années bc bce
    votes seats points copies units watts volts mm cm mw species animals members
    menschen personen tote verletzte einwohner soldaten häuser meter kilometer jahre stunden
    personnes morts blessés habitants soldats mètres kilomètres ans heures personas muertos heridos
    habitantes soldados metros kilómetros años horas persone morti feriti abitanti metri anni ore
    pessoas mortos feridos quilômetros anos человек людей погибших жителей лет часов метров
    километров""".split()
)
