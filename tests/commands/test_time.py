"""``zgoda time`` against a keeper behind its real socket."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.clock import DAY
from appliance.commands.time import command
from appliance.errors import FileFormatError, Refused
from tests.commands.served import Served
from tests.keeper.office import make_office


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A keeper whose recordings fall due on four days."""
    office = make_office(tmp_path / "data")
    for days in (3, 4, 5, 6):
        office.seal(purposes=(("training", days),), boot="0ddb00")
    office.audit.sign_head()
    made = Served(office.folders.data, office.sounds)
    yield made
    made.close()


def run(served: Served, *words: str) -> Result:
    """Run the command as Ewa Nowak."""
    login = ["--data", str(served.data), "--name", "Ewa Nowak"]
    login += ["--password-file", str(served.data / "password")]
    return CliRunner().invoke(command, [words[0], *login, *words[1:]])


def test_nothing_waits(served: Served) -> None:
    done = run(served, "show")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].startswith("counted     21 September 2026")
    assert json.loads(run(served, "show", "--json").stdout)["question"] == "none"


def test_a_clock_that_differs_is_shown_and_one_time_confirmed(served: Served) -> None:
    served.clock.jump(730 * DAY)
    done = run(served, "show")
    assert done.exit_code == 1
    assert "The clock says another time than the one that was counted" in done.stdout
    assert run(served, "confirm", "--counted").stdout.startswith("Confirmed: 21 September 2026")
    assert run(served, "show").exit_code == 1, "the clock is still wrong"
    assert run(served, "confirm", "--clock").stdout.startswith("Confirmed: 20 September 2028")
    assert "An erasure waits" in run(served, "show").stdout
    assert served.acts().count("clock_confirmed") == 2


def test_another_time_can_be_given(served: Served) -> None:
    assert (
        "Confirmed: 22 September 2026, 05:06:00"
        in run(served, "confirm", "--at", "2026-09-22 05:06").stdout
    )
    for words in ((), ("--clock", "--at", "2026-09-22 05:06"), ("--at", "tomorrow")):
        assert run(served, "confirm", *words).exit_code == 2
    refused = run(served, "confirm", "--at", "1999-09-22 05:06").exception
    assert isinstance(refused, Refused)


def test_an_erasure_that_waits_is_agreed_to_by_its_number(served: Served) -> None:
    served.clock.jump(30 * DAY)
    told = run(served, "confirm", "--clock").stdout.splitlines()
    assert told[1] == "An erasure waits for an administrator:"
    assert [line.split()[-1] for line in told[2:]] == ["1", "1", "1", "1", "4"]
    wrong = run(served, "allow-erasure", "--count", "3").exception
    assert isinstance(wrong, Refused)
    assert wrong.code == "list_changed"
    assert "erasing" not in served.acts()
    assert run(served, "allow-erasure", "--count", "4").exit_code == 0
    assert served.acts().count("erasing") == 4
    assert run(served, "allow-erasure", "--count", "4").stdout == "No erasure waits.\n"


def test_a_chip_is_not_set_by_a_file_that_is_none_of_the_keepers(tmp_path: Path) -> None:
    path = tmp_path / "believed"
    for text in ("", "b00001 1790000000 5\n", "x" * 9999):
        path.write_text(text)
        done = CliRunner().invoke(command, ["set-chip", str(path), "--device", "/dev/null"])
        assert isinstance(done.exception, FileFormatError)
        assert "nothing was set" in str(done.exception)


@pytest.mark.parametrize("name", ["show", "confirm", "allow-erasure", "set-chip"])
def test_help_has_an_example(name: str) -> None:
    done = CliRunner().invoke(command, [name, "--help"])
    assert done.exit_code == 0
    assert f"Example: zgoda time {name}" in done.output
