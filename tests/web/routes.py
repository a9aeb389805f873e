"""List every way into the panel, and the roles that may take it."""

from dataclasses import dataclass

from werkzeug.test import TestResponse

from appliance.link.operations import Role
from tests.boxes import PASSWORD
from tests.web.conftest import Browser

EVERYBODY = frozenset(Role)
READERS = frozenset({Role.LISTENER, Role.PRIVACY_OFFICER})
OFFICER = frozenset({Role.PRIVACY_OFFICER})
AUDITORS = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})
TRIERS = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
OPERATOR = frozenset({Role.OPERATOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
ANYBODY = None
RID = "<recording>"
PERSON = "0a1b2c3d"


@dataclass(frozen=True)
class Route:
    """One way into the panel, and the roles that may take it; None is anybody."""

    method: str
    path: str
    roles: frozenset[Role] | None
    form: tuple[tuple[str, str], ...] = ()


ROUTES = {
    ("home.page", "GET"): Route("GET", "/", EVERYBODY),
    ("home.lines", "GET"): Route("GET", "/lines.json", EVERYBODY),
    ("home.line_events", "GET"): Route("GET", "/lines/events", EVERYBODY),
    ("home.news", "GET"): Route("GET", "/news", EVERYBODY),
    ("home.amiss", "GET"): Route("GET", "/amiss", EVERYBODY),
    ("login.page", "GET"): Route("GET", "/login", ANYBODY),
    ("login.log_in", "POST"): Route("POST", "/login", ANYBODY),
    ("login.code", "GET"): Route("GET", "/login/code", ANYBODY),
    ("login.enter_code", "POST"): Route("POST", "/login/code", ANYBODY, (("code", "000000"),)),
    ("login.log_out", "POST"): Route("POST", "/logout", ANYBODY),
    ("language.switch", "POST"): Route("POST", "/language", ANYBODY),
    ("first_run.owner", "GET"): Route("GET", "/first-run", ANYBODY),
    ("first_run.make_vault", "POST"): Route("POST", "/first-run", ANYBODY),
    ("first_run.confirm", "POST"): Route("POST", "/first-run/sheet", ANYBODY),
    ("first_run.board", "GET"): Route("GET", "/first-run/board", ANYBODY),
    ("first_run.burn_board_key", "POST"): Route("POST", "/first-run/board", ANYBODY),
    ("trial.place", "POST"): Route(
        "POST", "/trial", TRIERS, (("line", "Reception"), ("caller", "agrees"))
    ),
    ("trial.press", "POST"): Route(
        "POST", "/press", OPERATOR, (("line", "Reception"), ("button", "pause"))
    ),
    ("demo_phone.page", "GET"): Route("GET", "/phone", TRIERS),
    ("demo_phone.facts", "GET"): Route("GET", "/phone/events", TRIERS),
    ("demo_phone.sound", "GET"): Route("GET", f"/phone/sound/{'0' * 64}.wav", TRIERS),
    ("demo_phone.outcome", "GET"): Route("GET", "/phone/outcome.json", TRIERS),
    ("demo_phone.lend", "POST"): Route("POST", "/phone/voice", TRIERS),
    ("demo_phone.act", "POST"): Route(
        "POST", "/phone/act", TRIERS, (("line", "Reception"), ("by", "office"), ("do", "lift"))
    ),
    ("calls.listed", "GET"): Route("GET", "/calls", READERS),
    ("calls.search", "POST"): Route("POST", "/calls", READERS, (("text", "221234567"),)),
    ("calls.show", "GET"): Route("GET", f"/calls/{RID}", READERS),
    ("calls.export", "POST"): Route("POST", f"/calls/{RID}/export", OFFICER, (("format", "wav"),)),
    ("hand_over.hand_over", "POST"): Route(
        "POST", f"/calls/{RID}/hand-over", OFFICER, (("recipient", "caller"), ("words", "Anna"))
    ),
    ("hand_over.ask_many", "GET"): Route("GET", "/calls/chosen/hand-over", OFFICER),
    ("hand_over.hand_over_many", "POST"): Route(
        "POST", "/calls/chosen/hand-over", OFFICER, (("recipient", "caller"),)
    ),
    ("silences.page", "GET"): Route("GET", "/silences", AUDITORS),
    ("silences.set", "POST"): Route("POST", "/silences", OFFICER, (("case", "0" * 16),)),
    ("silences.ask_end", "POST"): Route("POST", "/silences/end", OFFICER),
    ("silences.confirm", "POST"): Route("POST", "/silences/confirm", AUDITORS),
    ("silences.cancel", "POST"): Route("POST", "/silences/cancel", AUDITORS),
    ("speakers.page", "GET"): Route("GET", "/speakers", AUDITORS),
    ("speakers.add", "POST"): Route(
        "POST",
        "/speakers/add",
        AUDITORS,
        (("line", "Reception"), ("name", "Jan"), ("day", "2026-12-01")),
    ),
    ("speakers.remove", "POST"): Route(
        "POST", "/speakers/remove", AUDITORS, (("line", "Reception"), ("name", "Jan"))
    ),
    ("speakers.vouch", "POST"): Route(
        "POST",
        "/speakers/vouch",
        ADMINISTRATOR,
        (("line", "Reception"), ("mark", "0" * 16), ("whole", "yes")),
    ),
    ("proof.sheet", "GET"): Route("GET", f"/calls/{RID}/proof", READERS),
    ("proof.take", "POST"): Route("POST", f"/calls/{RID}/proof", OFFICER),
    ("proof.words", "GET"): Route("GET", f"/proof/words/{'0' * 64}.wav", READERS),
    ("calls.add_number", "POST"): Route(
        "POST", f"/calls/{RID}/number", OFFICER, (("number", "221234567"),)
    ),
    ("playback.listen", "POST"): Route(
        "POST", f"/calls/{RID}/listen", READERS, (("purpose", "training"),)
    ),
    ("playback.player", "GET"): Route("GET", f"/calls/{RID}/listen/{'x' * 22}", READERS),
    ("playback.sound", "GET"): Route("GET", f"/playback/{'x' * 22}.wav", READERS),
    ("erasure.page", "GET"): Route("GET", f"/calls/{RID}/erase", OFFICER),
    ("erasure.erase", "POST"): Route("POST", f"/calls/{RID}/erase", OFFICER),
    ("erasure.certificate", "GET"): Route("GET", f"/calls/{RID}/certificate", OFFICER),
    ("erasure.take", "GET"): Route("GET", f"/calls/{RID}/certificate/caller.jsonl", OFFICER),
    ("words.page", "GET"): Route("GET", "/words", ADMINISTRATOR),
    ("words.speak", "POST"): Route("POST", "/words/speak", ADMINISTRATOR),
    ("words.vouch", "POST"): Route(
        "POST",
        "/words/vouch",
        ADMINISTRATOR,
        (("base", "0"), ("heard", "yes"), ("language", "de"), ("voice", "espeak-ng de+f3")),
    ),
    ("words.confirm", "POST"): Route(
        "POST", "/words/confirm", ADMINISTRATOR, (("base", "0"), ("confirmed", "words"))
    ),
    ("words.record", "GET"): Route("GET", "/words/Reception/question", ADMINISTRATOR),
    ("words.take", "POST"): Route("POST", "/words/Reception/question", ADMINISTRATOR),
    ("words.sound", "GET"): Route("GET", "/words/Reception/nothing.wav", ADMINISTRATOR),
    ("words.drop", "POST"): Route("POST", "/words/drop", ADMINISTRATOR),
    ("words.draft", "GET"): Route("GET", f"/words/takes/{'x' * 16}/heard", ADMINISTRATOR),
    ("words.keep", "POST"): Route("POST", f"/words/takes/{'x' * 16}/heard", ADMINISTRATOR),
    ("words.draft_sound", "GET"): Route("GET", f"/words/takes/{'x' * 16}/end.wav", ADMINISTRATOR),
    ("calls.choose", "POST"): Route("POST", "/calls/chosen", OFFICER, (("do", "copies"),)),
    ("erasure.ask_many", "GET"): Route("GET", "/calls/chosen/erase", OFFICER),
    ("erasure.erase_many", "POST"): Route("POST", "/calls/chosen/erase", OFFICER),
    ("erasure.certificates", "GET"): Route("GET", "/calls/erased", OFFICER),
    ("erasure.search", "POST"): Route("POST", "/calls/erased", OFFICER),
    ("holds.ask_many", "GET"): Route("GET", "/calls/chosen/hold", OFFICER),
    ("holds.hold_many", "POST"): Route("POST", "/calls/chosen/hold", OFFICER),
    ("people.page", "GET"): Route("GET", "/people", ADMINISTRATOR),
    ("people.add", "POST"): Route("POST", "/people", ADMINISTRATOR, (("name", "Jan"),)),
    ("people.search", "POST"): Route("POST", "/people/search", ADMINISTRATOR),
    ("people.person", "GET"): Route("GET", f"/people/{PERSON}", ADMINISTRATOR),
    ("people.change_roles", "POST"): Route("POST", f"/people/{PERSON}/roles", ADMINISTRATOR),
    ("people.reset_password", "POST"): Route("POST", f"/people/{PERSON}/password", ADMINISTRATOR),
    ("people.remove_totp", "POST"): Route("POST", f"/people/{PERSON}/totp", ADMINISTRATOR),
    ("people.end_sessions", "POST"): Route("POST", f"/people/{PERSON}/sessions", ADMINISTRATOR),
    ("people.remove", "POST"): Route("POST", f"/people/{PERSON}/remove", ADMINISTRATOR),
    ("me.page", "GET"): Route("GET", "/me", EVERYBODY),
    ("me.change_password", "POST"): Route("POST", "/me/password", EVERYBODY),
    ("me.begin_totp", "POST"): Route("POST", "/me/totp", EVERYBODY),
    ("me.confirm_totp", "POST"): Route("POST", "/me/totp/confirm", EVERYBODY),
    ("me.drop_totp", "POST"): Route("POST", "/me/totp/remove", EVERYBODY),
    ("me.make_backup_codes", "POST"): Route(
        "POST", "/me/backup-codes", EVERYBODY, (("password", PASSWORD), ("code", "000000"))
    ),
    ("sheet.page", "GET"): Route("GET", "/sheet", ADMINISTRATOR),
    ("sheet.draw", "POST"): Route("POST", "/sheet", ADMINISTRATOR, (("password", PASSWORD),)),
    ("sheet.confirm", "POST"): Route("POST", "/sheet/confirm", ADMINISTRATOR),
    ("sheet.drop", "POST"): Route("POST", "/sheet/drop", ADMINISTRATOR),
    ("sheet.entrance", "GET"): Route("GET", "/recovery", ANYBODY),
    ("sheet.enter", "POST"): Route("POST", "/recovery", ANYBODY),
    ("kept_form.keep", "POST"): Route("POST", "/kept-form", ANYBODY),
    ("me.end_others", "POST"): Route("POST", "/me/sessions", EVERYBODY),
    ("me.left", "GET"): Route("GET", "/me/session.json", EVERYBODY),
    ("me.stay", "POST"): Route("POST", "/me/stay", EVERYBODY),
    ("holds.page", "GET"): Route("GET", f"/calls/{RID}/hold", OFFICER),
    ("holds.hold", "POST"): Route("POST", f"/calls/{RID}/hold", OFFICER),
    ("holds.release", "POST"): Route("POST", f"/calls/{RID}/release", OFFICER),
    ("exempt.page", "GET"): Route("GET", "/never-recorded", OFFICER),
    ("exempt.act", "POST"): Route(
        "POST", "/never-recorded", OFFICER, (("act", "add"), ("number", "221234567"))
    ),
    ("exempt.search", "POST"): Route("POST", "/never-recorded/search", OFFICER),
    ("exempt.confirm", "GET"): Route("GET", "/never-recorded/remove", OFFICER),
    ("exempt.remove", "POST"): Route("POST", "/never-recorded/remove", OFFICER),
    ("settings.page", "GET"): Route("GET", "/settings", ADMINISTRATOR),
    ("settings.form", "GET"): Route("GET", "/settings/office", ADMINISTRATOR),
    ("settings.item_form", "GET"): Route("GET", "/settings/lines/0", ADMINISTRATOR),
    ("settings.change", "POST"): Route(
        "POST", "/settings/pause", ADMINISTRATOR, (("do", "preview"), ("pause_minutes", "3"))
    ),
    ("settings.change_item", "POST"): Route(
        "POST", "/settings/purposes/0", ADMINISTRATOR, (("do", "preview"), ("id", "training"))
    ),
    ("settings.history", "GET"): Route("GET", "/settings/history", ADMINISTRATOR),
    ("settings.version", "GET"): Route("GET", "/settings/history/0", ADMINISTRATOR),
    ("settings.go_back", "POST"): Route(
        "POST", "/settings/history/0", ADMINISTRATOR, (("do", "preview"), ("base", "0"))
    ),
    ("settings.seed", "POST"): Route("POST", "/settings/seed", ADMINISTRATOR),
    ("setup.page", "GET"): Route("GET", "/setup", ADMINISTRATOR),
    ("setup.step", "GET"): Route("GET", "/setup/purposes", ADMINISTRATOR),
    ("setup.paper", "GET"): Route("GET", "/setup/notice/pl", ADMINISTRATOR),
    ("setup.answer", "POST"): Route("POST", "/setup/notice", ADMINISTRATOR, (("who", "alone"),)),
    ("audit.page", "GET"): Route("GET", "/audit", AUDITORS),
    ("audit.head", "GET"): Route("GET", "/audit/head", AUDITORS),
    ("audit.search", "POST"): Route("POST", "/audit", AUDITORS),
    ("doctor.page", "GET"): Route("GET", "/doctor", ADMINISTRATOR),
    ("doctor.line", "GET"): Route("GET", "/doctor/line", ADMINISTRATOR),
    ("doctor.line_now", "GET"): Route("GET", "/doctor/line.json", ADMINISTRATOR),
    ("doctor.line_events", "GET"): Route("GET", "/doctor/line/events", ADMINISTRATOR),
    ("doctor.tones", "POST"): Route(
        "POST", "/doctor/line/tones", ADMINISTRATOR, (("line", "Reception"), ("do", "begin"))
    ),
    ("erase_all.page", "GET"): Route("GET", "/erase-all", AUDITORS),
    ("erase_all.take", "GET"): Route("GET", "/erase-all/certificate/office.jsonl", AUDITORS),
    ("erase_all.ask", "POST"): Route("POST", "/erase-all", ADMINISTRATOR),
    ("erase_all.confirm", "POST"): Route("POST", "/erase-all/confirm", AUDITORS),
    ("erase_all.cancel", "POST"): Route("POST", "/erase-all/cancel", AUDITORS),
    ("backup.page", "GET"): Route("GET", "/backup", ADMINISTRATOR),
    ("backup.start", "POST"): Route("POST", "/backup", ADMINISTRATOR),
    ("backup.forget", "POST"): Route("POST", "/backup/forget", ADMINISTRATOR),
    ("drill.page", "GET"): Route("GET", "/backup/try", ADMINISTRATOR),
    ("drill.try_sheet", "POST"): Route("POST", "/backup/try", ADMINISTRATOR, (("sheet", "AAAAA"),)),
    ("restore.page", "GET"): Route("GET", "/first-run/restore", ANYBODY),
    ("restore.begin", "POST"): Route("POST", "/first-run/restore", ANYBODY),
    ("sftp.page", "GET"): Route("GET", "/backup/sftp", ADMINISTRATOR),
    ("sftp.change", "POST"): Route("POST", "/backup/sftp", ADMINISTRATOR),
    ("sftp.look", "POST"): Route("POST", "/backup/sftp/look", ADMINISTRATOR),
    ("sftp.accept", "POST"): Route("POST", "/backup/sftp/accept", ADMINISTRATOR),
    ("sftp.start", "POST"): Route("POST", "/backup/sftp/start", ADMINISTRATOR),
    ("sftp.stop", "POST"): Route("POST", "/backup/sftp/stop", ADMINISTRATOR),
    ("mail.page", "GET"): Route("GET", "/mail", ADMINISTRATOR),
    ("mail.change", "POST"): Route("POST", "/mail", ADMINISTRATOR),
    ("mail.try_it", "POST"): Route("POST", "/mail/try", ADMINISTRATOR),
    ("mail.stop", "POST"): Route("POST", "/mail/stop", ADMINISTRATOR),
    ("update.page", "GET"): Route("GET", "/update", ADMINISTRATOR),
    ("update.install", "POST"): Route("POST", "/update", ADMINISTRATOR),
    ("update.restart", "POST"): Route("POST", "/update/restart", ADMINISTRATOR),
    ("update.network", "GET"): Route("GET", "/update/network", ADMINISTRATOR),
    ("update.change_address", "POST"): Route("POST", "/update/network", ADMINISTRATOR),
    ("update.look", "POST"): Route("POST", "/update/network/look", ADMINISTRATOR),
    ("update.fetch", "POST"): Route("POST", "/update/network/fetch", ADMINISTRATOR),
    ("update.stop", "POST"): Route("POST", "/update/network/stop", ADMINISTRATOR),
    ("update.install_fetched", "POST"): Route("POST", "/update/network/install", ADMINISTRATOR),
    ("time.page", "GET"): Route("GET", "/time", AUDITORS),
    ("time.confirm", "POST"): Route(
        *("POST", "/time", ADMINISTRATOR),
        (("time", "clock"), ("clock", "1790000000"), ("uptime", "0")),
    ),
    ("time.allow", "POST"): Route(
        *("POST", "/time/erasure", ADMINISTRATOR),
        (("sure", "yes"), ("through", "1"), ("recordings", "1")),
    ),
}
POSTS = [route for route in ROUTES.values() if route.method == "POST"]
GETS = [route for route in ROUTES.values() if route.method == "GET"]


def go(browser: Browser, route: Route, rid: str) -> TestResponse:
    """Take a route as a person with a browser does."""
    path = route.path.replace(RID, rid)
    if route.method == "GET":
        return browser.get(path)
    return browser.send(path, **dict(route.form))
