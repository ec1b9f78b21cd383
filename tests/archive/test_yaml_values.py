from datetime import date

import pytest

from search.archive.yaml_values import load_yaml


def test_numbers_of_any_form_are_read_and_too_long_ones_are_texts() -> None:
    plain = "a: 0x1f\nb: 1:30\nc: 1.5\nd: .inf\ne: 2016-02-06\nf: {<<: {g: 1}, h: 2}"
    assert load_yaml(plain) == {
        "a": 31, "b": 90, "c": 1.5, "d": float("inf"), "e": date(2016, 2, 6), "f": {"g": 1, "h": 2},
    }  # fmt: skip
    for long in ("0x" + "f" * 4_000, "1" + ":1" * 100_000, "1" + ":1" * 5_000 + ".5", "9" * 5_000):
        assert load_yaml(f"a: {long}") == {"a": long}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "- " * 5_000 + "x",
        "a: {" + "<<: {b: 1}, " * 2_000 + "}",
        "- &m0 {k0: 1}\n" + "".join(f"- &m{n} {{<<: *m{n - 1}, k{n}: 1}}\n" for n in range(1, 600)),
        "a: b: c",
    ],
)
def test_what_no_honest_file_has_is_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        load_yaml(text)
