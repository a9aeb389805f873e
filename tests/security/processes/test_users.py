"""Processes of other users are what the tests of several users take them for."""

from pathlib import Path

import pytest

from tests.security.processes.users import User

pytestmark = pytest.mark.root

SOMEBODY = User(61101, 61100, groups=(61150,))
TELL = "import os; print(os.getresuid(), os.getresgid(), os.getgroups())"


def test_a_process_has_the_users_ids_alone() -> None:
    done = SOMEBODY.python(TELL)

    assert done.stdout == "(61101, 61101, 61101) (61100, 61100, 61100) [61150]\n", done.stderr


def test_a_process_has_no_right_of_root(open_folder: Path) -> None:
    secret = open_folder / "secret"
    secret.write_text("of root")
    secret.chmod(0o600)

    done = SOMEBODY.python("print(open(sys.argv[1]).read())", str(secret))

    assert "PermissionError" in done.stderr
    assert done.stdout == ""


def test_a_process_reaches_the_repository_and_its_packages() -> None:
    done = SOMEBODY.python("import cryptography, appliance; print(appliance.__name__)")

    assert done.stdout == "appliance\n", done.stderr


def test_names_stand_for_ids_in_its_processes_alone() -> None:
    named = User(61101, 61101, names={"zgoda-nobody-else": 61102})

    done = named.python("import pwd; print(pwd.getpwnam('zgoda-nobody-else').pw_uid)")

    assert done.stdout == "61102\n", done.stderr
    assert "zgoda-nobody-else" not in Path("/etc/passwd").read_text("utf-8")
