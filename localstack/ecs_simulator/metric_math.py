"""Metric math over series of points: as much of it as alarms on load balancers use."""

import operator
import re
from collections.abc import Callable

# The value of each period; periods without data are missing.
Series = dict[int, float]
Operand = Series | float
TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[A-Za-z_][A-Za-z0-9_]*|>=|<=|==|!=|&&|\|\||[-+*/()<>,])")
# From the loosest to the tightest.
LEVELS: tuple[dict[str, Callable], ...] = (
    {"||": lambda a, b: float(bool(a) or bool(b)), "OR": lambda a, b: float(bool(a) or bool(b))},
    {"&&": lambda a, b: float(bool(a) and bool(b)), "AND": lambda a, b: float(bool(a) and bool(b))},
    {
        sign: lambda a, b, compare=compare: float(compare(a, b))
        for sign, compare in {
            ">=": operator.ge,
            "<=": operator.le,
            "==": operator.eq,
            "!=": operator.ne,
            ">": operator.gt,
            "<": operator.lt,
        }.items()
    },
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": operator.truediv},
)


def evaluate(expression: str, known: dict[str, Series], periods: list[int]) -> Series:
    """Returns the points of an expression; raises ValueError for what is not simulated."""
    found = _Reader(expression, known, periods).whole()
    return found if isinstance(found, dict) else dict.fromkeys(periods, found)


def names(expression: str) -> set[str]:
    """Returns the ids that an expression uses: they begin with a small letter."""
    return set(re.findall(r"\b[a-z][A-Za-z0-9_]*", expression))


class _Reader:
    def __init__(self, expression: str, known: dict[str, Series], periods: list[int]):
        self._tokens = _tokens(expression)
        self._known, self._periods = known, periods

    def whole(self) -> Operand:
        found = self._level(0)
        if self._tokens:
            raise ValueError(f"unexpected {self._tokens[0]!r}")
        return found

    def _level(self, level: int) -> Operand:
        if level == len(LEVELS):
            return self._atom()
        found = self._level(level + 1)
        while self._tokens and self._tokens[0] in LEVELS[level]:
            combine = LEVELS[level][self._take()]
            found = _pointwise(combine, found, self._level(level + 1))
        return found

    def _atom(self) -> Operand:
        token = self._take()
        if token == "(":
            found = self._level(0)
            self._expect(")")
            return found
        if token == "-":
            return _pointwise(operator.sub, 0.0, self._atom())
        if token[0].isdigit():
            return float(token)
        if token in self._known:
            return self._known[token]
        arguments = self._arguments() if token in ("IF", "FILL") else None
        if token == "FILL" and len(arguments) == 2 and isinstance(arguments[1], float):
            return dict.fromkeys(self._periods, arguments[1]) | arguments[0]
        if token == "IF" and len(arguments) in (2, 3):
            return self._chosen(*arguments)
        raise ValueError(f"{token} is not simulated")

    def _arguments(self) -> list[Operand]:
        self._expect("(")
        found = [self._level(0)]
        while self._tokens and self._tokens[0] == ",":
            self._take()
            found.append(self._level(0))
        self._expect(")")
        return found

    def _chosen(self, condition: Operand, then: Operand, other: Operand | None = None) -> Series:
        found = {}
        for period in self._periods:
            holds = _at(condition, period)
            chosen = None if holds is None else then if holds else other
            value = None if chosen is None else _at(chosen, period)
            if value is not None:
                found[period] = value
        return found

    def _take(self) -> str:
        if not self._tokens:
            raise ValueError("the expression ends early")
        return self._tokens.pop(0)

    def _expect(self, token: str) -> None:
        if self._take() != token:
            raise ValueError(f"expected {token!r}")


def _tokens(expression: str) -> list[str]:
    found, place = [], 0
    text = expression.rstrip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"unexpected {text[place:]!r}")
        found.append(match[1])
        place = match.end()
    return found


def _at(operand: Operand, period: int) -> float | None:
    return operand.get(period) if isinstance(operand, dict) else operand


def _pointwise(combine: Callable, left: Operand, right: Operand) -> Operand:
    """Combines where both have a value; dividing by nothing gives none."""
    if isinstance(left, float) and isinstance(right, float):
        return float(combine(left, right))
    series = left if isinstance(left, dict) else right
    if isinstance(left, dict) and isinstance(right, dict):
        series = {period: value for period, value in left.items() if period in right}
    found = {}
    for period in series:
        try:
            found[period] = float(combine(_at(left, period), _at(right, period)))
        except ZeroDivisionError:
            continue
    return found
