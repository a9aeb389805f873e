"""Run ``zgoda call``: one simulated call through the whole recorder, at speed."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from appliance.clock import Clock, SystemClock
from appliance.commands.helpers.call_rows import say_what_is_not_real
from appliance.commands.helpers.options import (
    EXISTING_FILE,
    config_option,
    json_option,
    modem_option,
    need_trial,
    places_option,
    print_json,
    read_config,
)
from appliance.commands.helpers.refusals import said_of
from appliance.commands.helpers.terminal import here
from appliance.config.drivers.known import SIMULATED
from appliance.config.folders import Folders
from appliance.config.kept import trial_language
from appliance.config.settings import Config
from appliance.language import N_

if TYPE_CHECKING:
    from appliance.commands.helpers.witness import Witness
    from appliance.exchange.scene import Scene
    from appliance.keeper.service import Keeper
    from appliance.model.audio import Sound
    from appliance.recorder.service import Recorder

    Meet = Callable[[Recorder], None]

_NUMBER = re.compile(r"(?=(?:\D*\d){3,20}\D*$)\+?[\d ()./-]*")
"""Digits as people write them; an empty number is a withheld one."""

NO_KEY = N_(
    "The line’s notice asks for no key, so %(key)s was not pressed: what is recorded there needs "
    "no consent."
)
TRIAL_ARCHIVE = N_("A trial archive was made in %(path)s. Keep what follows; it is not stored.")


@click.command(epilog="Example: zgoda call --from +48225550123 --answer 1 --by far --talk 5 --json")
@click.option(
    "--from",
    "number",
    default="+48225550123",
    show_default=True,
    help="The caller's number; '' withholds it.",
)
@click.option("--answer", default="1", show_default=True, help="The key pressed, or none.")
@click.option(
    "--by",
    type=click.Choice(["far", "near"]),
    default="far",
    show_default=True,
    help="Who presses it: the caller (far) or the office (near).",
)
@click.option(
    "--talk",
    type=click.FloatRange(0, 3600),
    default=5.0,
    show_default=True,
    help="Seconds of conversation.",
)
@click.option("--speech", type=EXISTING_FILE, help="The caller's voice, a WAV or FLAC file.")
@click.option(
    "--withdraw-after", type=click.FloatRange(0), help="Seconds until the caller withdraws."
)
@click.option("--scene", "scene_name", help="A scene instead: its name or a file.")
@click.option(
    "--isdn", is_flag=True, help="On a simulated ISDN line: an S0 bus over L1oIP on loopback."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of everything random.")
@modem_option
@config_option
@places_option
@json_option
def command(
    number: str,
    answer: str,
    by: Literal["far", "near"],
    talk: float,
    speech: Path | None,
    withdraw_after: float | None,
    scene_name: str | None,
    isdn: bool,
    seed: int,
    modem: str,
    config_file: Path | None,
    folders: Folders,
    as_json: bool,
) -> None:
    """Place one simulated call and print its outcome.

    The call runs through the whole recorder, faster than real time, and the keeper takes the
    recording in before the command ends. If the data folder holds no vault, the command makes one
    for trial and prints its password and recovery sheet, which are stored nowhere. With --modem a
    real driver sees the call through an emulated modem's serial port, in real time. Exit code 0
    whether or not the call was recorded.
    """
    need_trial(config_file, modem)
    config, clock = read_config(config_file, modem, trial_language(folders)), SystemClock()
    if number and not _NUMBER.fullmatch(number):
        raise click.BadParameter(said_of("not_a_number", number=number), param_hint="'--from'")
    config = _on_isdn(config) if isdn else config
    scene = _scene(number, answer, by, talk, withdraw_after, scene_name)
    voice = _voice(speech)  # before anything is made for the call
    with _keeper(config, folders, clock) as (take_up, meet):
        witness = place(config, folders, clock, scene, seed=seed, voice=voice, meet=meet)
        take_up()
    if as_json:
        print_json({"unreal": "simulated"} | witness.result())
    else:
        say_what_is_not_real(["simulated"])
        for line in witness.lines():
            click.echo(line)
    if scene_name is None and answer != "none" and witness.needed_no_key:
        click.echo(here(NO_KEY, key=answer), err=True)


def _on_isdn(config: Config) -> Config:
    """Let the simulated lines be ISDN lines: their tap hears both directions apart."""
    lines = (
        replace(line, audio=replace(line.audio, options={"sides": "far/near"}))
        if line.audio.driver in SIMULATED
        else line
        for line in config.lines
    )
    return replace(config, lines=tuple(lines))


def _voice(speech: Path | None) -> "Sound | None":
    """Read the caller's voice; raises PromptError if it cannot be used."""
    from appliance.prompts.speech import read_voice

    return None if speech is None else read_voice(speech)


def place(
    config: Config,
    folders: Folders,
    clock: Clock,
    scene: "Scene",
    *,
    seed: int = 0,
    voice: "Sound | None" = None,
    meet: "Meet | None" = None,
) -> "Witness":
    """Place one call on the first simulated line and return its witness.

    Args:
        config: with a simulated line.
        folders: the data folder.
        clock: the time.
        scene: what happens in the call.
        seed: of everything random.
        voice: the caller's.
        meet: given the recorder before the call.

    Raises:
        LineError: there is no simulated line in the configuration.
    """
    from appliance.commands.helpers.witness import Witness
    from appliance.recorder.line.devices import Simulation
    from appliance.recorder.serve import make_places
    from appliance.recorder.service import Recorder

    make_places(folders)
    witness = Witness()
    simulation = Simulation(at_speed=True, seed=seed, far_voice=voice, observe=witness.observe)
    recorder = Recorder(config, folders, clock, simulation=simulation)
    try:
        if meet is not None:
            meet(recorder)
        exchange = recorder.simulated()
        recorder.start()
        exchange.place(scene)
        exchange.wait_over()
    finally:
        recorder.close()
    return witness


@contextmanager
def _keeper(
    config: Config, folders: Folders, clock: Clock
) -> Iterator[tuple[Callable[[], object], "Meet | None"]]:
    """Yield what takes recordings in, and what meets their recorder: a running keeper, or our own.

    A running keeper knows the box's own recorder alone, so it attests nothing of this command's.
    """
    from appliance.errors import LinkError, WrongServer
    from appliance.keeper.first_run.create import has_vault
    from appliance.keeper.service import Keeper
    from appliance.link.client import Client
    from appliance.link.requests.first_run import GetBoxState
    from appliance.link.requests.processes.news import TakeUp

    running = Client(folders.keeper_socket, uid=folders.keeper_uid)
    try:
        running.call(GetBoxState())
    except WrongServer:
        raise
    except LinkError:
        pass  # none runs: this command is the keeper for the length of the call
    else:
        yield (lambda: running.call(TakeUp())), None
        return
    if not has_vault(folders):
        _make_trial_vault(config, folders, clock)
    keeper = Keeper(config, folders, clock)
    keeper.open()
    try:
        yield keeper.take_up, partial(_met, keeper)
    finally:
        keeper.close()


def _met(keeper: "Keeper", recorder: "Recorder") -> None:
    """Let a keeper know whose recording comes, and keep the words that its caller may hear."""
    from appliance.link.requests.processes.prompts_in_use import GetPromptInUse, ListPromptsInUse

    keeper.meet_recorder(recorder.origin)

    def sound(sha256: str) -> bytes:
        raw: bytes = recorder.handle(GetPromptInUse(sha256), None, b"")[1]
        return raw

    if keeper.box is not None:
        in_use = recorder.handle(ListPromptsInUse(), None, b"")
        keeper.box.records.keep_prompts(in_use, sound)


def _make_trial_vault(config: Config, folders: Folders, clock: Clock) -> None:
    """Make a vault; print password and recovery sheet to standard error, and store neither."""
    from appliance.keeper.first_run.create import create_vault

    password = "-".join(secrets.token_hex(3) for _ in range(4))
    sheet = create_vault(folders, config, "owner", password, clock)
    click.echo(here(TRIAL_ARCHIVE, path=folders.data), err=True)
    for name, value in (
        (N_("name: %(value)s"), "owner"),
        (N_("password: %(value)s"), password),
        (N_("recovery sheet: %(value)s"), sheet.text),
        (N_("activity log key: %(value)s"), sheet.audit_key),
        (N_("proof key’s fingerprint: %(value)s"), sheet.proof_key),
    ):
        click.echo(f"  {here(name, value=value)}", err=True)


def _scene(
    number: str,
    answer: str,
    by: Literal["far", "near"],
    talk: float,
    withdraw_after: float | None,
    scene_name: str | None,
) -> "Scene":
    """Return the scene that the options describe."""
    from appliance.exchange.scene import PARTY_AT, Scene
    from appliance.exchange.script.files import find_scene

    if scene_name is not None:
        return find_scene(scene_name)
    if answer != "none" and (len(answer) != 1 or answer not in "0123456789*#ABCD"):
        raise click.BadParameter(said_of("not_a_key", key=answer), param_hint="'--answer'")
    key = None if answer == "none" else answer
    return Scene.ordinary(number, key, PARTY_AT[by], talk, withdraw_after)
