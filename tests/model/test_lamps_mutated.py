"""Change ``signs`` in every small way: each shows another lamp, cause or line somewhere."""

import ast
import copy
import inspect
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from types import ModuleType
from typing import Any

from appliance.model import lamps
from appliance.model.lamps import Cause, Light, Need
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from tests.model.lamps import EVERY_LINE
from tests.model.test_lamps import ASKING, asks, lacks_its_day_alone

TREE = ast.parse(inspect.getsource(lamps))
DECIDES = {"signs", "lamp_pattern", "amiss", "gravest", "_red", "_green"}

Told = list[tuple[str, str, str, str]]
"""Of each lamp that shines: its name, light, cause and line."""

SINGLES = [each for each in EVERY_LINE if not each.notice and not each.records_from]
FEW = [
    LineStatus(line=f"{state} {obstacle} {slow}", state=state, obstacle=obstacle, slow_sync_ms=slow)
    for state, obstacle, slow in product(
        ("idle", "asking", "recording", "paused", "fault", "unknown"),
        (None, Obstacle.DAY, Obstacle.WORDS),
        (0, 1_400),
    )
]
CASES = [
    ((), Need.NOTHING),
    *(((line,), need) for line in SINGLES[::5] for need in (Need.NOTHING, Need.TIME)),
    *(((one, two), need) for one, two in product(FEW, FEW) for need in (Need.NOTHING, Need.OLDER)),
]


def wanted(lines: tuple[LineStatus, ...], need: Need) -> Told:
    """Say anew what shines and why, from the words of docs/front.md."""
    red = wanted_red(lines, need)
    if line := first(lines, lambda each: each.state in ASKING):
        return [("amber", Light.BLINKING, Cause.ASKING, line), *red]
    if red and red[0][1] != Light.WINK:
        return red
    if line := first(lines, asks):
        return [("green", Light.STEADY, Cause.READY, line), *red]
    line = first(lines, lacks_its_day_alone)
    return [("green", Light.WINK, Cause.FIRST_DAY, line)] if line and not red else red


def wanted_red(lines: tuple[LineStatus, ...], need: Need) -> Told:
    """Say it of the red lamp: the first that holds."""
    holds = (
        (Light.STEADY, Cause.RECORDING, first(lines, lambda each: each.state == "recording")),
        (Light.BLINKING, Cause.PAUSED, first(lines, lambda each: each.state == "paused")),
        (Light.WINK, next(filter(None, map(silent, lines)), ""), first(lines, silent)),
        (Light.WINK, Cause.SLOW_DISK, first(lines, lambda each: each.slow_sync_ms > 0)),
    )
    for light, cause, line in holds:
        if line:
            return [("red", light, cause, line)]
    if not lines:
        return [("red", Light.WINK, Cause.NO_LINE, "")]
    return [] if need is Need.NOTHING else [("red", Light.WINK, need, "")]


def first(lines: tuple[LineStatus, ...], fits: Callable[[LineStatus], object]) -> str:
    """Return the name of the first line that fits; empty if none does."""
    return next((each.line for each in lines if fits(each)), "")


def silent(line: LineStatus) -> str:
    """Say why a line that should ask does not; empty if it asks, or may wait."""
    if line.state == "fault":
        return Cause.FAULT
    if line.state == "unknown":
        return Cause.NOT_AT_REST
    if line.obstacle in {None, Obstacle.KIND} or lacks_its_day_alone(line):
        return ""
    return str(line.obstacle)


def told(module: Any, lines: tuple[LineStatus, ...], need: Need) -> Told:
    """Return what a module says shines, and why."""
    return [
        (each.lamp, str(each.light), str(each.cause), each.line.line if each.line else "")
        for each in module.signs(lines, *asked(module, need))
    ]


def asked(module: Any, need: Need) -> tuple[Need, ...]:
    """Return a need as a module has it; none is what holds where it is not named."""
    return () if need is Need.NOTHING else (module.Need(need.value),)


def amiss(module: Any) -> str:
    """Return the first thing that a module says wrongly; empty if all is right."""
    for lines, need in CASES:
        try:
            if told(module, lines, need) != wanted(lines, need):
                return f"{lines}, {need}"
            shown = module.lamp_pattern(lines, *asked(module, need))
            lights = {lamp: light for lamp, light, _, _ in wanted(lines, need)}
            for lamp in ("green", "amber", "red"):
                if getattr(shown, lamp) != lights.get(lamp, Light.OFF):
                    return f"{lines}, {need}: {lamp}"
        except Exception as error:
            return f"{lines}, {need}: {error}"
    needs = list(module.Need)
    ordered = all(
        module.gravest(one, two) is needs[min(needs.index(one), needs.index(two))]
        for one, two in product(needs, needs)
    )
    return "" if ordered else "gravest"


SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
OTHERS = {kind.__name__: [*kind.__members__] for kind in (Light, Cause, Need, Obstacle)}


Change = Callable[[Any], object]
"""Changes a node in its place."""


def changes(node: ast.AST) -> Iterator[Change]:
    """Yield what may be done to a node, each to a copy of it."""
    yield from _of_a_condition(node)
    match node:
        case ast.Set(elts=elts):
            yield from (partial(_drop, at=at) for at in range(len(elts)))
        case ast.Name(id="min"):
            yield partial(_put, id="max")
        case ast.Attribute(value=ast.Name(id=kind), attr=name) if kind in OTHERS:
            yield partial(_put, attr=next(each for each in OTHERS[kind] if each != name))
        case ast.comprehension(ifs=[_]):
            yield partial(_put, ifs=[])
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield partial(_put, value=ast.Constant(None))


def _of_a_condition(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            yield partial(_put, ops=[SWAPS[type(op)]()])
        case ast.BoolOp(op=op, values=values):
            yield partial(_put, op=SWAPS[type(op)]())
            neutral = ast.Constant(isinstance(op, ast.And))
            for at in range(len(values)):
                yield partial(_put, values=[*values[:at], neutral, *values[at + 1 :]])
        case ast.If(test=test) | ast.IfExp(test=test):
            yield partial(_put, test=ast.UnaryOp(ast.Not(), test))
        case ast.UnaryOp(op=ast.Not()):
            yield partial(_put, op=ast.UAdd())


def _put(node: Any, **fields: object) -> None:
    for name, value in fields.items():
        setattr(node, name, value)


def _drop(node: Any, at: int) -> None:
    node.elts.pop(at)


def parts(tree: ast.Module) -> list[ast.AST]:
    """Return the nodes of what decides, in an order that stays."""
    return [
        node
        for top in tree.body
        if getattr(top, "name", "") in DECIDES
        or (isinstance(top, ast.Assign) and ast.unparse(top.targets[0]) == "_ASKING")
        for node in ast.walk(top)
        if not isinstance(node, ast.arguments)
    ]


def mutants() -> Iterator[tuple[str, ast.Module]]:
    """Yield each change of the source, and where it is."""
    for at, node in enumerate(parts(TREE)):
        for number, _ in enumerate(changes(node)):
            tree = copy.deepcopy(TREE)
            one = parts(tree)[at]
            list(changes(one))[number](one)
            where = getattr(node, "lineno", 0)
            yield f"{where}: {ast.unparse(node)} #{number}", ast.fix_missing_locations(tree)


def run(tree: ast.Module) -> ModuleType:
    """Return a changed source as a module."""
    module = ModuleType("appliance.model.lamps_changed")
    sys.modules[module.__name__] = module
    try:
        exec(compile(tree, "lamps", "exec"), module.__dict__)  # noqa: S102 - our own source
    finally:
        del sys.modules[module.__name__]
    return module


def test_what_decides_is_as_it_is_written() -> None:
    assert amiss(lamps) == ""
    assert amiss(run(TREE)) == ""


def test_every_change_of_it_is_seen() -> None:
    every = list(mutants())
    assert len(every) > 60
    assert [what for what, tree in every if not amiss(run(tree))] == []
