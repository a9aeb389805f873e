"""A driver that is added to the tuple is asked for in the wizard by that alone."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_a_scratch_driver_is_put_together_by_hand(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.web.setup.scratch_driver", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "ways": ["monitor+sound", "modem+sound", "switch+sound"],
        "labels": [
            "Port of the switch",
            "Contact when the phone is lifted",
            "What is written on it",
        ],
        "contacts": ["It closes", "It opens"],
        "mistakes": ["switch+sound.switch.label"],
        "status": 303,
        "hook": {
            "driver": "switch",
            "port": "/dev/serial/by-id/new",
            "contact": "break",
            "label": "Front",
        },
    }
