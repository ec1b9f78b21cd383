"""Fields with unknown names are learned from the values of the records."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from search import read
from search.archive import scan_archives
from search.archive.field_names import FieldMap
from search.archive.in_memory import scan_events
from search.archive.learned_fields import learned
from tests.archive.test_newcomers import reasons

# The names of a number, a date, a title and a text, and how a date is written.
LANGUAGES = {
    "Portuguese": ("código", "data", "título", "descrição", "{d}/{m:02}/{y}"),
    "Czech": ("číslo", "kdy", "nadpis", "popis", "{d}. {m}. {y}"),
    "Finnish": ("nro", "päiväys", "otsikko", "kuvaus", "{d}.{m}.{y}"),
    "Greek": ("αριθμός", "ημερομηνία", "τίτλος", "κείμενο", "{d}/{m}/{y}"),
    "Arabic": ("الرقم", "التاريخ", "العنوان", "النص", "{d}/{m}/{y}"),
    "Hindi": ("क्रम", "दिनांक", "शीर्षक", "विवरण", "{d}/{m}/{y}"),
    "Korean": ("번호", "날짜", "표제", "전문", "{y}. {m}. {d}."),
    "Chinese": ("编号", "时间", "名称", "说明", "{y}年{m}月{d}日"),
}
SCRIPTS = {"Arabic": "٠١٢٣٤٥٦٧٨٩", "Hindi": "०१२३४५६७८९"}
EVENTS = [
    ((2018, 3, 4), "A flood closes the tunnel", "Pumps could not keep up with the tide."),
    ((2018, 6, 19), "Bakers go on strike", "They ask for a later start on Sundays."),
    ((2020, 2, 15), "A school reopens", "A new roof was fitted in nine weeks."),
]


def records(language: str) -> list[dict[str, str]]:
    *names, form = LANGUAGES[language]
    digits = str.maketrans("0123456789", SCRIPTS.get(language, "0123456789"))
    found = []
    for number, ((y, m, d), title, text) in enumerate(EVENTS, 1):
        day = form.format(y=y, m=m, d=d).translate(digits)
        found.append(dict(zip(names, (str(number), day, title, text), strict=True)))
    return found


@pytest.mark.parametrize("form", ["a.csv", "a.json", "a.jsonl", "a.xml", "a.db", "map.json"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_records_in_any_language_are_read_as_they_are(
    tmp_path: Path, language: str, form: str
) -> None:
    given = records(language)
    if form == "a.csv":
        rows = [list(given[0]), *(list(each.values()) for each in given)]
        text = "\n".join(";".join(row) for row in rows)
    elif form == "a.json":
        text = json.dumps({"seznam": {"items": given}}, ensure_ascii=False)
    elif form == "map.json":
        text = json.dumps({f"q{n}": each for n, each in enumerate(given)}, ensure_ascii=False)
    elif form == "a.xml":
        fields = ("".join(f"<{k}>{v}</{k}>" for k, v in each.items()) for each in given)
        text = f"<x>{''.join(f'<y>{each}</y>' for each in fields)}</x>"
    elif form == "a.db":
        text = ""
        with closing(sqlite3.connect(tmp_path / form)) as database, database:
            database.execute(f"CREATE TABLE t ({', '.join(given[0])})")
            values = [tuple(each.values()) for each in given]
            database.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", values)
    else:
        text = "\n".join(json.dumps(each, ensure_ascii=False) for each in given)
    if text:
        (tmp_path / form).write_text(text, encoding="utf-8")
    found = [(event.date, event.title, event.summary) for event in read(tmp_path)]
    assert [(day and (day.year, day.month, day.day), *rest) for day, *rest in found] == EVENTS


@pytest.mark.parametrize(
    ("depth", "reason"),
    [(0, "title is missing"), (1, "no record with a date"), (9, "no record with a date")],
)
def test_records_with_nothing_to_learn_have_a_reason(
    tmp_path: Path, depth: int, reason: str
) -> None:
    text = json.dumps([{"co": "q", "kdo": "r"}] * 3)
    (tmp_path / "a.json").write_text('{"a": ' * depth + text + "}" * depth)
    found, said = reasons(tmp_path)
    assert not found and said[0].startswith(reason)


def test_records_in_memory_are_read_likewise() -> None:
    scan = scan_events(records("Finnish"), print, FieldMap())
    assert [event.day for event in scan.fresh.values()] == [
        "2018-03-04",
        "2018-06-19",
        "2020-02-15",
    ]


def sources(*given: dict[str, Any]) -> dict[str, str]:
    return dict(learned(given, FieldMap()).sources)


LONG = "A text that is longer than all titles are."


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # Of several dates the earliest is the day, and a change never is, where there is another.
        ([{"konec": "2018-01-02", "začátek": "2018-01-01", "a": LONG}] * 2, {"date": "začátek"}),
        ([{"last seen": "2018-01-01", "odkud": "2018-01-02", "a": LONG}] * 2, {"date": "odkud"}),
        # Neither numbers nor the years of a far past or future are dates.
        ([{"q": "15", "r": "99991231", "a": LONG}] * 2, {}),
        # A title that is always the same is none.
        ([{"date": "2018-01-01", "a": "Ida wrote", "b": LONG}] * 3, {"summary": "b"}),
        # Links and paths are no texts.
        (
            [{"date": "2018-01-01", "title": "A", "x": "https://e.org/a/long/path/that/is/no/text"}]
            * 2,
            {},
        ),
        # A longer field beside a title is its text; a shorter one is not.
        ([{"date": "2018-01-01", "title": "A dam breaks", "x": LONG}] * 2, {"summary": "x"}),
        ([{"date": "2018-01-01", "title": "A dam breaks", "x": "In Kelso"}] * 2, {}),
        # One record shows nothing, and neither does a table without a header.
        ([{"kdy": "2018-01-01", "co": LONG}], {}),
        ([{"2018-01-01": "2018-01-02", "A": LONG}] * 2, {}),
    ],
)
def test_what_is_learned(given: list[dict[str, Any]], expected: dict[str, str]) -> None:
    found = sources(*given)
    assert {name: source for name, source in found.items() if name in expected} == expected
    assert expected or not found.keys() & {"date", "summary"} - (
        {"summary"} if "q" in given[0] else set()
    )


def test_the_map_of_the_user_stays() -> None:
    given = FieldMap.of({"date": "jindy"})
    known = learned([{"kdy": "2018-01-01", "jindy": "2019-01-01", "a": LONG}] * 2, given)
    assert dict(known.sources)["date"] == "jindy"


def test_records_with_known_names_need_nothing() -> None:
    record = {"date": "2018-01-01", "title": "A", "summary": LONG}
    given = FieldMap()
    assert learned([record] * 3, given) is given


def test_a_learned_line_is_read_again_when_other_lines_change(tmp_path: Path) -> None:
    lines = [json.dumps(each) for each in records("Finnish")]
    (tmp_path / "a.jsonl").write_text("\n".join(lines[:2]))
    first = scan_archives([tmp_path], None, print)
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    second = scan_archives([tmp_path], first.file_cache, print)
    assert (len(first.events), len(second.events)) == (2, 3)


@pytest.mark.parametrize(
    ("names", "day", "title", "encoding"),
    [
        ("Дата;Заголовок", "04.03.2018", "Паводок закрыл тоннель", "cp1251"),
        ("日付;タイトル", "2018年3月4日", "洪水でトンネルが通行止めになりました", "cp932"),
        ("日期;标题", "2018年3月4日", "洪水封闭了隧道，水泵抽不过潮水", "gb18030"),
        ("Datum;Titel", "04.03.2018", "Hochwasser überflutet Gärten", "cp1252"),
    ],
)
def test_a_table_in_an_old_encoding_has_its_letters(
    tmp_path: Path, names: str, day: str, title: str, encoding: str
) -> None:
    (tmp_path / "a.csv").write_bytes(f"{names}\n{day};{title}\n".encode(encoding))
    assert [(event.day, event.title) for event in read(tmp_path)] == [("2018-03-04", title)]
    assert reasons(tmp_path)[1][0].startswith("not UTF-8")
