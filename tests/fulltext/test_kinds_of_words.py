"""What a query finds, kind by kind of word: whole, in parts, in its forms, to the letter."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from search import Index, SearchOptions, build

FILLING = [
    "The council approves the plan after a long debate in the hall.",
    "A bus skids off the road and the driver is unhurt.",
    "The bank lowers its rates to help the builders.",
    "A new kind of beetle is described from the forest.",
    "The choir wins the regional prize on Sunday.",
    "Rain floods the lower streets of the harbour.",
    "The court hears the case of a former clerk.",
    "Cooks at the school go home early over the heat.",
]

# Of each kind: an event, and the queries that find it.
FOUND: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "compounds": {
        "A SARS-2 ward opens.": ("sars", "sars-2", "SARS2", '"sars 2"', "ward"),
        "An Airbus‑320 lands on a meadow.": ("airbus", "Airbus-320", "airbus320"),
        "Three MiG-29s fly by.": ("MiG-29", "mig", "mig29", "MiG-29s"),
        "The T34 tank is shown.": ("T-34", "t34"),
        "A Franco-Prussian relic is sold.": ("franco", "prussian", "Franco-Prussian"),
        "The Mars–Venus probe wakes.": ("mars", "venus", "Mars-Venus"),
        "A co-operation is signed.": ("cooperation", "co-operation"),
        "The takeover fails.": ("take-over",),
        "The e-book sells well.": ("ebook", "e-book"),
        "A Covid-22-related rule ends.": ("covid22", "covid", "covid-22"),
        "Post-Adressen und E-Post-Adressen": ("epost", "adresse"),
        "An std::map is slow.": ("std::map",),
    },
    "forms": {
        "The envoy applied in vain.": ("apply", "applies", "applying"),
        "The deputies were compelled to vote.": ("compel", "compels"),
        "Herds are freeing themselves.": ("free", "frees"),
        "The owners issued a notice.": ("issue", "issuing"),
        "Two buses collide.": ("bus",),
        "A guide fell from the ridge.": ("fall", "fallen"),
        "The geese are back.": ("goose",),
        "He swore an oath.": ("swear", "sworn"),
        "Thieves took the bells.": ("thief", "take"),
        "The rivals met and fought.": ("fight", "meet"),
        "Leaves cover the tracks.": ("leaf", "leave", "leaves"),
        "Two oxen pull a cart.": ("ox",),
        "A parrot mimicked the mayor.": ("mimic", "mimicking"),
        "The dyke at the harbour theatre breaks.": ("dike", "harbor", "theaters"),
        "The gray paint sells.": ("grey",),
        "The guards overheard and misunderstood it.": ("overhear", "misunderstand"),
    },
    "other languages": {
        "Zwei Behörden warnen vor dem Betrug": ("Behörde", "Behoerde"),
        "Los trabajadores piden más salario para los turnos": ("trabajador", "turno"),
        "Les ouvriers de la mine sont en grève": ("ouvrier", "mines"),
        "De aardbevingen in het noorden zijn voorbij": ("aardbeving",),
        "Землетрясения в городе": ("землетрясение", "город"),
        "Der Rat beschließt mehrere Maßnahmen": ("beschliessen", "massnahme"),
        "Waldbrände wüten weiter": ("Waldbrand",),
        "Estações fechadas por causa das inundações": ("estação", "inundação"),
        "Skargi robotników odrzucone": ("skarga", "robotnik"),
        "Az iskolák zárva maradnak": ("iskola",),
        "Kirjastojen uudet palvelut": ("kirjasto",),
        "Οι απεργίες τελείωσαν": ("απεργία",),
        "Шахтарі оголосили про страйки робітників": ("страйк", "робітник"),
    },
    "scripts and forms of Unicode": {
        "काठमांडू में वर्षा हुई।": ("हुई", "वर्षा"),
        "ঢাকায় উৎসব।": ("উৎসব",),
        "חיפה־עכו, רכבת": ("עכו", "חיפה", "רכבת"),
        "שָׁלוֹם לַכֹּל": ("שלום",),
        "\u1107\u116e\u1109\u1161\u11ab\u110b\u1166\u1109\u1165 축제": ("부산", "축제"),
        "ＵＥＦＡ５５加盟国の会議": ("UEFA", "uefa55", "加盟国"),
        "ﾄﾞｲﾂ代表が帰国": ('"ドイツ"', "代表"),
        "Ａｕｃｋｌａｎｄ reopens": ("auckland",),
        "Cafe\u0301 Zu\u0308rich closes": ("café", "zürich"),
        "Der Bundes\u00adrat tagt heute": ("Bundesrat",),
        "كتاب\u200cها در بازار": ("كتابها",),
        "Fu\u200bji san": ("fuji",),
        "খুলনায় মেলা বসে৷": ("বসে", "মেলা"),
        "می\u200cنویسد او": ("می نویسد", "مینویسد"),
        'נאום בצה"ל הלילה': ('בצה"ל', "הלילה"),
    },
    "apostrophes": {
        "Ankara'da seçim yapıldı.": ("Ankara",),
        "Türkiye'nin yeni yolu açıldı.": ("Türkiye",),
        "Il treno parte dall'Umbria.": ("Umbria",),
        "Les gens d'Annecy s'amusent.": ("Annecy", "amusent"),
        "La vila de l'Escala celebra.": ("Escala",),
        "Molokaʻi has rain.": ("Molokai",),
        "The O‘Leary farm burns.": ("O'Leary", "oleary"),
        "ʿAjmān builds a pier.": ("Ajman",),
        "D’Arcy’s farm burns.": ("D'Arcy",),
        "The O`Malley farm burns.": ("O'Malley", "omalley"),
        "A feira de Sant'Elia abre.": ("Elia", "Sant'Elia"),
    },
    "numbers": {
        "A fire ruins 2.5m trees.": ("2.5", "2.5m"),
        "The club gets €4.2bn.": ("4.2", "4.2bn"),
        "She runs the 3,000m race.": ("3000m", "3000", "3,000m"),
        "Some 7 000 people come.".replace(" 0", "\u00a00"): ("7000",),
        "Über 12.000 Menschen kommen.": ("12000",),
        "Nearly 1,25,000 voters queue.": ("125000",),
        "Swiss francs: 8'500 paid.": ("8500",),
        "Release 4.12.3 is out.": ("4.12", "4.12.3"),
        "Release v5.0.1-rc2 is out.": ("5.0", "5.0.1", "v5.0.1"),
        "Some 83 000 people come.": ("83000", "83,000", "83 000"),
        "It costs 2 345 678,50 crowns.": ("2345678.50", "2 345 678,50"),
        "A Boeing 737 800 lands.": ("737", "800"),
        "Songs of the 1970's": ("1970s",),
    },
    "signs": {
        "A book on C++ sells out.": ("C++", '"C++"'),
        "F# gets a new compiler.": ("F#",),
        "The .NET meeting ends.": (".NET",),
        "R&D spending grows.": ("R&D", "r&d"),
        "Canal+ buys a rival.": ("Canal+", "canal"),
    },
    "countries": {
        "The President of the United States lands.": ("US", "us", "USA"),
        "The United Kingdom sends nurses.": ("UK", "Britain"),
        "The U.S.-backed plan passes.": ("US", "U.S."),
        "Polish miners strike.": ("Poland", "polish"),
        "The United Arab Emirates opens a mine.": ("UAE", "uae"),
        "The UAE opens a school.": ("United Arab Emirates", "united arab emirates"),
        "The European Union lifts a tax.": ("EU",),
        "Britain sends doctors.": ("United Kingdom",),
    },
    "addresses": {
        "Read https://example.net/mills/night today.": ("example.net/mills/night",),
        "See www.example.org for the map.": ("example.org",),
        "Write to desk@example.org soon.": ("desk@example.org",),
    },
}  # fmt: skip

# A query, the event that it finds, and one that it does not.
APART = [
    ("al-Farouq", "Pilgrims visit al-Farouq.", "Pilgrims visit al-Nasr."),
    ("+al-Farouq", "Pilgrims visit al-Farouq.", "Pilgrims visit al-Nasr."),
    ("Danish-led", "A Danish-led crew lands.", "Danish crews are led home."),
    ("no-go", "A no-go zone is set up.", "They go north."),
    ("RFC-2020-771", "RFC-2020-771 is final.", "RFC-2020-3 is a draft."),
    ('"wars"', "The wars are over.", "A war is over."),
    ('"war"', "A war is over.", "The wars are over."),
    ('"warring"', "The warring sides meet.", "The wars are over."),
    ('"Denmark"', "Denmark votes.", "Danish farmers vote."),
    ('"rose"', "A rose is named.", "Rosé wine is named."),
    ('"United Kingdom"', "The United Kingdom votes.", "Britain votes."),
    ('"mines closed"', "The mines closed.", "The mine closes."),
    ("C++", "A course on C++ begins.", "A course on C# begins."),
    ('"C#"', "A course on C# begins.", "A course in C begins."),
    (".NET", "The .NET course begins.", "The net is cast."),
    ("US", "The US votes.", "They wave to us."),
    ("US", "The US votes.", "Us and Them is played."),
    ("Poland", "Poland votes.", "They polish the bells."),
    ("Turkey", "Turkey votes.", "They roast a turkey."),
    ("China", "China votes.", "They break the china."),
    ("Guinea", "Guinea votes.", "A guinea pig escapes."),
    ("كورونا", "كورونا تنتشر في المدينة", "وكور جديد في المدينة"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    events = [event for kind in FOUND.values() for event in kind]
    events += [event for _, *pair in APART for event in pair]
    return _index(tmp_path_factory.mktemp("kinds"), list(dict.fromkeys([*events, *FILLING])))


def _index(directory: Path, titles: list[str]) -> Index:
    rows = [
        {"id": f"/{number}", "date": f"2015-{1 + number % 12:02}-{1 + number % 28:02}", "title": t}
        for number, t in enumerate(titles)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (directory / "events.jsonl").write_text(lines, encoding="utf-8")
    build([directory / "events.jsonl"], directory / "index")
    return Index.open(directory / "index")


def titles(index: Index, query: str) -> set[str]:
    answer = index.search(query, SearchOptions(limit=1000, fold=False))
    return {hit.event.title for hit in answer.hits}


@pytest.mark.parametrize(
    ("event", "query"),
    [
        (event, query)
        for kind in FOUND.values()
        for event, queries in kind.items()
        for query in queries
    ],
)
def test_a_word_is_found_in_every_way_it_is_asked_for(index: Index, event: str, query: str) -> None:
    assert event in titles(index, query)


@pytest.mark.parametrize(("query", "wanted", "other"), APART)
def test_a_word_does_not_find_what_is_another(
    index: Index, query: str, wanted: str, other: str
) -> None:
    found = titles(index, query)
    assert wanted in found
    assert other not in found


@pytest.mark.parametrize("query", ["US", "Danish-led", "al-Farouq", "UK", "SARS-2"])
def test_a_query_and_its_opposite_part_the_archive(index: Index, query: str) -> None:
    having, lacking = titles(index, query), titles(index, f"NOT {query}")
    assert having and not having & lacking
    assert len(having | lacking) == len({index.event(event).title for event in index.ids()})


@pytest.mark.parametrize("envoys", [2, 9, 10, 30])
def test_a_short_name_finds_the_long_one_however_many_have_it(tmp_path: Path, envoys: int) -> None:
    short = [f"US envoy number {number} visits Fenwick." for number in range(envoys)]
    long = [f"The President of the United States opens bridge {number}." for number in range(15)]
    assert titles(_index(tmp_path, [*short, *long, *FILLING]), "US") == {*short, *long}


def test_a_part_that_no_event_has_as_a_whole_is_not_counted(index: Index) -> None:
    assert index.search("Danish-owned").total == 0
