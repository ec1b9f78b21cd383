"""Every regular expression of the package, and texts that make a backtracking one slow.

Run as a script it prints the patterns as JSON: it records the calls of ``re`` while all modules are
imported and while a small archive is indexed, searched, regenerated and printed.
"""

import ast
import enum
import importlib
import json
import random
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, NamedTuple

import regex

ROOT: Final = Path(__file__).parent.parent
METHODS: Final = ("compile", "search", "match", "fullmatch", "split", "sub", "findall", "finditer")
_REPRESENTATIVES: Final = "a0A -.\n\t_()[]{}<>*\\/\"'#&:;,|`~=+!?^$%@éß中व\u200d\x00"
_MANY: Final = 50  # a repeat of at least so many times may be one without an end


class Written(NamedTuple):
    """A regular expression: where it stands in the code, and whether it is looked for anywhere in a
    text or only matched from its start."""

    file: str
    line: int
    engine: str  # "re", "regex", or "bytes" for ``re`` on bytes
    pattern: str
    flags: int
    anywhere: bool


@cache
def written() -> list[Written]:
    """All regular expressions that the package compiles."""
    told = subprocess.run(
        [sys.executable, "-W", "ignore", __file__], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    return [Written(*each) for each in json.loads(told.stdout)]


def calls() -> Iterator[tuple[str, int]]:
    """Where the code calls ``re``: file and line."""
    for path in sorted((ROOT / "search").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                is_re = isinstance(owner, ast.Name) and owner.id in ("re", "regex")
                if is_re and node.func.attr in METHODS:
                    yield str(path.relative_to(ROOT)), node.lineno


def adversaries(pattern: str, flags: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Beginnings, pumps and ends of texts: of ``begin + pump * n + end`` a large n may be slow.

    A pump matches what the pattern repeats, or what leads to it, so that a long match begins at
    each place of a text; an end matches nothing that may follow.
    """
    source = random.Random(seed)
    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of nested sets
            tree = list(parser.parse(pattern, flags))
    except re.error:  # of the language of ``regex``, which has more
        tree = []
    pumps = {" ", "a", "(", "[", "\n"}
    found = {("", pump) for pump in pumps}
    for before, body, after in _repeats(tree, "", ""):
        for piece in {_sample(body, source) for _ in range(6)}:
            if piece:
                found |= {(before, piece), ("", before + piece), ("", before or piece)}
                found |= {(before, piece + after), ("", before + piece + after)}
    for begin, pump in sorted(found):
        for end in ("", "\x00", "\n!"):
            yield begin, pump, end


def _repeats(items: Sequence[Any], before: str, after: str) -> Iterator[tuple[str, Any, str]]:
    """Each part that may be repeated without end: what leads to it, and what may follow."""
    source = random.Random(len(items))
    for at, (code, given) in enumerate(items):
        lead = before + _sample(items[:at], source)
        rest = _sample(items[at + 1 :], source) + after
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            _, most, body = given
            if most is codes.MAXREPEAT or most >= _MANY:
                yield lead, body, rest
            yield from _repeats(list(body), lead, rest)
        elif code is codes.SUBPATTERN:
            yield from _repeats(list(given[-1]), lead, rest)
        elif code is codes.ATOMIC_GROUP:
            yield from _repeats(list(given), lead, rest)
        elif code is codes.BRANCH:
            for branch in given[1]:
                yield from _repeats(list(branch), lead, rest)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _repeats(list(given[1]), lead, rest)


def _sample(items: Any, source: random.Random) -> str:
    """A short text that the parsed pattern matches, roughly."""
    out = []
    for code, given in items:
        if code is codes.LITERAL:
            out.append(chr(given))
        elif code is codes.NOT_LITERAL:
            out.append(source.choice([c for c in _REPRESENTATIVES if ord(c) != given]))
        elif code is codes.ANY:
            out.append(source.choice("a. ("))
        elif code is codes.IN:
            out.append(_member(given, source))
        elif code is codes.BRANCH:
            out.append(_sample(source.choice(given[1]), source))
        elif code is codes.SUBPATTERN:
            out.append(_sample(given[-1], source))
        elif code is codes.ATOMIC_GROUP:
            out.append(_sample(given, source))
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, most, body = given
            out.extend(_sample(body, source) for _ in range(max(least, min(1, int(most)))))
    return "".join(out)


def _member(given: Any, source: random.Random) -> str:
    """A character of a set."""
    accepted = [c for c in _REPRESENTATIVES if _is_in(given, c)]
    ranges = [chr(value[0]) for code, value in given if code is codes.RANGE]
    literals = [chr(value) for code, value in given if code is codes.LITERAL]
    is_negated = given[0][0] is codes.NEGATE
    choices = accepted if is_negated else accepted + ranges + literals
    return source.choice(choices) if choices else ""


def _is_in(given: Any, character: str) -> bool:
    found = False
    for code, value in given:
        if code is codes.LITERAL:
            found |= ord(character) == value
        elif code is codes.RANGE:
            found |= value[0] <= ord(character) <= value[1]
        elif code is codes.CATEGORY:
            name = str(value).removeprefix("CATEGORY_")
            kind = name.removeprefix("NOT_")
            says = {
                "DIGIT": character.isdigit(),
                "SPACE": character.isspace(),
                "WORD": character.isalnum() or character == "_",
            }[kind]
            found |= says != name.startswith("NOT_")
    return found != (given[0][0] is codes.NEGATE)


def _record() -> list[tuple[str, int, str, str, int, str]]:
    """Import every module, run what most use in small, and note each call of ``re``."""
    noted: dict[tuple[str, int, str, str, int, str], None] = {}

    def recording(engine: str, name: str, real: Any) -> Any:
        def call(pattern: Any, *given: Any, **named: Any) -> Any:
            frame = sys._getframe(1)
            file = Path(frame.f_code.co_filename)
            if file.is_relative_to(ROOT / "search"):
                text = getattr(pattern, "pattern", pattern)
                flags = [
                    each for each in [*given, *named.values()] if isinstance(each, enum.IntFlag)
                ]
                flag = int(flags[-1]) if flags else getattr(pattern, "flags", 0)
                place = str(file.relative_to(ROOT))
                if isinstance(text, bytes):
                    text, where = text.decode("latin-1"), "bytes"
                else:
                    where = engine
                noted[place, frame.f_lineno, where, text, flag, name] = None
            return real(pattern, *given, **named)

        return call

    for engine, module in (("re", re), ("regex", regex)):
        for name in METHODS:
            setattr(module, name, recording(engine, name, getattr(module, name)))
    _use_everything()
    return list(noted)


def _use_everything() -> None:
    for path in sorted((ROOT / "search").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not name.endswith("__main__"):
            importlib.import_module(name)
    from search import Index, build, regenerate_archive  # noqa: PLC0415
    from search.archive.permalinks import Permalinks  # noqa: PLC0415
    from tests.small_archive import odd, page_of, stories  # noqa: PLC0415

    jekyll = "/:categories/:year/:month/:day/:title:output_ext"
    Permalinks("Jekyll", "", "/blog", (("", jekyll),), "").lacks("/blog/")
    with tempfile.TemporaryDirectory() as scratch:
        site, index = Path(scratch) / "site", Path(scratch) / "index"
        for event in [*stories(), *odd()]:
            page = site / event.id.lstrip("/")
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(page_of(event), encoding="utf-8")
        build([site], index)
        regenerate_archive(site, index)
        with Index.open(index) as opened:
            for query in ("norland selvaa", '"port selva" between 2014 and 2015', "since May 2014"):
                opened.search(query)


def _literal() -> Iterator[tuple[str, int, str, str, int, str]]:
    """The calls of ``re`` whose pattern is written out in the call, without flags.

    The parts that an f-string inserts are escaped texts, and stand as one letter here.
    """
    for path in sorted((ROOT / "search").rglob("*.py")):
        place = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            if not (isinstance(owner, ast.Name) and owner.id == "re" and node.args):
                continue
            method, given = node.func.attr, node.args[0]
            if isinstance(given, ast.JoinedStr):
                values = [
                    each.value if isinstance(each, ast.Constant) else "a" for each in given.values
                ]
                yield place, node.lineno, "re", "".join(map(str, values)), 0, method
            elif isinstance(given, ast.Constant) and isinstance(given.value, str):
                has_flags = method == "compile" and (len(node.args) > 1 or node.keywords)
                if method in METHODS and not has_flags:
                    yield place, node.lineno, "re", given.value, 0, method


def _uses() -> dict[tuple[str, str], set[str]]:
    """The methods that are called on each name, by file and name."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in sorted((ROOT / "search").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                key = str(path.relative_to(ROOT)), node.value.id
                found.setdefault(key, set()).add(node.attr)
    return found


def _names() -> dict[tuple[str, int], str]:
    """The name that each call of ``re.compile`` is given to, by file and line."""
    found = {}
    for path in sorted((ROOT / "search").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = (
                [node.target] if isinstance(node, ast.AnnAssign)
                else node.targets if isinstance(node, ast.Assign) else []
            )  # fmt: skip
            for target in targets:
                if isinstance(target, ast.Name):
                    for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                        found[str(path.relative_to(ROOT)), line] = target.id
    return found


def main() -> None:
    noted = list(dict.fromkeys([*_record(), *_literal()]))
    uses, names = _uses(), _names()
    told = []
    for file, line, engine, pattern, flags, method in noted:
        methods = {method} if method != "compile" else uses.get((file, names.get((file, line), "")))
        only_from_its_start = methods is not None and methods <= {"match", "fullmatch"}
        told.append([file, line, engine, pattern, flags, not only_from_its_start])
    print(json.dumps(told))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
