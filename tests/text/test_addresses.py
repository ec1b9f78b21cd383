import pytest

from search.text.addresses import is_target, may_be_address, shortened, urls_in, words_of_address


@pytest.mark.parametrize(
    "address",
    [
        "https://www.GSA.gov/hiring/20-tips",
        "gsa.gov/hiring/20-tips/",
        "http://gsa.gov/hiring/20-tips#top",
        "//gsa.gov/hiring/20_tips",
        "https://gsa.gov/hiring/20%2Dtips",
    ],
)
def test_an_address_has_the_words_of_its_host_and_path(address: str) -> None:
    assert words_of_address(address) == ["gsa", "gov", "hiring", "20", "tips"]


def test_parameters_are_words_and_can_be_left_out_from_the_end() -> None:
    address = "https://a.example/watch?v=B7&t=30#top"
    assert words_of_address(address) == ["a", "example", "watch", "v", "b7", "t", "30"]
    assert [*shortened(address)] == [
        *("https://a.example/watch?v=B7&t=30", "https://a.example/watch?v=B7"),
        "https://a.example/watch",
    ]
    assert [*shortened("a.example/R&D/b")] == ["a.example/R&D/b"], "a path is never shortened"
    assert [*shortened("a/b?" + "&".join("xyz" * 100))][-1] == "a/b"
    assert len([*shortened("a/b?" + "&".join("xyz" * 100))]) < 20


@pytest.mark.parametrize(
    "address",
    ["https://münchen.de/straße", "https://xn--mnchen-3ya.de/stra%C3%9Fe",
     "//XN--MNCHEN-3YA.DE/Straße", "www.xn--mnchen-3ya.de:443/strasse", "http://MÜNCHEN.de:80/strasse"],
)  # fmt: skip
def test_a_host_of_other_letters_has_the_same_words_in_any_form(address: str) -> None:
    assert words_of_address(address) == ["munchen", "de", "strasse"]


def test_a_host_that_cannot_be_decoded_stays_as_it_is() -> None:
    assert words_of_address("https://xn--999999999.de/x") == ["xn", "999999999", "de", "x"]
    assert words_of_address("xn--" + "a" * 60) == ["xn", "a" * 60]
    assert words_of_address("a-xn--mnchen-3ya.de") == ["a", "xn", "mnchen", "3ya", "de"]


@pytest.mark.parametrize(
    "address",
    ["https://host:443/x", "HTTPS://host:443/x", "http://host:80/x", "//host:80/x", "host:443/x",
     "https://host/x"],
)  # fmt: skip
def test_the_usual_port_of_a_scheme_is_no_word(address: str) -> None:
    assert words_of_address(address) == ["host", "x"]


@pytest.mark.parametrize("end", ["", "?", "#top", ".", ")"])
def test_the_usual_port_may_end_an_address(end: str) -> None:
    assert words_of_address("https://host:443" + end) == ["host"]


@pytest.mark.parametrize(
    ("address", "word"),
    [("https://host:8443/x", "8443"), ("https://host:80/x", "80"), ("http://host:443/x", "443"),
     ("ftp://host:80/x", "80"), ("http://host/a:80/x", "80"), ("https://a:443@host/x", "443"),
     ("http://[fe::80]", "80")],
)  # fmt: skip
def test_other_ports_and_numbers_are_words(address: str, word: str) -> None:
    assert word in words_of_address(address)


def test_words_of_an_address_are_folded_and_bounded() -> None:
    assert words_of_address("/caf%C3%A9/Über") == ["cafe", "uber"]
    assert len(words_of_address("/a" * 1_000)) < 100
    assert len(words_of_address("x" * 1_000)[0]) < 100


@pytest.mark.parametrize(
    "word",
    ["https://a.example/b", "gsa.gov", "discovery.gsa.gov,", "/2016/a-title", "18F/docs",
     "http://intranet/", "the-title-of-a-page", "Battle_of_the_Bulge", "hello-world-again.html",
     "münchen.de", "München.de,", "MÜNCHEN.DE", "mu\u0308nchen.de", "пример.рф", "orf.at",
     "bücher.example:8080", "bbc.co.nz"],
)  # fmt: skip
def test_parts_of_addresses_look_like_them(word: str) -> None:
    assert may_be_address(word)


@pytest.mark.parametrize(
    "word",
    ["discovery", "cease-fire", "al-Assad", "9/11", "2016-02-06", "U.S.", "C++", "1.5", "", "e.g.",
     "i.e.", "a.m.", "U.S.A.", "Ph.D.", "z.B.", "т.е.", "Node.js", "end.The", "end.In", "müde.Es",
     "конец.Начало", "J.R.R.Tolkien", "No.1", "3.14", "münchen", ".at"],
)  # fmt: skip
def test_ordinary_words_do_not(word: str) -> None:
    assert not may_be_address(word)


@pytest.mark.parametrize("target", ["mailto:a@b.example", "#part", "javascript:x", "data:,x", ""])
def test_not_every_target_is_an_address(target: str) -> None:
    assert not is_target(target)
    assert is_target("https://a.example") and is_target("../b.md") and is_target("a.example:80/b")


def test_urls_are_found_in_a_text() -> None:
    assert [*urls_in("See (https://a.example/b), www.c.example.")] == [
        *("https://a.example/b", "www.c.example")
    ]
    assert not [*urls_in("No. Address, at all")]
