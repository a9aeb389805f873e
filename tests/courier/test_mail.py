"""Mail over SMTP: TLS or nothing, whatever the server says, does or does not."""

import itertools
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.courier import mail
from appliance.courier.mail import message, send
from tests.courier.authority import HERE, Authority, make_authority
from tests.courier.smtp import SECRET, Answer, SmtpServer, Talk, letter_to, served

HANGS = 1.0
"""Seconds after which these tests give a mail up."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: Authority) -> Iterator[SmtpServer]:
    with served(authority.serving()) as one:
        yield one


@pytest.mark.parametrize("tls", [False, True])
def test_a_mail_goes_out_over_tls(authority: Authority, tls: bool) -> None:
    with served(authority.serving(), tls=tls) as server:
        assert send(letter_to(server), authority.trusting()) == ""
        (came,) = server.received
    assert came.over_tls
    assert came.user == "zgoda@office.example"
    assert came.sender == "zgoda@office.example"
    assert came.recipients == ["ewa@office.example", "jan@office.example"]
    read = came.parsed()
    assert read["Subject"] == "Zgoda: znów wszystko w porządku"
    assert read["From"] == "Zgoda <zgoda@office.example>"
    assert read["To"] == "ewa@office.example, jan@office.example"
    assert read["Message-ID"] == f"<{'ab' * 16}@office.example>"
    assert read["Auto-Submitted"] == "auto-generated"
    text = read.get_content().replace("\r\n", "\n")
    assert text == "Ausführlich: żółć.\n.\nA line that begins with From\nFrom here\n"


def test_the_server_learns_no_name_of_the_box(authority: Authority, server: SmtpServer) -> None:
    assert send(letter_to(server), authority.trusting()) == ""
    assert {one for one in server.commands if one.startswith("ehlo")} == {"ehlo [127.0.0.1]"}
    assert socket.gethostname() not in server.received[0].raw.decode()


def test_without_a_user_nobody_logs_in(authority: Authority, server: SmtpServer) -> None:
    assert send(letter_to(server, user="", secret=""), authority.trusting()) == ""
    assert server.received[0].user == ""
    assert not any(one.startswith("AUTH") for one in server.commands)


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("wrong", ["authority", "address", "ended"])
def test_a_wrong_certificate_is_refused_before_anything_is_sent(
    authority: Authority, tmp_path: Path, wrong: str, tls: bool
) -> None:
    serving = {
        "authority": lambda: make_authority(tmp_path).serving(),
        "address": lambda: authority.serving("127.0.0.2"),
        "ended": lambda: authority.serving(ended=True),
    }[wrong]()
    with served(serving, tls=tls) as server:
        assert send(letter_to(server), authority.trusting()) == "certificate"
        assert (server.tried, server.received) == ([], [])
        assert not any(one.upper().startswith(("AUTH", "MAIL")) for one in server.commands)


def test_the_systems_own_authorities_do_not_trust_this_one(server: SmtpServer) -> None:
    assert send(letter_to(server), ssl.create_default_context()) == "certificate"


def test_without_tls_nothing_is_sent(authority: Authority) -> None:
    """A thief in the middle cuts STARTTLS out of what the server offers."""
    with served(authority.serving(), offers=("AUTH PLAIN",)) as server:
        assert send(letter_to(server), authority.trusting()) == "no_tls"
        assert (server.tried, server.received) == ([], [])


def test_a_server_in_clear_where_tls_is_meant(authority: Authority, server: SmtpServer) -> None:
    assert send(letter_to(server, tls=True), authority.trusting(), HANGS) in {"no_tls", "late"}
    assert server.tried == []


def test_what_comes_before_tls_counts_for_nothing_after_it(authority: Authority) -> None:
    """CVE-2011-0411: words in clear behind the answer to STARTTLS, taken for the server's own."""

    def inject(talk: Talk, line: str) -> bytes:
        talk.say(b"220 go on\r\n250-evil.example\r\n250 AUTH PLAIN\r\n535 in clear\r\n")
        talk._wrap()
        return b""

    with served(authority.serving(), answers={"STARTTLS": inject}) as server:
        assert send(letter_to(server), authority.trusting()) in {"", "no_tls"}
        assert not any(one.startswith("EHLO evil") for one in server.commands)
        assert all(one.over_tls for one in server.received)


def test_a_wrong_password_is_told(authority: Authority, server: SmtpServer) -> None:
    assert send(letter_to(server, secret="wrong"), authority.trusting()) == "login"
    assert server.received == []


def test_a_server_without_logins_gets_no_mail(authority: Authority) -> None:
    with served(authority.serving(), offers=("STARTTLS",)) as server:
        assert send(letter_to(server), authority.trusting()) == "login"
        assert server.received == []


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_is_told(authority: Authority, verb: str) -> None:
    refuse: dict[str, Answer] = {verb: lambda talk, line: b"550 <script>not here</script>\r\n"}
    with served(authority.serving(), answers=refuse) as server:
        assert send(letter_to(server), authority.trusting()) == "refused"


def test_one_refused_recipient_is_told_and_the_others_get_it(authority: Authority) -> None:
    def picky(talk: Talk, line: str) -> bytes:
        return b"550 no\r\n" if "jan@" in line else talk.answer("RCPT", line)

    with served(authority.serving(), answers={"RCPT": picky}) as server:
        assert send(letter_to(server), authority.trusting()) == "some_refused"
        assert server.received[0].recipients == ["ewa@office.example"]


@pytest.mark.parametrize("verb", ["greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "DATA"])
def test_a_server_that_hangs_up_is_told(authority: Authority, verb: str) -> None:
    gone: dict[str, Answer] = {verb: lambda talk, line: None}
    if verb == "DATA":

        def swallow(talk: Talk, line: str) -> None:
            talk.say(b"354 go on\r\n")
            talk.read()

        gone = {verb: swallow}
    with served(authority.serving(), answers=gone) as server:
        assert send(letter_to(server), authority.trusting()) == "closed"


@pytest.mark.parametrize("verb", ["greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "DATA"])
def test_a_server_that_says_nothing_is_given_up(authority: Authority, verb: str) -> None:
    def hang(talk: Talk, line: str) -> None:
        talk.server.ended.wait()

    hung: dict[str, Answer] = {verb: hang}
    with served(authority.serving(), answers=hung) as server:
        began = time.monotonic()
        assert send(letter_to(server), authority.trusting(), HANGS) == "late"
        assert time.monotonic() - began < 10 * HANGS


def test_a_server_that_drips_is_given_up_all_the_same(authority: Authority) -> None:
    """Each byte begins the wait for the next one anew; the whole has its own limit."""

    def drip(talk: Talk, line: str) -> None:
        while talk.say(b"2") and not talk.server.ended.wait(0.05):
            pass

    with served(authority.serving(), answers={"EHLO": drip}) as server:
        assert send(letter_to(server), authority.trusting(), HANGS) == "late"


def test_a_server_without_end_is_cut_off(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "MOST_BYTES", 10_000)

    def flood(talk: Talk, line: str) -> None:
        for number in itertools.count():
            if talk.server.ended.is_set() or not talk.say(b"250-ABILITY%d\r\n" % number):
                return

    with served(authority.serving(), answers={"EHLO": flood}) as server:
        assert send(letter_to(server), authority.trusting()) == "closed"


def test_a_server_that_ends_badly_has_the_mail(authority: Authority) -> None:
    with served(authority.serving(), answers={"QUIT": lambda talk, line: None}) as server:
        assert send(letter_to(server), authority.trusting()) == ""
        assert len(server.received) == 1


@pytest.mark.parametrize("reply", [b"banana\r\n", b"\xff\xfe\r\n", b"999 what\r\n", b"\r\n"])
def test_nonsense_is_no_success(authority: Authority, reply: bytes) -> None:
    with served(authority.serving(), answers={"DATA": lambda talk, line: reply}) as server:
        assert send(letter_to(server), authority.trusting()) in {"refused", "closed", "odd"}


def test_nobody_at_the_port(authority: Authority, server: SmtpServer) -> None:
    letter = letter_to(server)
    server.close()
    assert send(letter, authority.trusting()) == "unreachable"


def test_no_such_server(authority: Authority, server: SmtpServer) -> None:
    letter = letter_to(server, server="mail.invalid")  # RFC 2606: no such name will ever be
    assert send(letter, authority.trusting()) == "name"


@pytest.mark.parametrize("field", ["subject", "sender", "recipients", "id"])
def test_a_line_break_makes_no_header(authority: Authority, server: SmtpServer, field: str) -> None:
    """The keeper refuses it before; should it ever come, nothing of it goes out."""
    evil = "a@b.example\r\nBcc: eve@evil.example"
    letter = letter_to(server, **{field: (evil,) if field == "recipients" else evil})
    try:
        made = bytes(message(letter))
    except (ValueError, IndexError):
        made = b""
    assert b"\nBcc:" not in made
    assert send(letter, authority.trusting()) in {"odd", "refused", ""}
    assert not any("eve@" in name for one in server.received for name in one.recipients)
    assert all(one.parsed()["Bcc"] is None for one in server.received)
    assert not any("eve@" in one for one in server.commands if one.startswith("rcpt"))


def test_a_letter_hides_its_secret_from_logs(server: SmtpServer) -> None:
    assert SECRET not in repr(letter_to(server))
    assert HERE not in repr(letter_to(server))
