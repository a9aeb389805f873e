"""Run ``zgoda words``: show what the lines say, and have it spoken."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from appliance.commands.helpers.options import config_option, read_config
from appliance.commands.helpers.refusals import told
from appliance.commands.helpers.terminal import decimal, here
from appliance.config.settings import Config, Line
from appliance.errors import ZgodaError
from appliance.language import N_, language_of
from appliance.model.sentences.faults import in_words

if TYPE_CHECKING:
    from appliance.model.sentences.lacking import Lacking
    from appliance.prompts.voices.engine import Engine
    from appliance.prompts.voices.piper import Piper


NEXT = N_(
    "A recorder that runs does not know of them yet. Each line says them from its next call on, "
    "once the recorder is started again or the settings change. (On the page Announcements of the "
    "panel they hold at once.)"
)


@click.command(
    short_help="Show what the lines say, or have it spoken.",
    epilog="\b\nExample: zgoda words\nzgoda words --speak --voice Natan",
)
@config_option
@click.option("--speak", is_flag=True, help="Have a voice of this box speak what is not there yet.")
@click.option("--again", is_flag=True, help="With --speak: also what is there already.")
@click.option("--voice", default="", metavar="NAME", help="With --speak: another than the best.")
@click.option("--voices", "list_voices", is_flag=True, help="List the voices of this box.")
def command(
    config_file: Path | None, *, speak: bool, again: bool, voice: str, list_voices: bool
) -> None:
    """Print every text that the lines may have to say, made from the configuration.

    A bar stands before the last key's name: its end is the mark, from which on a key may agree.
    With --speak, what is new is spoken into the folder "rendered" of vault.prompts. Words of your
    own are said only once a person has confirmed them; the last lines tell how.
    """
    from appliance.prompts.languages import in_languages

    config = read_config(config_file)
    if list_voices:
        _list(config)
    elif speak:
        _speak(config, voice, again=again)
    else:
        for line in (each for one in config.lines for each in in_languages(config, one)):
            _show(config, line)


def _show(config: Config, line: Line) -> None:
    from appliance.prompts import languages
    from appliance.prompts.words.compose import compose
    from appliance.prompts.words.confirmed import unconfirmed

    if not line.purposes:
        silent = N_("%(line)s: says nothing, since it has no purpose.")
        click.echo(here(silent, line=line.name))
        return
    language = languages.language_of(config, line)
    click.echo(f"{line.name} ({language})")
    for saying, words in compose(config, line, language).items():
        what = " ".join((saying.spoken.value, *sorted(saying.purposes)))
        click.echo(f"  {what}: {' | '.join(words.pieces)}")
    for lacking in unconfirmed(config, line, language):
        confirmed = f'confirmed = {{ by = "…", day = "…", words = "{lacking.values["words"]}" }}'
        click.echo(f"  {lacking.sentence(language_of(os.environ))} {confirmed}")


def _list(config: Config) -> None:
    from appliance.prompts.on_box import VOICES
    from appliance.prompts.voices.choose import voices
    from appliance.prompts.voices.piper import Piper, amiss

    owners = Path(config.vault.prompts) / VOICES if config.vault.prompts else None
    for language in config.office.languages:
        found = voices(language, owners)
        for engine in found:
            voice = engine.voice
            click.echo(f"{language}: {voice.title}, {voice.licence}")
            if voice.warning:
                click.echo(f"    {voice.warning.sentence(language_of(os.environ))}")
            if isinstance(engine, Piper):
                click.echo(f"    {_trial(engine)}")
        if not found:
            click.echo(here(N_("%(language)s: no voice is installed."), language=language))
    for lacking in amiss(owners):
        click.echo(lacking.sentence(language_of(os.environ)))


def _trial(piper: "Piper") -> str:
    """Have a voice that the owner brought speak a sentence; say what came of it."""
    from appliance.model.audio import RATE
    from appliance.prompts.voices.piper import tried

    try:
        sound = tried(piper)
    except ZgodaError as error:
        unfit = N_("It cannot be used.")
        return f"{here(unfit)} {told(error)}"
    spoke = N_("It spoke a sentence of %(seconds)s s as a test.")
    return here(spoke, seconds=decimal(sound.size / RATE))


def _speak(config: Config, voice: str, *, again: bool) -> None:
    from appliance.model.audio import RATE
    from appliance.prompts.on_box import VOICES, speak_on_box
    from appliance.prompts.voices.choose import choose

    if not config.vault.prompts:
        raise ZgodaError(in_words("prompts_unnamed"))
    owners = Path(config.vault.prompts)
    warnings: dict[str, Lacking] = {}

    def engine(language: str) -> "Engine":
        chosen = choose(language, voice, owners / VOICES)
        if warning := chosen.voice.warning:
            warnings[warning.code] = warning
        return chosen

    spoken = list(speak_on_box(config, owners, engine, again=again))
    for entry in spoken:
        lasting = decimal(entry.samples / RATE)
        click.echo(f"{lasting:>5}\N{NO-BREAK SPACE}s  {entry.title}: {entry.text}")
    count = here(N_("Texts that were spoken: %(count)s."), count=len(spoken))
    click.echo(f"{count} {here(NEXT) if spoken else ''}".strip())
    for warning in warnings.values():
        click.echo(warning.sentence(language_of(os.environ)))
