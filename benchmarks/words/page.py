"""Write docs/words.md: each composed text, its seconds, how shipped ones are heard.

``python -m benchmarks.words.page`` needs the engines of ``appliance.prompts.ship``. The lines are
those whose golden texts the tests hold (``tests/prompts/lines.py``).
"""

from collections.abc import Iterator
from pathlib import Path

from appliance.config.settings import Config, Line
from appliance.errors import PromptError
from appliance.model.audio import RATE
from appliance.model.policy import Saying
from appliance.prompts.render import render
from appliance.prompts.ship import shipping_engine
from appliance.prompts.shipped import SHIPPED, shipped
from appliance.prompts.voices.engine import Engine
from appliance.prompts.words.compose import compose, variants
from benchmarks.words.heard import Recognised, kept
from tests.prompts.lines import LINES, line_of

PAGE = Path(__file__).parents[2] / "docs" / "words.md"
ABOUT = Path(__file__).with_name("about.md")
Spoken = dict[tuple[str, str], tuple[tuple[str, ...], str]]
"""Language and first text -> what is said, and its seconds."""

LANGUAGES = ("pl", "en", "de")
_NAMES = {"pl": "Polish", "en": "English", "de": "German"}


def main() -> None:
    """Write the page."""
    engines = {language: shipping_engine(language) for language in LANGUAGES}
    parts = [ABOUT.read_text("utf-8"), *_heard(), "\n## Every text, with its seconds\n\n"]
    parts += [
        "Written by `python -m benchmarks.words.page`. `|` stands before the last key's name: its "
        "end is the mark. The seconds are those of the voices above, silence at the end included; "
        "*shorter* stands where the first text does not fit and the box says less.\n"
    ]
    spoken: Spoken = {}
    for name, (purposes, keys, choose_key) in LINES.items():
        config, line = line_of(purposes, keys, choose_key)
        parts.append(f"\n### {name.capitalize()}\n")
        for language in LANGUAGES:
            parts.append(f"\n**{_NAMES[language]}**\n\n| What | s | Words |\n|---|---|---|\n")
            parts += _rows(config, line, engines[language], language, spoken)
    PAGE.write_text("".join(parts), "utf-8")


def _rows(
    config: Config,
    line: Line,
    engine: Engine,
    language: str,
    spoken: Spoken,
) -> Iterator[str]:
    for saying in compose(config, line, language):
        pieces, seconds = _measured(config, line, engine, language, saying, spoken)
        title = " ".join((saying.spoken.value, *sorted(saying.purposes)))
        text = " \\| ".join(pieces)
        yield f"| {title} | {seconds} | {text} |\n"


def _measured(
    config: Config,
    line: Line,
    engine: Engine,
    language: str,
    saying: Saying,
    spoken: Spoken,
) -> tuple[tuple[str, ...], str]:
    """Return the words that the box would say, with their seconds and what was shortened."""
    ways = list(variants(config, line, language, saying))
    key = language, ways[0].text
    if key not in spoken:
        try:
            entry, sound = render(ways, engine, language, saying)
        except PromptError as error:
            spoken[key] = ways[-1].pieces, str(error)
        else:
            note = "" if entry.text == ways[0].text else ", shorter"
            spoken[key] = entry.pieces, f"{sound.size / RATE:.1f}{note}"
    return spoken[key]


def _heard() -> Iterator[str]:
    """Tell how well each shipped prompt is understood, and what it weighs."""
    measured = kept()
    yield "\n## How well the shipped prompts are heard\n\n"
    yield "| Prompt | Voice | s | kB | Words wrong | Letters wrong | What was understood |\n"
    yield "|---|---|---|---|---|---|---|\n"
    sums: dict[str, list[Recognised]] = {language: [] for language in LANGUAGES}
    for entry in shipped().entries.values():
        size = (SHIPPED / entry.language / entry.file).stat().st_size / 1000
        title = f"{entry.language} {entry.file.rpartition('-')[0]}"
        row = f"| {title} | {entry.title} | {entry.samples / RATE:.1f} | {size:.0f} | "
        if (heard := measured.get(entry.sha256)) is None:
            yield f"{row}not measured | | |\n"
            continue
        sums[entry.language].append(heard)
        wrong, letters = (
            _percent(heard.words_wrong, heard.words),
            _percent(heard.letters_wrong, heard.letters),
        )
        yield f"{row}{wrong} | {letters} | {heard.text} |\n"
    for language, all_heard in sums.items():
        words = _percent(sum(h.words_wrong for h in all_heard), sum(h.words for h in all_heard))
        letters = _percent(
            sum(h.letters_wrong for h in all_heard), sum(h.letters for h in all_heard)
        )
        yield f"| **{_NAMES[language]}, all** | | | | **{words}** | **{letters}** | |\n"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


if __name__ == "__main__":
    main()
