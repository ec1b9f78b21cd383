"""Small sites in the two forms that are known: English with blank lines, Chinese with topics."""

from pathlib import Path

LINES = {"en": ("Source", ""), "zh": ("信息来源", "/zh")}


def write_page(
    root: Path,
    place: str,
    title: str,
    *,
    summary: str = "",
    topic: str = "",
    language: str = "en",
) -> Path:
    """A page ``news/YYYY/MM/D/name.md`` of a site, in the site's form."""
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    label, prefix = LINES[language]
    year, month, day = place.split("/")[1:4]
    head = f"### [{year}-{month}-{day}]({prefix}/news/{year}/{month}/{day}/index.md)\n\n"
    topics = f"##### {topic}\n" if topic else ""
    body = f"# {title} \n\n{summary}\n\n### {label}:\n\n1. [The Selva Post](http://selva.test/)\n"
    path.write_text(head + topics + body, encoding="utf-8")
    return path


def english(root: Path) -> Path:
    """Four days in the English form: lists with blank lines, summaries or names, a link back."""
    pages = [
        ("news/2016/02/4/harbour.md", "The harbour of Port Selva opens again. ", "Ships queue."),
        ("news/2016/02/5/quake.md", "An earthquake shakes Norland. ", "Two hundred houses fall."),
        ("news/2016/02/5/tents.md", "Norland asks the Marble Museum for tents. ", ""),
        ("news/2016/02/6/vote.md", "Maria Okonjo wins the election in Norland. ", "Turnout: 70%."),
        ("news/2016/02/8/treaty.md", "President Maria Okonjo signs a treaty. ", "It ends a row."),
    ]
    for place, title, summary in pages:
        write_page(root, place, title, summary=summary)
    return root


def chinese(root: Path) -> Path:
    """Three days in the Chinese form with their lists: topics above, no blank lines, no texts."""
    pages = [
        ("news/2019/12/1/甲港.md", " 诺兰甲港重新开放，船只排队等候。", "诺兰"),
        ("news/2019/12/1/乙港.md", "诺兰乙港发生地震。 ", "诺兰"),
        ("news/2019/12/2/博物馆.md", " 大理石博物馆向灾民提供帐篷。", "塞尔瓦"),
        ("news/2019/12/3/选举.md", "奥孔乔赢得诺兰选举。", ""),
    ]
    days: dict[str, list[str]] = {}
    for place, title, topic in pages:
        write_page(root, place, title, topic=topic, language="zh")
        rows = days.setdefault(place.rpartition("/")[0], [])
        if topic and not any(row == f"##### {topic}" for row in rows):
            rows.append(f"##### {topic}")
        rows.append(f"### [{title} ](/zh/{place})")
    before = ""
    for folder, rows in days.items():
        name = "-".join(folder.split("/")[1:])
        footer = [f"## [前一天...](/zh/{before}/index.md)"] if before else []
        text = "\n".join([f"## [{name}](/zh/{folder}/index.md)", "", *rows, *footer, "", ""])
        for list_name in ("index.md", "README.md"):
            (root / folder / list_name).write_text(text, encoding="utf-8")
        before = folder
    return root
