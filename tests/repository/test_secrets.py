"""Test that nothing shipped holds a key, a password or a token (EN 303 645, 5.4-3)."""

import ast
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ("appliance", "web", "systemd", "firmware-config", "image-build", ".ci", "docs")
NO_TEXT = re.compile(rb"[^\t-\r -~]")
WRITTEN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-1[0-9A-Z]{20}|\beyJ[\w-]{10,}\.eyJ|"
    r"\b(?:AKIA|ghp_|glpat-|xox[bp]-)[\w-]{12}|://[^/\s:@\"']+:[^/\s:@\"'<{]+@"
)
"""Private keys, tokens and passwords in addresses, as programs write them."""
NAMED = re.compile(
    r"(password|passphrase|secret|token|credential|private_?key|api_?key)s?$", re.IGNORECASE
)
HEX, LETTERS = re.compile(r"[0-9a-fA-F]{32,}"), re.compile(r"[\w+/=-]{22,}")
BITS_A_SIGN = 3.8  # of a text of random letters and digits; of words it is less
BITS_A_HEX_DIGIT = 3.0
NO_SECRETS = {
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ": "the alphabet of codes and sheets",
    "qpzry9x8gf2tvdw0s3jn54khce6mua7l": "the alphabet of Bech32",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p": "a way across a keyboard, refused as a password",
    "zaq12wsxcde34rfvbgt56yhnmju78ik": "another",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7": "another",
}


def bits_a_sign(text: str) -> float:
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def looks_random(value: object) -> bool:
    """Say whether a constant could be a key: bytes that are no text, or letters without words."""
    if isinstance(value, bytes):
        return len(value) >= 16 and len(NO_TEXT.findall(value)) > len(value) // 3  # labels have few
    if isinstance(value, str) and HEX.fullmatch(value):
        return bits_a_sign(value) > BITS_A_HEX_DIGIT
    if isinstance(value, str) and LETTERS.fullmatch(value):
        return bool(re.search(r"\d", value)) and bits_a_sign(value) > BITS_A_SIGN
    return False


def names_of(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Give each name that a piece of code sets, with the constant that it is set to."""
    if not isinstance(getattr(node, "value", None), ast.Constant):
        return
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield ast.unparse(target), node.value
    elif isinstance(node, ast.AnnAssign | ast.keyword) and node.value is not None:
        yield (
            ast.unparse(node.target) if isinstance(node, ast.AnnAssign) else node.arg or "",
            (node.value),
        )


def constants(source: str) -> Iterator[str]:
    """Give what in a module looks like a secret: its line, and why."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and looks_random(node.value):
            if node.value not in NO_SECRETS:
                yield f"{node.lineno}: random"
        for name, value in names_of(node):
            if isinstance(value, ast.Constant) and NAMED.search(name):
                if isinstance(value.value, str | bytes) and value.value:
                    if not str(value.value).startswith("/"):  # a path to one is none
                        yield f"{value.lineno}: {name}"


def found(path: Path) -> list[str]:
    """Return what in a file looks like a secret."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return []
    told = [f"{path}: {hit[0][:12]}" for hit in WRITTEN.finditer(text)]
    if path.suffix == ".py":
        told += [f"{path}:{where}" for where in constants(text)]
    return told


def test_nothing_that_ships_holds_a_secret() -> None:
    files = [path for folder in SHIPPED for path in (ROOT / folder).rglob("*") if path.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file()]
    code = [path for path in files if "__pycache__" not in path.parts]

    assert len(code) > 700
    assert [told for path in code for told in found(path)] == []


KEY = "-----BEGIN " + "PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("key.pem", f"{KEY}\nMC4CAQAwBQYDK2VwBCIEIA\n"),
        ("unit.service", f"Environment={'AGE-SECRET' + '-KEY-1' + 'Q' * 30}\n"),
        ("page.md", "curl https://ewa:" + "zielony@zgoda.lan/\n"),
        ("module.py", "PASSWORD = 'zgoda'\n"),
        ("module.py", "log_in(name, password='zgoda')\n"),
        ("module.py", "class Settings:\n    api_key: str = 'zgoda'\n"),
        ("module.py", "KEY = '9f86d081884c7d659a2feaa0c55ad015'\n"),
        ("module.py", "KEY = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg'\n"),
        ("module.py", f"KEY = {hashlib.sha256(b'test').digest()!r}\n"),
    ],
)
def test_a_secret_is_found(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")

    assert found(tmp_path / name) != []


@pytest.mark.parametrize(
    "text",
    ["PASSWORD = ''\n", "BOARD_SECRET = '/run/zgoda/secret'\n", "LABEL = b'zgoda keyring v4'\n"],
)
def test_what_is_none_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "module.py").write_text(text, "utf-8")

    assert found(tmp_path / "module.py") == []
