"""Install what tests need while another apt, of which a stand-in tells, is at work."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "system-packages"
APT = """#!/bin/bash
echo "$*" >>"{told}"
[[ $* != *update ]] || {{ echo "{says}" >&2; [[ $(wc -l <"{told}") -gt {times} ]]; }}
"""
LOCKED = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told"


def run(told: Path, says: str, times: int) -> subprocess.CompletedProcess[str]:
    """Run the script where ``make`` is missing, with an apt that refuses so many times."""
    programs = told.parent / "programs"
    programs.mkdir()
    for name in ("bash", "env", "grep", "mktemp", "rm", "tail", "wc"):
        (programs / name).symlink_to(f"/usr/bin/{name}")
    for name, does in {
        "apt-get": APT.format(told=told, says=says, times=times),
        "python3": "#!/bin/bash\n",
        "sleep": "#!/bin/bash\n",
        "sudo": '#!/bin/bash\n[[ $1 == -n ]] || exec "$@"\n',
    }.items():
        (programs / name).write_text(does)
        (programs / name).chmod(0o755)
    return subprocess.run(
        ["bash", str(SCRIPT), "--base"],
        check=False, capture_output=True, text=True, env={"PATH": str(programs)},
    )  # fmt: skip


def test_another_apt_is_waited_for(told: Path) -> None:
    done = run(told, LOCKED, times=3)

    assert done.returncode == 0, done.stderr
    *lists, install = told.read_text().splitlines()
    assert len(lists) == 4
    assert install.split()[-1] == "make"
    assert "-o DPkg::Lock::Timeout=300" in install


def test_nothing_else_is_waited_for(told: Path) -> None:
    done = run(told, "E: Failed to fetch the lists", times=3)

    assert done.returncode == 1
    assert len(told.read_text().splitlines()) == 1
    assert "E: Failed to fetch the lists" in done.stderr
    assert "could not install make" in done.stderr
