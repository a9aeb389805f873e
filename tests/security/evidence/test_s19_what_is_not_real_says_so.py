"""Forgeries that settings or plugs can make: what was no telephone line is said to be none."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from appliance.commands.call import place
from appliance.commands.main import zgoda
from appliance.config.read import trial_text
from appliance.exchange.script.files import named_scene
from appliance.lines.isdn.l1oip import Tunnel
from appliance.lines.isdn.udp import Ends, UdpPort
from appliance.lines.sound.portaudio import PortAudio, Want
from appliance.link.requests.calls import ListCalls, ShowCall
from appliance.link.requests.proof import GetProof
from appliance.recorder.line.devices import heard_through
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.settings.changing import Office
from tests.lines.monitor.monitored import plugged
from tests.lines.sound.portaudio_double import PortAudioDouble
from tests.prompts.short import short_trial

FRESH = f"fresh = true\n{trial_text()}"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data", seed_text=FRESH)
    yield made
    made.keeper.close()


def verified(box: KeeperBox, rid: str, token: str, *options: str) -> tuple[int, dict[str, Any]]:
    """Take a call's proof out and check it without the box."""
    answer: Any = box.keeper.handle(GetProof(rid), token)
    file = box.folders.data.parent / "call.proof.jsonl"
    file.write_bytes(answer[1])
    done = CliRunner().invoke(zgoda, ["verify-proof", str(file), "--json", *options])
    told: dict[str, Any] = json.loads(done.stdout)
    return done.exit_code, told


def test_a_line_simulated_for_one_call_says_so_after_every_change(box: KeeperBox) -> None:
    config = replace(short_trial(), vault=box.config.vault)
    place(config, box.folders, box.clock, named_scene("agrees"))
    box.keeper.take_up()
    office = Office(box, box.log_in())
    (call,) = box.ask(ListCalls(), office.token).calls
    assert call.unreal == "simulated"
    rule = box.ask(ShowCall(call.recording), office.token).rule
    assert rule is not None
    assert rule.heard is not None
    parts = {(part.driver, part.bus) for part in rule.heard.parts.values()}
    assert parts == {("exchange", "simulated")}

    cores = set()
    for minutes in (None, 7, 9):
        if minutes is not None:
            assert office.pause(minutes).mistakes == ()
            values = office.values()
            values["line"][0]["name"] = f"Line {minutes}"
            values["line"][0]["hook"] = {"driver": "exchange", "modem": "conexant"}
            assert office.change(values).mistakes == ()
            box.restart()
            office = Office(box, box.log_in())
        code, told = verified(box, call.recording, office.token)
        assert (code, told["well"], told["outcome"]) == (1, False, "simulated")
        assert told["why"].startswith("Simulated call:")
        code, told = verified(box, call.recording, office.token, "--simulated")
        assert (code, told["well"], told["outcome"]) == (0, True, "whole")
        assert told["why"].startswith("Simulated call:")
        cores.add(json.dumps(told["recordings"], sort_keys=True))
        (listed,) = box.ask(ListCalls(), office.token).calls
        assert listed.unreal == "simulated"
        assert box.ask(ShowCall(call.recording), office.token).call.unreal == "simulated"
    assert len(cores) == 1


def test_what_real_drivers_hear_of_no_hardware_is_virtual(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pseudo terminal, a card that no bus has, a peer on this computer: each by its driver."""
    with plugged(tmp_path) as line:
        assert line.monitor.connected().device == ""
        line.open()
        pty = line.monitor.connected()
    double = PortAudioDouble(tmp_path)
    double.install(monkeypatch)
    double.plug("LineTap")
    streams = PortAudio(double.hardware).open(Want("LineTap", 48000, 2), lambda: False)
    port = UdpPort(Ends(("127.0.0.1", 0), ("127.0.0.1", 9)), Tunnel(1))
    with contextlib.closing(port):
        port.open()
    for told in (pty, streams.connection, port.connection):
        assert told.bus == "virtual"
        assert told.device
        assert heard_through("monitor", pty, "any", told).unreal == "virtual"
