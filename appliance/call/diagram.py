"""Draw the table of the dialogue as a page for people."""

from appliance.call.rule import IGNORED
from appliance.call.states import State
from appliance.call.table.whole import RULES

_HEAD = """# The dialogue

Drawn from the table in `appliance/call/table/` by `appliance/call/diagram.py`; a test fails when
this page differs from the table. Symbols that are not listed are ignored. Draw it again with

    python -c "from appliance.call.diagram import page; print(page(), end='')" > docs/dialogue.md

What stops something acts on arrival. What permits something (an answer, a consent, a notice that
was heard) is filed in the docket, waits 500 ms for late events of the hook source, and is then
judged in order of capture.
"""


def page() -> str:
    """Return the page: a graph of the states and one table for each of them."""
    parts = [_HEAD, "```dot", graph(), "```", ""]
    for state in State:
        parts += [f"## {state}", "", "| symbol | leads to | does |", "|---|---|---|"]
        parts += [
            f"| {symbol} | {rule.to} | {rule.does} |"
            for symbol, rule in RULES[state].items()
            if rule.does != IGNORED
        ]
        parts.append("")
    return "\n".join(parts)


def graph() -> str:
    """Return the states and their transitions in Graphviz's language."""
    lines = ["digraph dialogue {", "  node [shape=box];"]
    for state in State:
        arrows: dict[State, list[str]] = {}
        for symbol, rule in RULES[state].items():
            if rule.to is not state:
                arrows.setdefault(rule.to, []).append(symbol)
        lines += [
            f'  {state} -> {to} [label="{", ".join(symbols)}"];' for to, symbols in arrows.items()
        ]
    return "\n".join([*lines, "}"])
