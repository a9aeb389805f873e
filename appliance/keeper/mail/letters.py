"""Decide which mail is due, and write it without personal data."""

from collections.abc import Set
from enum import StrEnum

from appliance.keeper.mail.words import ENGLISH, LANGUAGES
from appliance.keeper.storage.rows import MailRow
from appliance.vault.audit.heads import Head


class LetterKind(StrEnum):
    """The kinds of mail, the most urgent first."""

    TRIAL = "trial"  # somebody asked for it
    TROUBLE = "trouble"  # something must be mended that was not told before
    MENDED = "mended"  # what was told is mended
    DAILY = "daily"  # a day began


def due(
    row: MailRow, red: Set[str] | None, day: str, *, trial: bool, daily: bool
) -> LetterKind | None:
    """Return the mail that is due; None if none is.

    Args:
        row: what was mailed so far.
        red: ids of what must be mended; None: not looked at for long enough yet.
        day: that surely has begun, such as 2026-11-27; empty: unknown.
        trial: somebody asked for a mail.
        daily: one is wanted every day.
    """
    if trial:
        return LetterKind.TRIAL
    if red is not None:
        if red - set(row.told):
            return LetterKind.TROUBLE
        if row.told and not red:
            return LetterKind.MENDED
        if daily and day and day != row.day:
            return LetterKind.DAILY
    return None


def words_of(kind: LetterKind, red: Set[str], head: Head | None, language: str) -> tuple[str, str]:
    """Return the subject and the text of a mail.

    Args:
        kind: why it is sent.
        red: ids of findings that must be mended.
        head: of the last day of the audit that has ended, for all but a trial.
        language: of the office; English if there are no words in it.
    """
    says = LANGUAGES.get(language, ENGLISH)
    subject, first = {
        LetterKind.TRIAL: (says.trial, says.tried),
        LetterKind.TROUBLE: (says.trouble, ""),
        LetterKind.MENDED: (says.mended, says.again),
        LetterKind.DAILY: (says.trouble if red else says.well, ""),
    }[kind]
    parts = [first]
    if red:
        listed = [f"- {says.subjects[id.partition('.')[0]]} ({id})" for id in sorted(red)]
        parts += ["\n".join([says.found, *listed]), says.look]
    elif kind is LetterKind.DAILY:
        parts.append(says.nothing)
    if head is not None and kind is not LetterKind.TRIAL:
        parts.append("\n".join([says.head % head.day, head.lines, says.head_why]))
    return subject, "\n\n".join([*filter(None, parts), says.end]) + "\n"
