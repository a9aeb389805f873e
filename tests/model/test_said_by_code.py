"""Keep errors that people read free of English sentences: each carries a code of ours.

A text that ``in_words``, ``noted``, ``device_fault`` or a code of another table did not make is
English to everybody. What is left of such texts is listed with its reason, and only falls.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from appliance import errors
from tests.repository.trees import ROOT, calls

SHOWN = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.ZgodaError) and kind is not errors.Refused
} | {
    *("BackupFailed", "BadProof", "Malformed", "Unusable", "OtherModel", "LineFault", "Silent"),
    *("UsageError", "BadParameter", "ClickException"),
}
"""Errors that a terminal prints, a page shows or an answer carries."""

LEFT = {
    # Two of our own processes misunderstand each other: the other says a code, this is its log.
    "appliance/link/client.py": 2,
    "appliance/link/frames.py": 16,
    "appliance/link/server.py": 1,
    # A part of a longer text of the activity log's check, for its log.
    "appliance/vault/audit/entries.py": 5,
    # Why a file stays where it is, for the log of the archive service.
    "appliance/keeper/recordings/intake.py": 2,
    "appliance/keeper/storage/ledger_file.py": 1,
    "appliance/keeper/dispatch.py": 1,
    # What only a fault of ours, or of the kernel, can bring about.
    "appliance/clock.py": 1,
    "appliance/exchange/isdn/driver.py": 1,
    "appliance/exchange/tones.py": 1,
}
"""File -> English texts that are raised there; none may come, and one that goes leaves the list."""


def raised() -> Iterator[tuple[str, str]]:
    """Yield the file and the text of each error that is made with a text of its own."""
    for path, node in calls(*SHOWN):
        for text in filter(None, map(literal, node.args)):
            yield str(path.relative_to(ROOT)), text


def literal(said: ast.expr) -> str:
    """Return a text that is written out, also one of two; empty if it is a code or made elsewhere.

    A code is one word.
    """
    match said:
        case ast.IfExp(body=body, orelse=orelse):
            return literal(body) or literal(orelse)
        case ast.Constant(value=str(text)) if " " in text:
            return text
        case ast.JoinedStr() | ast.BinOp():
            return ast.unparse(said)
        case ast.Call(func=ast.Name(id="str") | ast.Attribute(attr="format")):
            return ast.unparse(said)
        case _:
            return ""


def test_no_error_brings_an_english_sentence() -> None:
    found = Counter(path for path, _ in raised())
    told = [each for each in raised() if found[each[0]] != LEFT.get(each[0], 0)]
    assert dict(found) == LEFT, told


def test_a_sentence_would_be_seen() -> None:
    for text in ('"It is broken."', 'f"{path} is broken."', "str(error)", '"a b" if x else "c"'):
        assert literal(ast.parse(text, mode="eval").body)
    for text in ('"full"', "noted('full', 'No room is left.')", "in_words('full')", "why"):
        assert not literal(ast.parse(text, mode="eval").body)
