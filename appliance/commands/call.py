"""``zgoda call``: one call through the exchange and the whole recorder, at speed."""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from appliance.clock import Clock, SystemClock
from appliance.commands.helpers.options import (
    config_option,
    data_option,
    folders_at,
    json_option,
    read_config,
)
from appliance.config.folders import Folders
from appliance.config.settings import Config

if TYPE_CHECKING:
    from appliance.commands.helpers.witness import Witness
    from appliance.exchange.scene import Scene
    from appliance.link.client import Client


_SOUND = click.Path(path_type=Path, exists=True, dir_okay=False)
_NUMBER = re.compile(r"(?=(?:\D*\d){3,20}\D*$)\+?[\d ()./-]*")
"""Digits as people write them; an empty one is a caller who hides it."""


@click.command(epilog="Example: zgoda call --from +48221234567 --answer 1 --by far --talk 5 --json")
@click.option(
    "--from", "number", default="+48221234567", show_default=True, help="Who calls; '' hides it."
)
@click.option("--answer", default="1", show_default=True, help="The key pressed, or none.")
@click.option(
    "--by",
    type=click.Choice(["far", "near"]),
    default="far",
    show_default=True,
    help="Whose phone it is pressed on.",
)
@click.option(
    "--talk",
    type=click.FloatRange(0, 3600),
    default=5.0,
    show_default=True,
    help="Seconds of talk.",
)
@click.option("--speech", type=_SOUND, help="The caller's voice, a WAV.")
@click.option("--withdraw-after", type=click.FloatRange(0), help="Seconds, then the refuse key.")
@click.option("--scene", "scene_name", help="A scene by its name, or a file.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of everything random.")
@config_option
@data_option
@json_option
def command(
    number: str,
    answer: str,
    by: Literal["far", "near"],
    talk: float,
    speech: Path | None,
    withdraw_after: float | None,
    scene_name: str | None,
    seed: int,
    config_file: Path | None,
    data: Path,
    as_json: bool,
) -> None:
    """Place one simulated call and say what became of it.

    The call goes through the whole recorder, faster than real time, and a recording is taken up
    by a keeper before this ends. Where the data folder holds no vault, one is made for trial; its
    password and recovery sheet are printed and stored nowhere. Exit code 0 whether or not the
    call was recorded.
    """
    config, folders, clock = read_config(config_file), folders_at(data), SystemClock()
    if number and not _NUMBER.fullmatch(number):
        raise click.BadParameter(f"{number!r} is no telephone number.", param_hint="'--from'")
    scene = _scene(number, answer, by, talk, withdraw_after, scene_name)
    _need_voice(speech)
    with _keeper(config, folders, clock) as take_up:
        witness = place(config, folders, clock, scene, seed=seed, speech=speech)
        take_up()
    click.echo(json.dumps(witness.result()) if as_json else witness.sentence())


def _need_voice(speech: Path | None) -> None:
    """Raise a PromptError if a voice cannot be used, before anything is made for the call."""
    from appliance.prompts.speech import read_voice

    if speech is not None:
        read_voice(speech)


def place(
    config: Config,
    folders: Folders,
    clock: Clock,
    scene: "Scene",
    *,
    seed: int = 0,
    speech: Path | None = None,
) -> "Witness":
    """Let one call happen on the first simulated line and return who saw it.

    Raises:
        LineError: there is no simulated line in the configuration.
        PromptError: ``speech`` is no sound that can be used.
    """
    from appliance.commands.helpers.witness import Witness
    from appliance.prompts.speech import read_voice
    from appliance.recorder.line.devices import Simulation
    from appliance.recorder.service import Recorder, make_places

    make_places(folders)
    witness = Witness()
    voice = None if speech is None else read_voice(speech)
    simulation = Simulation(at_speed=True, seed=seed, far_voice=voice, observe=witness.observe)
    recorder = Recorder(config, folders, clock, simulation=simulation)
    try:
        exchange = recorder.simulated()
        recorder.start()
        exchange.place(scene)
        exchange.wait_over()
    finally:
        recorder.close()
    return witness


@contextmanager
def _keeper(config: Config, folders: Folders, clock: Clock) -> Iterator[Callable[[], None]]:
    """Give what takes recordings up: a running keeper, or one of our own for this call."""
    from appliance.errors import LinkError
    from appliance.keeper.first_run.create import has_vault
    from appliance.keeper.service import Keeper
    from appliance.link.client import Client
    from appliance.link.requests.first_run import GetBoxState

    running = Client(folders.keeper_socket)
    try:
        running.call(GetBoxState())
    except LinkError:
        pass  # none runs there: this command is the keeper for as long as the call lasts
    else:
        yield lambda: _ask(running)
        return
    if not has_vault(folders):
        _make_trial_vault(config, folders, clock)
    keeper = Keeper(config, folders, clock)
    keeper.open()
    try:
        yield keeper.take_up
    finally:
        keeper.close()


def _ask(keeper: "Client") -> None:
    from appliance.link.requests.lines import TakeUp

    keeper.call(TakeUp())


def _make_trial_vault(config: Config, folders: Folders, clock: Clock) -> None:
    """Make a vault and print, on standard error, what opens it: it is stored nowhere."""
    from appliance.keeper.first_run.create import create_vault

    password = "-".join(secrets.token_hex(3) for _ in range(4))
    sheet = create_vault(folders, config, "owner", password, clock)
    click.echo(
        f"A trial vault was made in {folders.data}. Keep what follows; it is not stored.", err=True
    )
    click.echo(
        f"  name:     owner\n  password: {password}\n  recovery sheet: {sheet.text}", err=True
    )


def _scene(
    number: str,
    answer: str,
    by: Literal["far", "near"],
    talk: float,
    withdraw_after: float | None,
    scene_name: str | None,
) -> "Scene":
    """Return the scene that the options describe."""
    from appliance.exchange.scene import Scene
    from appliance.exchange.script.files import find_scene

    if scene_name is not None:
        return find_scene(scene_name)
    if answer != "none" and (len(answer) != 1 or answer not in "0123456789*#ABCD"):
        raise click.BadParameter(
            f"{answer!r} is no key; give one of 0-9 * # A-D, or none.", param_hint="'--answer'"
        )
    key = None if answer == "none" else answer
    return Scene.ordinary(number, key, by, talk, withdraw_after)
