"""Measure how much of each shipped prompt a recogniser gets over a telephone.

``python -m benchmarks.words.heard`` needs faster-whisper and its model (``make words`` says how).
It writes ``heard.toml`` beside this file, which ``benchmarks.words.page`` reads. A machine's ear is
harsher than a person's, and yet it ranks voices as people do.
"""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.prompts.shipped import shipped
from benchmarks.words.listener import Listener, letters_wrong, words_wrong
from benchmarks.words.telephone import received

KEPT = Path(__file__).with_name("heard.toml")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the recogniser made of a prompt."""

    sha256: str
    text: str
    words_wrong: int
    words: int
    letters_wrong: int
    letters: int


def kept() -> dict[str, Recognised]:
    """Return what was measured: hash of the sound -> result."""
    if not KEPT.exists():
        return {}
    tables = tomllib.loads(KEPT.read_text("utf-8")).get("prompt", [])
    return {table["sha256"]: Recognised(**table) for table in tables}


def measure() -> Iterator[Recognised]:
    """Listen to every shipped prompt that is not measured yet, and keep each result at once."""
    before, listener = kept(), Listener()
    for entry in shipped().entries.values():
        if entry.sha256 in before:
            yield before[entry.sha256]
            continue
        got = listener.hear(received(shipped().sound(entry)), entry.language)
        words = words_wrong(entry.text, got, entry.language)
        letters = letters_wrong(entry.text, got, entry.language)
        yield Recognised(entry.sha256, got.replace('"', "'"), *words, *letters)


def main() -> None:
    """Measure, and write after each prompt, so that nothing is lost."""
    done: list[Recognised] = []
    for heard in measure():
        done.append(heard)
        KEPT.write_text("\n".join(map(_table, done)), "utf-8")
        sys.stdout.write(f"{heard.words_wrong} of {heard.words} words wrong: {heard.text}\n")
        sys.stdout.flush()


def _table(heard: Recognised) -> str:
    return (
        f'[[prompt]]\nsha256 = "{heard.sha256}"\ntext = "{heard.text}"\n'
        f"words_wrong = {heard.words_wrong}\nwords = {heard.words}\n"
        f"letters_wrong = {heard.letters_wrong}\nletters = {heard.letters}\n"
    )


if __name__ == "__main__":
    main()
