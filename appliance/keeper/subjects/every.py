"""Build every subject of the keeper, each of the box and of those before it."""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.config.kept import Seed
from appliance.keeper.box import Box
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.joint import Joint
from appliance.keeper.subject import Subject
from appliance.keeper.subjects import (
    audit,
    backup,
    calls,
    doctor,
    erase_all,
    exempt,
    first_run,
    keys,
    lines,
    machine,
    mail,
    people,
    settings,
    silences,
    speakers,
    stamps,
    time,
    update,
    words,
)
from appliance.link.handlers import Handler
from appliance.link.registry import AnyOperation, tag
from appliance.model.findings import Finding
from appliance.model.lamps import Need, gravest


@dataclass(frozen=True, slots=True)
class Subjects:
    """All of them, in the order in which their chores run, and their way to the recorder."""

    every: tuple[Subject, ...]
    recorder: RecorderLink

    def handlers(self) -> dict[type[AnyOperation], Handler]:
        """Return what answers each operation.

        Raises:
            TypeError: two subjects answer the same.
        """
        found: dict[type[AnyOperation], Handler] = {}
        for subject in self.every:
            if twice := found.keys() & subject.handlers.keys():
                raise TypeError(f"{min(map(tag, twice))} has two handlers.")
            found |= subject.handlers
        return found


def build_subjects(box: Box, seed: Seed) -> Subjects:
    """Build them.

    Args:
        box: not open yet; what needs a vault is made when it opens.
        seed: the settings that hold until an administrator changes one.
    """
    opened = Joint[[]]()
    recorder = RecorderLink(box.around.folders, box.take_up, box.meet_recorder, opened)
    prompts = words.PromptArchive(box, recorder)
    opened.join(prompts.keep)

    first_runs, staff, recordings = first_run.build(box, seed), people.build(box), calls.build(box)
    times, vault_keys, seen = time.build(box), keys.build(box), machine.build(box)
    numbers = exempt.build(box, recorder)
    lists = speakers.build(box)
    followers = (numbers, recordings, lists)
    kept = settings.FollowedSettings(box, seed, recorder, followers, prompts.keep)
    set_up = kept.subject()
    copies, updates, silent = backup.build(box), update.build(box), silences.build(box)
    stamped = stamps.build(box)

    def examine() -> Iterable[Finding]:  # of the doctor, who asks mail, too
        return whole.findings()

    post = mail.build(box, examine, lambda: updates.wants_courier() or stamped.wants_courier())
    whole = doctor.build(
        box,
        recorder,
        (set_up, seen),
        (times, vault_keys, copies, post, updates, recordings, silent, stamped),
        lambda: any(one.hears_courier() for one in (post, copies, stamped)),
    )

    def need() -> Need:
        return gravest(recordings.need(), set_up.need())

    every = (
        first_runs,
        staff,
        recordings,
        silent,
        lists,
        times,
        lines.build(box, recorder, need, kept.tell),
        numbers,
        set_up,
        seen,
        copies,
        post,
        updates,
        stamped,
        erase_all.build(box),
        words.build(box, recorder, prompts.keep, kept.unread),
        audit.build(box),
        vault_keys,
        whole,
    )
    return Subjects(every, recorder)
