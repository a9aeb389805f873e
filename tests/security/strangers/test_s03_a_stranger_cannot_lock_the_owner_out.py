"""Poll with wrong passwords for 30 days: the owner gets in all the same, each day.

The keeper is a whole one with a vault; its clock is moved by hand. Each stranger asks once a
second, and before the owner in the second in which the owner comes. Run with ``-s`` to see the
figures.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.clock import DAY, HOUR
from appliance.errors import Refused
from appliance.keeper.people.devices import MOST_WRONG
from appliance.keeper.people.strangers import ADDRESS, ALL, Strangers
from appliance.link.operations import Role
from appliance.link.requests.first_run import FirstRun
from appliance.link.requests.login import Browser, LetIn, LogIn, WhoAmI
from appliance.link.requests.me import ChangePassword
from tests.boxes import PASSWORD
from tests.clocks import ManualClock
from tests.deep import deep
from tests.keeper.boxes import OWNER, KeeperBox, make_keeper, set_up
from tests.proofs import prove_here

PANEL = 4711
"""The user id of the panel; neither root's nor the keeper's."""

DAYS = 30
NEW = ("zielony kajak tonie w marcu", "siedem wron pije herbatę zimą")
OWNERS = "203.0.113.9"


@dataclass
class Siege:
    """A box with strangers around it, who ask once a second each.

    A third of their guesses is at the owner's password, the others fill what strangers may.
    """

    box: KeeperBox
    strangers: tuple[str, ...]
    admitted: int = 0
    password: str = PASSWORD
    let_in: dict[str, int] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)  # address -> monotonic

    def pass_time(self, seconds: int) -> None:
        """Let the strangers ask.

        A refused guess changes nothing, so the seconds in which a stranger would be told to wait
        are skipped: the result is that of asking in each of them.
        """
        clock = self.box.clock
        end = clock.monotonic() + seconds
        due = {address: self._due.get(address, 0.0) for address in self.strangers}
        while (soonest := min(due.values())) <= end:
            clock.advance(max(0.0, soonest - clock.monotonic()))
            for address in [address for address, at in due.items() if at <= clock.monotonic()]:
                due[address] = clock.monotonic() + self.guess(address)
        clock.advance(end - clock.monotonic())
        self._due = due

    def guess(self, address: str) -> int:
        """Guess once; return the seconds after which the next guess can change anything."""
        name = f"nobody {self.admitted}" if self.admitted % 3 else OWNER
        try:
            self.box.keeper.handle(LogIn(name, "wrong", browser=Browser(address)), user=PANEL)
        except Refused as error:
            if error.code == "wrong_password":
                self.admitted += 1
                return 1
            return max(1, error.seconds - 1)
        raise AssertionError("a wrong password was right")

    def try_in(self, how: str, device: str = "") -> None:
        """Let the owner log in some way, and count whether it worked."""
        user = PANEL
        if how == "command line":
            user, login = 0, LogIn(OWNER, self.password)
        else:
            browser = Browser(OWNERS, device)
            login = LogIn(OWNER, self.password, browser=browser)
        self.let_in[how] = self.let_in.get(how, 0) + (answer(self.box, login, user) == "")


def answer(box: KeeperBox, operation: LogIn | FirstRun, user: int) -> str:
    """Return how a login was refused; nothing if it was not."""
    try:
        box.keeper.handle(operation, user=user)
    except Refused as error:
        return error.code
    return ""


def panel_box(box: KeeperBox) -> KeeperBox:
    """Open a box's keeper again with a panel of a user of its own."""
    box.keeper.close()
    box.keeper = type(box.keeper)(
        box.config, box.folders, box.clock, cost=box.keeper._around.cost, panel_users=(PANEL,)
    )
    box.keeper._box.prove = prove_here  # thousands of proofs
    box.keeper.open()
    return box


@pytest.fixture
def box(tmp_path: Path, nothing_read: None) -> Iterator[KeeperBox]:
    made = panel_box(set_up(tmp_path / "data", {"Lena": frozenset({Role.LISTENER})}))
    yield made
    made.keeper.close()


def log_in(
    box: KeeperBox, browser: Browser, name: str = OWNER, let_in: str = ""
) -> tuple[str, str]:
    """Log in as the panel does; return token and device cookie."""
    login = LogIn(name, PASSWORD, browser=browser, let_in=let_in)
    session = box.keeper.handle(login, user=PANEL)
    return session.token, session.device  # type: ignore[union-attr]


@pytest.mark.timeout(240)
def test_thirty_days_of_a_stranger_who_asks_once_a_second(box: KeeperBox) -> None:
    _, device = log_in(box, Browser(OWNERS))
    siege = Siege(box, ("192.0.2.1",))
    for _ in range(DAYS):
        siege.pass_time(DAY)
        for how in ("known browser", "command line", "new browser"):
            siege.try_in(how, device if how == "known browser" else "")
    print(
        f"\none address: {siege.admitted} of {DAYS * DAY} guesses admitted; the owner let in on"
        f" so many of {DAYS} days: {siege.let_in}"
    )
    assert siege.let_in == dict.fromkeys(("known browser", "command line", "new browser"), DAYS)
    assert siege.admitted <= DAYS * 24 * 12 + 5


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("addresses", "hours"),
    [(19, 48), (30, 24), deep(10, 240), deep(19, 240), deep(30, 72), deep(100, 24)],
)
def test_a_new_browser_among_strangers_of_many_addresses(addresses: int, hours: int) -> None:
    clock, moments = ManualClock(), random.Random(7)
    gate, let_in, admitted = Strangers(clock), 0, 0
    due = {f"192.0.2.{n}": 0.0 for n in range(addresses)}
    for hour in range(hours):
        owner = hour * HOUR + moments.uniform(0, HOUR)
        while (soonest := min(due.values())) <= owner:
            clock.advance(max(0.0, soonest - clock.monotonic()))
            for address in [address for address, at in due.items() if at <= clock.monotonic()]:
                wait = refusal(gate, address, f"nobody {admitted}")
                admitted += wait == 0  # each name once, so that no wait of a name helps
                due[address] = clock.monotonic() + max(1, wait - 1)
        clock.advance(owner - clock.monotonic())
        if refusal(gate, OWNERS, "ewa nowak") == 0:
            gate.passed(OWNERS, "ewa nowak")
            let_in += 1
    print(f"\n{addresses} addresses: a new browser let in {let_in} of {hours} times")
    if addresses * ADDRESS[1] < ALL[1]:  # together fewer than all strangers may
        assert let_in >= hours - 8, "but for the first hours, which begin with five guesses each"
    else:
        assert let_in < hours // 2, "then the other ways are needed"


def refusal(gate: Strangers, address: str, name: str) -> int:
    """Guess once; return the seconds that a stranger is told to wait, none if admitted."""
    try:
        gate.count_guess(address, name)
    except Refused as error:
        return error.seconds
    return 0


def test_a_logged_in_user_changes_the_password_in_the_middle_of_it(box: KeeperBox) -> None:
    token, device = log_in(box, Browser(OWNERS))
    siege = Siege(box, tuple(f"192.0.2.{n}" for n in range(40)))
    for new in NEW:
        siege.pass_time(600)
        box.ask(WhoAmI(), token)
        token = box.ask(ChangePassword(siege.password, new), token).token
        siege.password = new
    siege.try_in("known browser", device)
    assert siege.let_in == {"known browser": 1}


def test_a_code_lets_a_new_browser_in_when_strangers_fill_the_common_limit(
    box: KeeperBox,
) -> None:
    siege = Siege(box, tuple(f"192.0.2.{n}" for n in range(60)))
    siege.pass_time(60)
    fresh = LogIn(OWNER, PASSWORD, browser=Browser(OWNERS))
    assert answer(box, fresh, PANEL) == "throttled"
    made = box.keeper.handle(LetIn("ewa nowak"), user=0)
    _, device = log_in(box, Browser(OWNERS), let_in=made.code)  # type: ignore[union-attr]
    assert box.newest().type == "logged_in"
    assert "let_in" in box.acts()
    again = LogIn(OWNER, PASSWORD, browser=Browser(OWNERS), let_in=made.code)  # type: ignore[union-attr]
    assert answer(box, again, PANEL) == "wrong_let_in_code", "it serves once"
    siege.try_in("known browser", device)
    siege.try_in("command line")
    assert siege.let_in == {"known browser": 1, "command line": 1}


def test_only_root_and_the_keepers_own_user_make_codes(box: KeeperBox) -> None:
    with pytest.raises(Refused) as caught:
        box.keeper.handle(LetIn(OWNER), user=PANEL)
    assert caught.value.code == "root_only"
    with pytest.raises(Refused) as caught:
        box.keeper.handle(LetIn("Nobody"), user=0)
    assert caught.value.code == "no_account"
    assert "let_in" not in box.acts()


def test_a_cookie_helps_its_owner_alone_and_ten_wrong_passwords_end_that(box: KeeperBox) -> None:
    _, lenas = log_in(box, Browser("192.0.2.7"), "Lena")
    siege = Siege(box, tuple(f"192.0.2.{n}" for n in range(60)))
    siege.pass_time(60)
    insider = LogIn(OWNER, "wrong", browser=Browser("192.0.2.7", lenas))
    assert answer(box, insider, PANEL) == "throttled", "a stranger, as far as the owner goes"
    thief = LogIn("Lena", "wrong", browser=Browser("192.0.2.7", lenas))
    codes = [answer(box, thief, PANEL) for _ in range(MOST_WRONG + 1)]
    assert codes == ["wrong_password"] * MOST_WRONG + ["throttled"]


def test_no_user_but_the_panels_speaks_for_browsers(box: KeeperBox) -> None:
    _, device = log_in(box, Browser(OWNERS))
    lie = [
        answer(box, LogIn(OWNER, "wrong", browser=Browser(f"10.0.0.{n}", device)), PANEL + 1)
        for n in range(8)
    ]
    assert lie == ["wrong_password"] * 3 + ["throttled"] * 5, "one stranger, whatever it says"
    assert answer(box, LogIn(OWNER, PASSWORD, browser=Browser(OWNERS, device)), PANEL) == ""


def test_the_command_line_waits_a_second_and_is_never_locked(box: KeeperBox) -> None:
    for _ in range(300):
        assert answer(box, LogIn(OWNER, "wrong"), 0) == "wrong_password"
        assert answer(box, LogIn(OWNER, PASSWORD), 0) == "throttled"
        box.clock.advance(1)
    assert answer(box, LogIn(OWNER, PASSWORD), 0) == ""


def test_strangers_guess_the_first_code_no_faster_and_root_is_never_kept_out(
    tmp_path: Path, nothing_read: None
) -> None:
    box = panel_box(make_keeper(tmp_path / "data"))
    admitted = 0
    for number in range(100):
        browser = Browser(f"192.0.2.{number}")
        guess = FirstRun("AAAAA-AAAAA-AAAAA-AAAAA", OWNER, PASSWORD, browser=browser, plain=True)
        admitted += answer(box, guess, PANEL) == "wrong_one_time_password"
    assert admitted == 30
    right = FirstRun(box.code(), OWNER, PASSWORD, browser=Browser(OWNERS), plain=True)
    assert answer(box, right, PANEL) == "throttled"
    box.clock.advance(15)
    assert answer(box, right, PANEL) == "", "they stand still, and the owner is next"
    box.keeper.close()


def test_every_failure_of_somebody_who_exists_is_on_record_whatever_is_made_up(
    box: KeeperBox,
) -> None:
    _, device = log_in(box, Browser(OWNERS))
    for number in range(200):
        made_up = LogIn(f"nobody {number}", "x", browser=Browser(f"10.0.{number}.1"))
        answer(box, made_up, PANEL)
    answer(box, LogIn(OWNER, "x", browser=Browser(OWNERS, device)), PANEL)
    assert box.acts().count("login_failed") == 1
    box.clock.advance(HOUR)
    assert box.acts()[-1] == "unknown_names"
    assert box.newest().count == 30
