"""The recorder loads one OpenSSL, that of ``cryptography``, and nothing of the simulation."""

import subprocess
import sys

from appliance.digest import sha256

KEPT_OUT = ("_hashlib", "_ssl", "appliance.exchange.driver", "appliance.vault.opening", "pyaudio")

LOADED = """
import sys
import appliance.commands.processes.recorder, appliance.recorder.serve, appliance.recorder.service
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_a_recorder_of_real_lines_loads_what_it_needs() -> None:
    command = [sys.executable, "-c", LOADED, *KEPT_OUT, "cryptography"]
    loaded = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    assert loaded == ["cryptography"]


def test_bytes_have_their_sha_256() -> None:
    # FIPS 180-4's example of one block.
    published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256(b"abc").hex() == published
