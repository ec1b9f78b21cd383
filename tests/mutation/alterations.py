"""Every small change that can be made to a module: the mutants that its tests should notice.

Operators become others, conditions their opposite, numbers their neighbours; texts, keywords,
statements and the kinds of error that are caught go. Annotations and docstrings stay.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_OTHERS: Final[dict[type[ast.AST], tuple[str, ...]]] = {
    ast.Lt: ("<=",), ast.LtE: ("<",), ast.Gt: (">=",), ast.GtE: (">",), ast.Eq: ("!=",),
    ast.NotEq: ("==",), ast.Is: ("is not",), ast.IsNot: ("is",), ast.In: ("not in",),
    ast.NotIn: ("in",), ast.Add: ("-",), ast.Sub: ("+",), ast.Mult: ("/",), ast.Div: ("*",),
    ast.FloorDiv: ("/",), ast.Mod: ("*",), ast.Pow: ("*",), ast.BitOr: ("&",), ast.BitAnd: ("|",),
    ast.LShift: (">>",), ast.RShift: ("<<",), ast.And: ("or",), ast.Or: ("and",),
}  # fmt: skip
_REMOVED: Final = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True)
class Mutant:
    """A module with one change: at ``line``, in a function or class, ``old`` became ``new``."""

    line: int
    within: str
    old: str
    new: str
    source: str

    @property
    def name(self) -> str:
        """What tells it apart, whatever stands around it: see the list of equivalent ones."""
        return f"{self.within}: {' '.join(self.old.split())} -> {' '.join(self.new.split())}"


class _Text:
    """A source and where its nodes stand in it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line.encode()))
        self._bytes = source.encode()

    def span(self, node: ast.AST) -> tuple[int, int]:
        begin = self._starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = self._starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return begin, end

    def of(self, begin: int, end: int) -> str:
        return self._bytes[begin:end].decode()

    def with_other(self, begin: int, end: int, new: str) -> str:
        return (self._bytes[:begin] + new.encode() + self._bytes[end:]).decode()

    def line_of(self, at: int) -> tuple[int, int, int]:
        """The number of the line that holds a byte, from 1, and where it begins and ends."""
        number = next(n for n, start in enumerate(self._starts) if start > at)
        return number, self._starts[number - 1], self._starts[number]


def mutants(source: str) -> Iterator[Mutant]:
    """All mutants of a module, in the order of its lines. Each is a module that can be compiled."""
    text = _Text(source)
    found = set()
    for within, node in _nodes(ast.parse(source), "module"):
        for begin, end, new in _changes(text, node):
            if text.of(begin, end) != new:
                found.add((begin, end, new, within))
    for begin, end, new, within in sorted(found):
        changed = text.with_other(begin, end, new)
        try:
            compile(changed, "mutant", "exec")
        except (SyntaxError, ValueError):
            continue
        number, first, last = text.line_of(begin)
        if end <= last:
            old_line = text.of(first, last)
            new_line = text.of(first, begin) + new + text.of(end, last)
        else:
            old_line, new_line = text.of(begin, end), new
        yield Mutant(number, within, old_line, new_line, changed)


def _nodes(node: ast.AST, within: str) -> Iterator[tuple[str, ast.AST]]:
    """What may be changed, with the name of the function or class that it is in."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        within = node.name if within == "module" else f"{within}.{node.name}"
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_docstring(child):
                continue
            yield within, child
            if not isinstance(child, ast.JoinedStr):
                yield from _nodes(child, within)


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _changes(text: _Text, node: ast.AST) -> Iterator[tuple[int, int, str]]:
    match node:
        case ast.Compare():
            operands = [node.left, *node.comparators]
            for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
                yield from _operator(text, operator, left, right)
        case ast.BinOp():
            yield from _operator(text, node.op, node.left, node.right)
        case ast.BoolOp():
            for left, right in zip(node.values, node.values[1:], strict=False):
                yield from _operator(text, node.op, left, right)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield (*text.span(node), text.of(*text.span(operand)))
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield (*text.span(test), f"not ({text.of(*text.span(test))})")
        case ast.comprehension(ifs=tests):
            for test in tests:
                yield (*text.span(test), f"not ({text.of(*text.span(test))})")
        case ast.Constant(value=value):
            for new in _constants(value):
                yield (*text.span(node), new)
        case ast.JoinedStr():
            yield (*text.span(node), '""')
        case ast.Return(value=ast.expr()):
            yield (*text.span(node), "return None")
        case ast.Call(keywords=keywords):
            for keyword in keywords:
                yield from _without(text, keyword)
        case ast.ExceptHandler(type=ast.Tuple(elts=kinds)):
            for kind in kinds:
                yield from _without(text, kind)
    if isinstance(node, _REMOVED):
        yield (*text.span(node), "pass")


def _operator(
    text: _Text, operator: ast.AST, left: ast.AST, right: ast.AST
) -> Iterator[tuple[int, int, str]]:
    begin, end = text.span(left)[1], text.span(right)[0]
    between = text.of(begin, end)
    closing = between[: len(between) - len(between.lstrip(") \n"))]
    opening = between[len(between.rstrip("( \n")) :]
    for new in _OTHERS.get(type(operator), ()):
        yield begin, end, f"{closing or ' '}{new}{opening or ' '}"


def _constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        yield from (str(value + 1), str(value - 1))
    elif isinstance(value, float):
        yield repr(value * 1.1 if value else 1.0)
    elif isinstance(value, str):
        yield repr("" if value else "x")
    elif isinstance(value, bytes):
        yield repr(b"" if value else b"x")


def _without(text: _Text, node: ast.AST) -> Iterator[tuple[int, int, str]]:
    """The node and the comma behind it, or before it, taken out."""
    begin, end = text.span(node)
    rest = text.of(end, end + 200)
    if rest.lstrip().startswith(","):
        yield begin, end + rest.index(",") + 1, ""
        return
    before = text.of(max(0, begin - 200), begin)
    if before.rstrip().endswith(","):
        yield begin - (len(before) - before.rindex(",")), end, ""
    else:
        yield begin, end, ""
