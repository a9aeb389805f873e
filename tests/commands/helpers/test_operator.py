"""A login on the command line, without the code or before one's own password."""

import pyotp

from appliance.errors import Refused
from tests.commands.served import Served
from tests.commands.test_recordings import office, served
from tests.proofs import give_totp

__all__ = ["office", "served"]  # fixtures


def test_a_code_is_asked_where_one_is_set(served: Served) -> None:
    secret = pyotp.random_base32()
    assert served.keeper.box is not None
    with served.keeper.box.keyring.changing() as draft:
        for entry in draft.operators.values():
            give_totp(entry, secret)
    without = served.run("list")
    assert without.exit_code == 2
    assert "A code is needed too; give --totp." in without.output
    done = served.run("list", "--totp", pyotp.TOTP(secret).at(int(served.clock.now())))
    assert done.exit_code == 0
    assert served.acts().count("logged_in") == 1


def test_a_one_time_password_reads_nothing(served: Served) -> None:
    assert served.keeper.box is not None
    with served.keeper.box.keyring.changing() as draft:
        for entry in draft.operators.values():
            entry.one_time_until = served.clock.now() + 60
    done = served.run("list")
    assert isinstance(done.exception, Refused)
    assert str(done.exception) == "choose_password"
    assert done.output == ""
    assert served.acts()[-2:] == ["logged_in", "logged_out"]
