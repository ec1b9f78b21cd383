import pytest

from search.model.untrusted_toml import load_toml


def test_toml_is_read_with_or_without_a_byte_order_mark() -> None:
    assert load_toml("limit = 3\n") == load_toml("\ufefflimit = 3\n") == {"limit": 3}
    deep = ".".join("abcdefghij")
    assert load_toml(f"{deep} = 1\n[x.'y z'.{deep}]\nk = '{'a.' * 20}'")["x"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x." * 30_000 + "x = 1", r"more than 32 parts \(at line 1\)"),
        ("a = 1\n[" + "x . " * 40 + "x]", r"more than 32 parts \(at line 2\)"),
        ("b = {" + "'x y'." * 40 + "x = 1}", "more than 32 parts"),
        ("a = " + "[" * 5_000, "nested too deeply"),
        ("a = 0x" + "f" * 4_000, "more than 300 digits"),
        ("a = [{b = [0x" + "f" * 4_000 + "]}]", "more than 300 digits"),
        ("a = 1" + "0" * 5_000, "digits"),
        ("a = '" + "x" * (4 << 20) + "'", "larger than 4 MiB"),
        ("a = ", "Invalid value"),
    ],
)
def test_what_no_honest_file_has_is_a_reason_and_costs_little(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        load_toml(text)
