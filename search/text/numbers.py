"""Numbers as people write them: separators of thousands, decimal signs, units, versions."""

import re
from typing import Final

# In the order in which they are tried: 1,500.5 and 1,00,000; 1'000 and 1 000,5; 1.000,5; 1.70.0
# and 3.5; 3,5; 42.
NUMBER: Final = (
    r"(?:\d{1,3}(?:,\d{2,3}){0,7},\d{3}(?!\d)(?:\.\d+)?|\d{1,3}(?:[' ]\d{3}){1,7}(?!\d)(?:[.,]\d+)?"
    r"|\d{1,3}(?:\.\d{3}){1,7}(?!\d),\d+|\d+(?:\.\d+){1,7}|(?<!\d,)\d+,\d{1,2}(?![\d,])|\d+)"
)
_PARTS: Final = re.compile(rf"({NUMBER})(.*)", re.DOTALL)
_ENGLISH: Final = re.compile(r"[\d,]*,\d{3}(?:\.\d+)?")
_BY_DOTS: Final = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
# Units of money, length, weight, time, power and data size.
_UNITS: Final = frozenset(
    """
    b bn c cm f ft g gb ghz gw h hr hrs hz k kb kg kh kw km kmh kph kwh l lb lbs m mb mg mhz mi min
    ml mm mn mph ms mw oz p pc pct pm am s sec sq t tb tn trn v w yd eur usd gbp
    """.split()
)


def number_forms(text: str) -> tuple[str, tuple[str, ...]]:
    """The canonical form of a number with or without a unit, and other forms that find it.

    "1,500m" is "1500m" and is found by "1500"; "1.000" may be a thousand, "1.70.0" is a "1.70",
    and "v1.70.0" is "1.70.0".
    """
    found = _PARTS.match(text.removeprefix("v"))
    if found is None:
        return text, ()
    number, unit = found[1], found[2].removeprefix("'")
    also: list[str] = [text] if text[0] == "v" else []
    if _ENGLISH.fullmatch(number):
        number = number.replace(",", "")
    elif _BY_DOTS.fullmatch(number):
        plain = number.replace(".", "").replace(",", ".")
        if "," in number or number.count(".") > 1:
            number = plain
        else:
            also.append(plain + unit)  # or 1.000 is a number with three decimals
    else:
        if number.count(" ") == 1:  # perhaps two numbers: Boeing 737 800
            also += number.split(" ")
        number = number.replace("'", "").replace(" ", "").replace(",", ".")
        parts = number.split(".")
        also += [".".join(parts[:size]) for size in range(2, len(parts))]
    if unit.lower() in _UNITS:
        also.append(number)
    return number + unit, tuple(also)
