"""A fault of ours is told by kind and place: its text could hold a number or a name.

Bad files are told in one sentence within a second or two, whatever is wrong with them.
"""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from appliance import toml
from appliance.commands.main import zgoda
from appliance.config.read import LONGEST_FILE, load, trial_text
from appliance.errors import ConfigError, LineError
from appliance.exchange.script.files import parse_scene
from appliance.model.calibration import parse as parse_calibration
from tests.deep import spread
from web.app import PanelSettings, create_app

NUMBER = "+48221234567"
AGAINST_CLOCK = 10
"""Seconds of processor time: more than any machine needs, less than a quadratic reader."""

SOUND_FILES = [
    *(("WAV", kind) for kind in ("PCM_16", "ALAW", "G721_32")),
    ("FLAC", "PCM_16"),
    ("RF64", None),
]
"""Header and samples; a damaged G.721 file cannot even tell where it was read to."""

CRASHES = {
    "main": f"raise KeyError('{NUMBER}')",
    "thread": f"""
import threading
def work(): raise KeyError('{NUMBER}')
thread = threading.Thread(target=work); thread.start(); thread.join()""",
    "unraisable": f"""
class Part:
    def __del__(self): raise KeyError('{NUMBER}')
Part()""",
    "log": f"""
import logging
logging.basicConfig()
logging.warning('%d', '{NUMBER}')""",
}


@pytest.mark.parametrize("where", CRASHES)
def test_what_nothing_catches_is_printed_without_its_text(where: str) -> None:
    script = "from appliance.errors import print_faults_without_text as quiet; quiet()\n"

    done = subprocess.run(
        [sys.executable, "-c", script + CRASHES[where]], capture_output=True, text=True, check=False
    )

    assert NUMBER not in done.stdout + done.stderr
    assert ("KeyError" in done.stderr) is (where != "log")
    assert ("<string>" in done.stderr) is (where != "log")


@pytest.mark.parametrize(
    "program",
    [
        "appliance.commands.main",
        "web.__main__",
        "appliance.keeper.unlocked.prover",
    ],
)
def test_every_process_prints_its_faults_so(program: str) -> None:
    """Each process's ``main`` sets the hooks before anything of a call can be in its memory."""
    script = f"import sys, {program} as m\nsys.argv[1:] = ['--help']\ntry: m.main()\n"
    script += "except BaseException: pass\nraise KeyError('" + NUMBER + "')"

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert NUMBER not in done.stdout + done.stderr
    assert "KeyError" in done.stderr


def test_a_broken_page_logs_no_text(caplog: pytest.LogCaptureFixture) -> None:
    class Gone:
        def __getattr__(self, name: str) -> object:
            raise KeyError(NUMBER)

    app = create_app(Gone(), PanelSettings())  # type: ignore[arg-type]  # a keeper that breaks
    answer = app.test_client().get("/login")

    assert answer.status_code == 500
    assert "KeyError" in caplog.text
    assert NUMBER not in caplog.text
    assert NUMBER not in answer.text


@pytest.mark.parametrize("opening", ["[", "{a="])
def test_nested_toml_is_a_mistake_like_any_other(opening: str, tmp_path: Path) -> None:
    nested = "a = " + opening * 50_000
    file = tmp_path / "zgoda.toml"
    file.write_text(nested, "utf-8")

    with pytest.raises(ConfigError, match=r"zgoda\.toml:1: Brackets are nested too deeply"):
        load(file)
    with pytest.raises(LineError, match="deeply"):
        parse_scene("nested", nested)
    with pytest.raises(toml.MISTAKE, match="deeply"):
        parse_calibration(nested)


def filled(pattern: str) -> str:
    """Return a text of the greatest size, made of numbered lines."""
    one = len(pattern.format(LONGEST_FILE))
    return "".join(pattern.format(number) for number in range(LONGEST_FILE // one - 1))


@pytest.mark.timeout(6 * AGAINST_CLOCK)
@pytest.mark.parametrize(
    "pattern",
    spread(
        [
            "key{} = 1\n",
            "[table{}]\n",
            "[[line]]\nname = '{}'\n",
            "[[purpose]]\nid = 'p{}'\n",
            "a{}.b = 1\n",
            "\n#{}",
        ],
        3,
    ),
)
def test_a_configuration_of_the_greatest_size_is_refused_soon(pattern: str, tmp_path: Path) -> None:
    file = tmp_path / "zgoda.toml"
    file.write_text(filled(pattern), "utf-8")
    script = "import resource, sys; from pathlib import Path\n"
    script += "from appliance.config.read import load; from appliance.errors import ConfigError\n"
    script += f"resource.setrlimit(resource.RLIMIT_CPU, ({AGAINST_CLOCK}, {AGAINST_CLOCK}))\n"
    script += "try: load(Path(sys.argv[1]))\nexcept ConfigError as error: print('refused', error)"

    done = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=False
    )

    assert done.stdout.startswith("refused"), done.stderr


def test_a_wrong_file_is_not_told_key_by_key(tmp_path: Path) -> None:
    file = tmp_path / "zgoda.toml"
    text = trial_text() + "\n[front]\n" + "".join(f"k{number} = 1\n" for number in range(100))
    file.write_text(text, "utf-8")

    with pytest.raises(ConfigError) as told:
        load(file)

    assert str(told.value).count("There is no such setting") == 20
    assert "More settings here are unknown (80)" in str(told.value)


def test_a_damaged_sound_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Bits flipped anywhere: heard as far as it goes, or refused; no error of the library."""
    chance = random.Random(7)
    whole = tmp_path / "whole.wav"
    heard = tmp_path / "heard.wav"
    for ending, subtype in SOUND_FILES:
        soundfile.write(whole, np.zeros((1600, 1)), 8000, subtype, format=ending)
        good = whole.read_bytes()
        for _ in range(40):
            bad = bytearray(good)
            for _ in range(chance.randint(1, 12)):
                bad[chance.randrange(min(len(bad), 120))] = chance.randrange(256)
            heard.write_bytes(bad[: chance.choice((len(bad), chance.randrange(1, len(bad))))])

            done = CliRunner().invoke(zgoda, ["hear", str(heard)])

            error = done.exception
            assert done.exit_code == 0 or isinstance(error, SystemExit) or _ours(error), error


def _ours(error: BaseException | None) -> bool:
    return type(error).__module__ == "appliance.errors"
