"""The firewall's unit allows all that nft does when it loads the rules."""

import os
import re
import subprocess
from pathlib import Path

from tests.firmware_config.test_firewall import MAIN, NFT, own
from tests.system.test_proxy_unit import sets

UNIT = Path(__file__).parents[2] / "systemd/zgoda-firewall.service"


def test_nft_needs_no_call_and_no_socket_that_the_unit_forbids(tmp_path: Path) -> None:
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    seen = tmp_path / "trace"
    loads = f"{NFT} -f {MAIN} && {NFT} -f {own(tmp_path)}"
    traced = f'exec strace -f -o {seen} sh -c "{loads}"'
    subprocess.run(["unshare", *user, "--net", "sh", "-c", traced], check=True)
    trace = seen.read_text("utf-8", "replace")
    nft = trace[trace.index(f'execve("{NFT}"') :]

    calls = set(re.findall(r"^\d+ +([a-z_0-9]+)\(", nft, re.MULTILINE))
    known = sets()
    assert {"sendmsg", "socket"} <= calls
    assert calls - (known["@system-service"] - known["@resources"]) - known["@default"] == set()
    families = set(re.findall(r"socket\((AF_\w+)", nft))
    (allowed,) = re.findall(
        r"^RestrictAddressFamilies=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE
    )
    assert families <= set(allowed.split())
    assert not re.findall(r"^.*PROT_WRITE\|PROT_EXEC.*$", nft, re.MULTILINE)
