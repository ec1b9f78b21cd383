"""Names of months, by language. Another language is one more row of ``MONTHS``."""

from functools import lru_cache
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
    "uk": "січень|січня|січні лютий|лютого|лютому березень|березня|березні квітень|квітня|квітні "
    "травень|травня|травні червень|червня|червні липень|липня|липні серпень|серпня|серпні "
    "вересень|вересня|вересні жовтень|жовтня|жовтні листопад|листопада|листопаді "
    "грудень|грудня|грудні",
    "pl": "styczeń|stycznia|styczniu luty|lutego|lutym marzec|marca|marcu "
    "kwiecień|kwietnia|kwietniu maj|maja|maju czerwiec|czerwca|czerwcu lipiec|lipca|lipcu "
    "sierpień|sierpnia|sierpniu wrzesień|września|wrześniu październik|października|październiku "
    "listopad|listopada|listopadzie grudzień|grudnia|grudniu",
    "cs": "leden|ledna|lednu únor|února|únoru březen|března|březnu duben|dubna|dubnu "
    "květen|května|květnu červen|června|červnu červenec|července|červenci srpen|srpna|srpnu září "
    "říjen|října|říjnu listopad|listopadu prosinec|prosince|prosinci",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie "
    "decembrie",
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "hu": "január február március április május június július augusztus szeptember október "
    "november december",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "el": "ιανουάριος|ιανουαρίου|ιανουάριο φεβρουάριος|φεβρουαρίου|φεβρουάριο "
    "μάρτιος|μαρτίου|μάρτιο απρίλιος|απριλίου|απρίλιο μάιος|μαΐου|μάιο ιούνιος|ιουνίου|ιούνιο "
    "ιούλιος|ιουλίου|ιούλιο αύγουστος|αυγούστου|αύγουστο σεπτέμβριος|σεπτεμβρίου|σεπτέμβριο "
    "οκτώβριος|οκτωβρίου|οκτώβριο νοέμβριος|νοεμβρίου|νοέμβριο δεκέμβριος|δεκεμβρίου|δεκέμβριο",
    "ar": "يناير فبراير مارس أبريل|ابريل مايو يونيو يوليو أغسطس|اغسطس سبتمبر أكتوبر|اكتوبر نوفمبر "
    "ديسمبر",
    "he": "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "hi": "जनवरी फ़रवरी|फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर नवंबर|नवम्बर दिसंबर|दिसम्बर",
}
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
