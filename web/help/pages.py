"""Say what each page is for: the paragraph behind its question mark."""

from typing import Any

from flask_babel import lazy_gettext as _l

PAGES = {
    "audit": _l(
        "The activity log says who did what, and when: logins, listening, copies, holds, "
        "erasures, changes. An entry cannot be changed unnoticed, because each one carries a "
        "fingerprint of the one before. Download the signed head of the log and keep it "
        "elsewhere: it shows later that nothing before it was changed."
    ),
    "backup": _l(
        "A backup is an encrypted copy of the archive on a medium of yours. To open one, you need"
        " the recovery sheet. A call that you erase stays in an older backup until the next one "
        "is made on that medium."
    ),
    "calls": _l(
        "Here is every recorded call that is not erased yet. The search finds a number or the "
        "first letters of a name; filters narrow the list. With the role of data protection you "
        "can choose several calls and hand them over, hold or erase them in one go."
    ),
    "calls.show": _l(
        "This page is about one call: what the caller was told, which key was pressed, and what "
        "happened to the recording since. Depending on your role you can play it, hand it over, "
        "hold it or erase it. All of that is noted in the activity log."
    ),
    "demo_phone": _l(
        "These are the two telephones of a simulated line: with one a caller calls, with the "
        "other the office answers. You hear what a caller hears and press the keys that a caller "
        "presses. Recordings made here are marked as simulated wherever they are shown."
    ),
    "doctor": _l(
        "The device check examines the lines, the sound, the disk, the time, the keys and the "
        "backups. Each finding says what was found and what to do. What must be fixed is also "
        "counted beside the name of this page."
    ),
    "doctor.line": _l(
        "Here you watch what a line is doing at this moment: the handset, the loudness of both "
        "voices, tones and keys. That helps while you look for a fault with a telephone in your "
        "hand. Nothing that you see here is kept."
    ),
    "drill": _l(
        "Try out whether your newest backup can be opened with the recovery sheet, before you "
        "need it. Nothing in the archive changes. The device notes the day of the trial."
    ),
    "erase_all": _l(
        "All recordings are erased here at once and for good. People, settings and the activity "
        "log stay. One person requests it with their own password; then a second person confirms "
        "it, or 24 counted hours pass. Until then it can be cancelled."
    ),
    "erasure.certificates": _l(
        "These calls are erased. Open one to see what certifies its erasure and to download the "
        "signed certificate. It names neither the number nor the words of the call and can be "
        "checked later without this device."
    ),
    "erasure.certificate": _l(
        "Here the device says when this erasure was requested and done, and on which ground. It "
        "also says what may still exist, such as backups. Where a certificate is signed, you can "
        "download it for the person who asked."
    ),
    "erasure": _l(
        "Erasing destroys the key of a recording, so that the device cannot open it any more. "
        "State the ground; the certificate names it. Once you have confirmed, it cannot be "
        "undone. Copies that were handed out are not reached by it."
    ),
    "exempt": _l(
        "Calls with these numbers are not recorded, and nobody is asked. Add a number when "
        "somebody wishes that, and remove it when they change their mind. A caller who withholds "
        "the number cannot be recognised."
    ),
    "first_run": _l(
        "Here you create the archive and become its first administrator. Choose a long password "
        "and keep the recovery sheet safe: if both are lost, nobody can open the recordings, not "
        "even the makers of Zgoda."
    ),
    "first_run.board": _l(
        "A key stored permanently in the board protects the archive when somebody copies only the"
        " memory card. Storing it cannot be undone. Read what the page says about moving to "
        "another board first."
    ),
    "hand_over": _l(
        "Anybody who has a copy can hear it without a password. A copy for the caller leaves out "
        "the names of your staff and what does not concern the caller. A copy for an authority "
        "needs the file number, the legal basis and who signed. Each copy is noted in the "
        "activity log."
    ),
    "holds": _l(
        "A hold keeps a call past its erasure date because a law or a claim requires it. State "
        "the ground and the day on which you will look at it again. It lasts until somebody with "
        "the role of data protection lifts it."
    ),
    "home": _l(
        "Each card is one telephone line as it is now: whether the next caller is asked, or why "
        "nobody is. Where something must be fixed, it is listed here and leads to the page on "
        "which you fix it."
    ),
    "login": _l(
        "Log in with your name and your own password; if you use a second factor, its code comes "
        "next. After a wrong password you may have to wait before the next attempt. If you do not"
        " know it any more, ask somebody with the role of management for a one-time password."
    ),
    "mail": _l(
        "The device can tell you by e-mail when something must be fixed. A message names no "
        "caller and no call. Enter the address of your mail server, then send a test message."
    ),
    "me": _l(
        "This page is about your own login: password, second factor, backup codes and sessions. A"
        " second factor keeps others out even if they know your password. Keep the backup codes "
        "for the day on which you lose your telephone."
    ),
    "people": _l(
        "Give each person a login of their own and only the roles that they need: then the "
        "activity log says who acted. A new person gets a one-time password from you and chooses "
        "another one at the first login. Removing somebody ends their sessions at once."
    ),
    "playback": _l(
        "You listen to the recording here; no file is left on your computer. The marks show where"
        " a key was pressed, where the recording paused and where another party joined. That you "
        "listened, and what for, is noted in the activity log."
    ),
    "proof": _l(
        "The proof sheet gathers what the caller was told, what the caller answered and what "
        "vouches for both. The sheet for the caller leaves out what only the office may know. The"
        " signed file beside it can be checked without this device."
    ),
    "restore": _l(
        "Here an archive comes back from a backup onto a new device. You need the backup and the "
        "recovery sheet that belongs to it. If a group of the sheet is mistyped, the page names "
        "it and keeps the others."
    ),
    "settings": _l(
        "Everything that the office decides stands here: lines, purposes, announcements, "
        "retention, backups. You see a preview before anything is saved, and you can go back to "
        "an earlier version. A call in progress keeps the settings with which it began."
    ),
    "setup": _l(
        "Setting up has seven steps; an office of one person can leave out the one about people. "
        "You can stop after any step and go on later. Nobody is asked and nothing is recorded on "
        "a real line before all that the law requires is there."
    ),
    "setup.office": _l(
        "State who is responsible for the recordings: the data controller with its full name and "
        "seat, and an address for questions. Callers hear the short name, so write it as it is "
        "spoken."
    ),
    "setup.line": _l(
        "Choose the devices that hear the line and see the handset. What is plugged in is offered"
        " here. The last step shows with a call whether they work."
    ),
    "setup.purposes": _l(
        "Say why the office records and what permits it. Where it is consent, the caller decides "
        "with a key. Ask only for purposes that you need: each one makes the question longer."
    ),
    "setup.words": _l(
        "Here are the sentences that callers will hear. Have them read by the built-in voice, or "
        "read them aloud yourself. Listen to them before the first caller does."
    ),
    "setup.people": _l(
        "Add the other people who are to log in, with the roles that they need. An office of one "
        "person can leave this step out and add people later."
    ),
    "setup.notice": _l(
        "The law wants your staff to know that calls are recorded before the first one is. Print "
        "the paper, hand it out and enter the day from which you record. Before that day no real "
        "line records."
    ),
    "setup.test": _l(
        "Make one call and see whether everything works: the question is heard, the key counts, "
        "the recording plays. The page says what is still missing."
    ),
    "sftp": _l(
        "Backups can go to a server of yours. Before anything is sent, the device shows the "
        "server’s fingerprint: compare it with what the people who run the server tell you. The "
        "server receives encrypted files only."
    ),
    "sheet": _l(
        "The recovery sheet opens backups and lets an administrator back in who has lost the "
        "password. Print it and keep it locked away, not beside the device: a thief of both can "
        "open the recordings. A new sheet replaces the old one once you have typed a part of it "
        "back; older backups still open with the older sheet."
    ),
    "sheet.entrance": _l(
        "If you have the role of management and lost your password, the groups of the recovery "
        "sheet let you in. Type them as they are printed; if one is wrong, the page names it and "
        "keeps the others. That the sheet was used is noted, and everybody reads it on the first "
        "page."
    ),
    "silences": _l(
        "An authority can forbid telling the caller about its copy. Until people end this "
        "silence, nothing that a caller receives shows that copy. It does not end by itself on "
        "its last day: from then on you have to decide."
    ),
    "speakers": _l(
        "In Germany everybody of your staff who speaks on a line must have agreed to be recorded,"
        " too. Enter each name with the day of the consent; then somebody with the role of "
        "management vouches that the list is complete. Without that the line does not record."
    ),
    "time": _l(
        "Erasure dates need the right time. This page says which time the device believes and who"
        " vouches for it. In doubt it erases nothing by date until somebody with the role of "
        "management has confirmed the time."
    ),
    "update": _l(
        "An update replaces the program of the device; recordings and settings stay. Only a file "
        "that its makers signed is installed, and only when you ask for it. If the new version "
        "does not start, the device goes back to the one before."
    ),
    "update.network": _l(
        "The device can look for a newer version at an address that you set, once a day. It tells"
        " you and downloads nothing before you ask for it. Leave the address empty if the device "
        "should never look."
    ),
    "words": _l(
        "Here is what callers hear, line by line and language by language. Have it read by the "
        "built-in voice, or record your own. A recording of your own is checked, and callers hear"
        " it only after you have listened to it and kept it."
    ),
}
"""Endpoint, blueprint, or step of setting up -> the paragraph behind the page's question mark."""


ANSWERS = {
    "calls.add_number": "calls.show",
    "calls.export": "calls.show",
    "doctor.tones": "doctor.line",
    "erasure.search": "erasure.certificates",
    "first_run.burn_board_key": "first_run.board",
    "sheet.enter": "sheet.entrance",
    "update.change_address": "update.network",
    "update.fetch": "update.network",
    "update.install_fetched": "update.network",
    "update.look": "update.network",
    "update.stop": "update.network",
}
"""Endpoint of a form -> the page that it answers with, where that is not its blueprint's own."""


def paragraph(endpoint: str | None, step: str = "") -> Any:
    """Return what a page is for; None where nothing is said.

    Args:
        endpoint: the page's, or that of the form that it answers.
        step: of setting up.
    """
    page = ANSWERS.get(endpoint or "", endpoint or "")
    blueprint = page.partition(".")[0]
    wanted = (f"{blueprint}.{step}", page, blueprint)
    return next((PAGES[key] for key in wanted if key in PAGES), None)
