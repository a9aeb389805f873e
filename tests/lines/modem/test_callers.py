"""Caller ID, from lines that come around rings and never say that they end."""

from appliance.lines.modem.callers import PATIENCE, CallerReports
from appliance.lines.modem.v253 import CallerField
from appliance.model.events import CallerId
from appliance.signals.caller_id.messages import CallerIdMessage, build_mdmf


def told(*fields: tuple[str, str], at: int = 100) -> list[CallerId]:
    reports = CallerReports()
    events = [event for key, value in fields for event in reports.take(CallerField(key, value), at)]
    return events + reports.pass_time(at + PATIENCE)


def test_a_report_is_over_when_nothing_more_follows() -> None:
    reports = CallerReports()
    reports.take(CallerField("DATE", "0825"), 0)
    reports.take(CallerField("NMBR", "221234567"), 800)
    assert reports.pass_time(800 + PATIENCE - 1) == []
    assert reports.pass_time(800 + PATIENCE) == [CallerId(0, "221234567")]
    assert reports.pass_time(10 * PATIENCE) == []


def test_a_name_belongs_to_its_number() -> None:
    assert told(("NMBR", "22 123-45-67"), ("NAME", "JAN\x00 NOWAK ")) == [
        CallerId(100, "221234567", "JAN NOWAK")
    ]


def test_a_second_report_ends_the_first() -> None:
    assert told(("NMBR", "221234567"), ("NMBR", "221234568")) == [
        CallerId(100, "221234567"),
        CallerId(100, "221234568"),
    ]


def test_withheld_and_out_of_area_are_two_things() -> None:
    assert told(("NMBR", "P")) == [CallerId(100, None, None, withheld=True)]
    assert told(("NMBR", "O")) == [CallerId(100, None)]
    assert told(("NMBR", "P"), ("NAME", "NOWAK")) == [CallerId(100, None, None, withheld=True)]


def test_what_is_no_number_is_none() -> None:
    assert told(("NMBR", "'; DROP TABLE")) == [CallerId(100, None)]
    assert told(("NMBR", "1" * 60)) == [CallerId(100, None)]


def test_a_date_alone_is_nobody() -> None:
    assert told(("DATE", "0825"), ("TIME", "1201")) == []


def test_a_message_in_hexadecimal_is_read_if_it_is_whole() -> None:
    raw = build_mdmf(CallerIdMessage(number="+48221234567", name="Nowak"))
    assert told(("MESG", raw.hex())) == [CallerId(100, "+48221234567", "Nowak")]
    assert told(("MESG", raw.hex()[:-2])) == []
    assert told(("MESG", "xyz")) == []
