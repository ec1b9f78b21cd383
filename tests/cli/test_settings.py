import tomllib
from pathlib import Path

import jsonschema
import pytest

from search.cli.settings_file import found_from, read
from search.model.errors import UsageError
from search.model.settings import LIST_SETTINGS, PAGE_SETTINGS, SETTINGS, schema
from search.related.scoring import LEAST_SCORE
from tests.cli.conftest import Ask
from tests.conftest import ROOT

FULL = """
archives = ["news"]
language = "de"
headings = ["## Mehr", "Siehe auch"]
markers = ["<!-- a -->", "<!-- b -->"]
limit = 3
min-score = 0.2
fold = false
"""


def test_a_file_is_found_upwards_and_its_paths_count_from_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "event-search.toml").write_text(FULL + 'index = "../ix"\n')
    (tmp_path / "news" / "2016").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    found = found_from(Path("news/2016"))
    assert found is not None
    assert found.values["archives"] == ("news",)
    assert found.values["index"] == "../ix"
    assert found.values["min_score"] == 0.2
    assert found.lines["limit"] == 6
    monkeypatch.chdir(tmp_path / "news")
    again = found_from(Path())
    assert again is not None and again.values["archives"] == (".",)


def test_pyproject_is_read_where_it_has_our_table(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[project]\nname = "x"\n')
    assert found_from(tmp_path) is None
    project.write_text('[project]\nlimit = 1\n\n[tool.event-search]\norder = "x"\nlimit = 4\n')
    with pytest.raises(UsageError, match=r"pyproject\.toml:5: order is 'x'; it must be \"relev"):
        found_from(tmp_path)
    project.write_text(project.read_text().replace('"x"\nlimit = 4', '"context"\nlimit = 4'))
    found = found_from(tmp_path)
    assert found is not None and dict(found.values) == {"order": "context", "limit": 4}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("limits = 3\n", ":1: there is no setting 'limits'; write 'limit';"),
        ("\nlabls = 'x'\n", ":2: there is no setting 'labls'; write 'label';"),
        ("limit = 0\n", "limit is 0; it must be a whole number from 1 on"),
        ("limit = true\n", "it must be a whole number from 1 on"),
        ("min-score = 2\n", "it must be a number from 0 to 1"),
        ("markers = ['a']\n", "it must be a list of 2 texts"),
        ("fold = 'no'\n", "it must be true or false"),
        ("limit = = 3\n", "correct the file"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "event-search.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as refused:
        read(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_an_option_goes_before_a_variable_and_that_before_the_file(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    event_id = ask("search", "*", "--limit", "1", "--json").json["hits"][0]["id"]

    def items(*words: str) -> int:
        return len(ask("related", event_id, "--min-score", "0", "--json", *words).json["related"])

    (tmp_path / "event-search.toml").write_text("limit = 2\n")
    assert items() == 2
    monkeypatch.setenv("EVENT_SEARCH_LIMIT", "3")
    assert items() == 3
    assert items("--limit", "1") == 1


def test_config_says_where_each_value_is_from(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "event-search.toml").write_text(FULL)
    monkeypatch.setenv("EVENT_SEARCH_ORDER", "context")
    shown = ask("config", "--json").json
    assert shown["limit"] == {"value": 3, "from": f"{tmp_path / 'event-search.toml'}:6"}
    assert shown["order"] == {"value": "context", "from": "EVENT_SEARCH_ORDER"}
    assert shown["strict"] == {"value": False, "from": "default"}
    assert set(shown) == {setting.key for setting in SETTINGS.values()}
    assert "limit" in ask("config").out
    assert "How many items" in ask("config", "--explain").out


def test_the_schema_takes_what_the_code_takes(ask: Ask) -> None:
    assert ask("config", "--schema").json == schema()
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(tomllib.loads(FULL), schema())
    for wrong in ({"limits": 1}, {"limit": 0}, {"markers": ["a"]}, {"order": "newest"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema())


def test_every_setting_is_an_option_of_a_command(ask: Ask) -> None:
    out = ask("regenerate", "--help").out
    for name in (*LIST_SETTINGS, *PAGE_SETTINGS, "link", "out"):
        flag = {"headings": "heading", "former_items": "former-item"}.get(name, SETTINGS[name].key)
        assert f"--{flag}" in out, name


def test_init_says_what_a_folder_holds_and_its_file_suffices(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVENT_SEARCH_INDEX")
    monkeypatch.chdir(tmp_path)
    posts = tmp_path / "_posts"
    posts.mkdir()
    for day in range(1, 6):
        (posts / f"2016-02-{day:02}-the-lander-{day}.md").write_text(
            f"---\ntitle: The lander Philae is heard for the {day}. time\n---\nIt is on a comet.\n"
        )
    (tmp_path / "_config.yml").write_text("permalink: pretty\n")
    ran = ask("init", tmp_path)
    assert "Jekyll site: 5 events of 2016, mostly English" in ran.err
    assert "/:categories/:year/:month/:day/:title/" in ran.err
    assert "exists; edit it" in ask("init").err
    assert ask("regenerate", "--min-score", "0").code == 0
    assert "](/2016/02/02/the-lander-2/)" in next(iter(sorted(posts.iterdir()))).read_text()
    assert (tmp_path / ".event-search" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f")
    (tmp_path / "empty").mkdir()
    assert "no event was found" in ask("init", tmp_path / "empty").err


def test_the_lowest_score_of_lists_is_told_as_it_is() -> None:
    said = f"{LEAST_SCORE:.2f}"
    assert f"default: {said}" in SETTINGS["min_score"].help
    assert f"end at {said} " in (ROOT / "README.md").read_text(encoding="utf-8")
