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
    # "listopad" is November in Polish and Czech: where a name is of two months, the last row
    # decides.
    "hr": "siječanj|siječnja|siječnju veljača|veljače|veljači ožujak|ožujka|ožujku "
    "travanj|travnja|travnju svibanj|svibnja|svibnju lipanj|lipnja|lipnju srpanj|srpnja|srpnju "
    "kolovoz|kolovoza|kolovozu rujan|rujna|rujnu listopad|listopada|listopadu "
    "studeni|studenoga|studenom prosinac|prosinca|prosincu",
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
    "fi": "tammikuu|tammikuussa helmikuu|helmikuussa maaliskuu|maaliskuussa huhtikuu|huhtikuussa "
    "toukokuu|toukokuussa kesäkuu|kesäkuussa heinäkuu|heinäkuussa elokuu|elokuussa "
    "syyskuu|syyskuussa lokakuu|lokakuussa marraskuu|marraskuussa joulukuu|joulukuussa",
    "et": "jaanuar|jaanuaris veebruar|veebruaris märts|märtsis aprill|aprillis mai|mais "
    "juuni|juunis juuli|juulis august|augustis september|septembris oktoober|oktoobris "
    "november|novembris detsember|detsembris",
    "lv": "janvāris|janvāra|janvārī februāris|februāra|februārī marts|martā aprīlis|aprīļa|aprīlī "
    "maijs|maija|maijā jūnijs|jūnija|jūnijā jūlijs|jūlija|jūlijā augusts|augusta|augustā "
    "septembris|septembra|septembrī oktobris|oktobra|oktobrī novembris|novembra|novembrī "
    "decembris|decembra|decembrī",
    "lt": "sausis|sausio vasaris|vasario kovas|kovo balandis|balandžio gegužė|gegužės "
    "birželis|birželio liepa|liepos rugpjūtis|rugpjūčio rugsėjis|rugsėjo spalis|spalio "
    "lapkritis|lapkričio gruodis|gruodžio",
    "sk": "január|januára|januári február|februára|februári marec|marca|marci apríl|apríla|apríli "
    "máj|mája|máji jún|júna|júni júl|júla|júli august|augusta|auguste "
    "september|septembra|septembri "
    "október|októbra|októbri november|novembra|novembri december|decembra|decembri",
    "sl": "januar|januarja|januarju februar|februarja|februarju marec|marca|marcu "
    "april|aprila|aprilu "
    "maj|maja|maju junij|junija|juniju julij|julija|juliju avgust|avgusta|avgustu "
    "september|septembra|septembru oktober|oktobra|oktobru november|novembra|novembru "
    "december|decembra|decembru",
    "sr": "јануар|јануара|јануару фебруар|фебруара|фебруару март|марта|марту април|априла|априлу "
    "мај|маја|мају јун|јуна|јуну јул|јула|јулу август|августа|августу "
    "септембар|септембра|септембру "
    "октобар|октобра|октобру новембар|новембра|новембру децембар|децембра|децембру",
    "sr-latn": "januar|januara|januaru februar|februara|februaru mart|marta|martu "
    "april|aprila|aprilu "
    "maj|maja|maju jun|juna|junu jul|jula|julu avgust|avgusta|avgustu "
    "septembar|septembra|septembru "
    "oktobar|oktobra|oktobru novembar|novembra|novembru decembar|decembra|decembru",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "be": "студзень|студзеня люты|лютага сакавік|сакавіка красавік|красавіка май|мая "
    "чэрвень|чэрвеня ліпень|ліпеня жнівень|жніўня верасень|верасня кастрычнік|кастрычніка "
    "лістапад|лістапада снежань|снежня",
    "gl": "xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro",
    "eo": "januaro februaro marto aprilo majo junio julio aŭgusto septembro oktobro novembro "
    "decembro",
    "is": "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    "ms": "januari februari mac april mei jun julai ogos september oktober november disember",
    "hy": "հունվար|հունվարի փետրվար|փետրվարի մարտ|մարտի ապրիլ|ապրիլի մայիս|մայիսի հունիս|հունիսի "
    "հուլիս|հուլիսի օգոստոս|օգոստոսի սեպտեմբեր|սեպտեմբերի հոկտեմբեր|հոկտեմբերի նոյեմբեր|նոյեմբերի "
    "դեկտեմբեր|դեկտեմբերի",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "bn": "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "ta": "ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
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
