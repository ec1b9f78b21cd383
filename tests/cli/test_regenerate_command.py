"""The command ``regenerate``."""

from pathlib import Path

from tests.cli.conftest import Ask
from tests.site_pages import bytes_of


def test_a_run_that_is_refused_still_writes_its_report_and_diff(
    ask: Ask, site: Path, tmp_path: Path
) -> None:
    before, report = bytes_of(site), tmp_path / "report.html"
    words = ("regenerate", site, "--index", tmp_path / "i", "--max-churn", 5)
    ran = ask(*words, "--report", report, "--diff")
    assert (ran.code, bytes_of(site)) == (2, before)
    refusal = ran.err.splitlines()[-1].removeprefix("event-search: ")
    page = report.read_text(encoding="utf-8")
    assert refusal.startswith("8 of 8 pages would change (100.0 %), more than 5 %")
    assert refusal.partition(":")[0] in page
    for name in before:
        assert name in page
        assert f"{name}\n@@" in ran.out
