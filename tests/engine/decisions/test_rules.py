"""An editor decides: marks in a page come before every ranking, and survive every run."""

from pathlib import Path

import pytest

from search import RelatedOptions, regenerate_archive
from tests.engine.decisions.editing import mark
from tests.site_pages import items
from tests.small_archive import odd, stories

EVENT = stories()[3]


def listed(site: Path) -> list[str]:
    return [link for _, _, link, _ in items(site, EVENT.id)]


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("options", [RelatedOptions(), RelatedOptions(order="context")])
def test_what_is_banned_is_never_listed(
    site: Path, tmp_path: Path, fresh: bool, options: RelatedOptions
) -> None:
    regenerate_archive(site, tmp_path / "i", options)
    before = listed(site)
    assert len(before) > 1
    mark(site, EVENT.id, f"ban {before[0]}")
    for _ in range(2):
        regenerate_archive(site, tmp_path / "i", options, fresh=fresh)
        assert listed(site) == before[1:]
    assert f"<!-- event-search: ban {before[0]} -->" in (site / EVENT.id[1:]).read_text()


def test_what_is_pinned_stands_first_and_stays_where_it_stands(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    before = listed(site)
    other = next(event.id for event in odd() if event.id not in before)
    mark(site, EVENT.id, f"pin {other}")
    regenerate_archive(site, tmp_path / "i")
    assert listed(site)[0] == other and set(before) <= set(listed(site))
    page = site / EVENT.id.lstrip("/")
    lines = page.read_text(encoding="utf-8").split("\n")
    first = max(n for n, line in enumerate(lines) if line.startswith("1. ["))
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    page.write_text("\n".join(lines), encoding="utf-8")
    for index in ("i", "i", "new"):
        regenerate_archive(site, tmp_path / index)
        assert listed(site)[1] == other
    assert regenerate_archive(site, tmp_path / "new").changed == 0


def test_a_pinned_event_that_is_deleted_leaves_no_dead_link(site: Path, tmp_path: Path) -> None:
    other = odd()[0].id
    mark(site, EVENT.id, f"pin {other}")
    regenerate_archive(site, tmp_path / "i")
    assert other in listed(site)
    (site / other.lstrip("/")).unlink()
    regenerate_archive(site, tmp_path / "i")
    assert other not in listed(site)


def test_pins_count_as_items(site: Path, tmp_path: Path) -> None:
    pins = [event.id for event in odd()[:3]]
    mark(site, EVENT.id, *(f"pin {each}" for each in pins))
    for limit in (2, 3, 4):
        regenerate_archive(site, tmp_path / "i", RelatedOptions(limit=limit))
        assert set(pins) <= set(listed(site))
        assert len(listed(site)) <= max(limit, 3)
        assert regenerate_archive(site, tmp_path / "i", RelatedOptions(limit=limit)).changed == 0


def test_a_ban_beats_a_pin_and_an_unknown_link_does_nothing(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    before = listed(site)
    mark(
        site, EVENT.id, f"pin {before[0]}", f"ban {before[0]}", "ban /news/none.md", "pin /none.md"
    )
    regenerate_archive(site, tmp_path / "i")
    assert listed(site) == before[1:]


def test_a_mark_in_code_is_no_mark(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    before = listed(site)
    page = site / EVENT.id.lstrip("/")
    code = f"\n```\n<!-- event-search: ban {before[0]} -->\n```\n\n### Source"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("\n### Source", code, 1), encoding="utf-8")
    regenerate_archive(site, tmp_path / "i")
    assert listed(site) == before
