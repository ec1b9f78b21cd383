"""Words for months, seasons and periods, by language.

Another language is one more row of ``MONTHS`` and of the tables below it. Chinese, Japanese and
Korean write dates with numbers and signs; ``dates`` reads those.
"""

from typing import Final

# The months of each language, January first; spellings of one month are joined by "|".
MONTHS: Final = {
    "en": "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug "
    "september|sept|sep october|oct november|nov december|dec",
    "de": "januar|jänner februar märz|maerz april mai juni juli august september oktober november "
    "dezember",
    "fr": "janvier février|fevrier mars avril mai juin juillet août|aout septembre octobre "
    "novembre décembre|decembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre "
    "noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
    "pt": "janeiro fevereiro março|marco abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
    "ru": "январь|января|январе февраль|февраля|феврале март|марта|марте апрель|апреля|апреле "
    "май|мая|мае июнь|июня|июне июль|июля|июле август|августа|августе сентябрь|сентября|сентябре "
    "октябрь|октября|октябре ноябрь|ноября|ноябре декабрь|декабря|декабре",
}
MONTH_OF: Final = {
    name: number
    for months in MONTHS.values()
    for number, names in enumerate(months.split(), 1)
    for name in names.split("|")
}

# The first month of each season, in the northern half of the world; winter ends in the next year.
SEASONS: Final = {
    "spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12,
    "frühling": 3, "frühjahr": 3, "sommer": 6, "herbst": 9,
    "printemps": 3, "été": 6, "automne": 9, "hiver": 12,
    "primavera": 3, "verano": 6, "otoño": 9, "invierno": 12,
    "estate": 6, "autunno": 9, "verão": 6, "outono": 9, "inverno": 12,
    "весна": 3, "весной": 3, "лето": 6, "летом": 6, "осень": 9, "осенью": 9, "зима": 12,
    "зимой": 12,
}  # fmt: skip

# The months that a part of a year is.
PARTS: Final = {
    "early": (1, 4), "mid": (5, 8), "late": (9, 12),
    "anfang": (1, 4), "mitte": (5, 8), "ende": (9, 12),
    "début": (1, 4), "fin": (9, 12), "principios de": (1, 4), "finales de": (9, 12),
}  # fmt: skip

SINCE: Final = ("since", "from", "seit", "ab", "depuis", "desde", "dal", "с")
AFTER: Final = ("after", "nach", "après", "después de", "dopo il", "após", "после")
UNTIL: Final = ("until", "till", "up to", "bis", "jusqu'en", "hasta", "fino al", "até")
BEFORE: Final = ("before", "vor", "avant", "antes de", "prima del", "до")
FROM: Final = ("from", "between", "von", "zwischen", "de", "entre", "dal", "tra", "с")
TO: Final = ("to", "until", "till", "through", "bis", "à", "a", "al", "hasta", "até", "по")
AND: Final = ("and", "und", "et", "y", "e", "и")

# Prepositions and articles that belong to a time after them.
LEADING: Final = (
    "in the year", "in the", "during the", "of the", "the year", "in", "during", "on", "of", "the",
    "year", "im jahr", "im",
    "am", "während", "jahr", "en", "dans", "pendant", "l'année", "durante", "el", "año", "nel",
    "no", "em", "del", "в", "во", "году",
)  # fmt: skip

# After such a word a number is not a year: it is a model number, or a count.
NUMBERED: Final = frozenset(
    """resolution resolutions resolución résolution resolutionen windows office agenda vision
    article section chapter paragraph rule page room level model flight route highway number no nr
    asteroid version rfc iso pep cve iec ieee band over nearly almost than least approximately
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
    seconds bc bce votes seats points copies units watts volts mm cm mw species animals members
    menschen personen tote verletzte einwohner soldaten häuser meter kilometer jahre stunden
    personnes morts blessés habitants soldats mètres kilomètres ans heures personas muertos heridos
    habitantes soldados metros kilómetros años horas persone morti feriti abitanti metri anni ore
    pessoas mortos feridos quilômetros anos человек людей погибших жителей лет часов метров
    километров""".split()
)
