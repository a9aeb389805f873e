"""List the doctor's findings: each one's id, its level, and the sentence that mends it.

The table serves command line and panel: the command line prints the English, the panel translates
it. ``%(name)s`` stands for a value of the finding. The part before the dot is its subject.
"""

from collections.abc import Mapping

from appliance.model.lamps import Cause
from appliance.model.sentences.backup import BACKUP_SENTENCES
from appliance.model.sentences.devices import DEVICE_SENTENCES
from appliance.model.sentences.lines import CAUSES, LINE_SENTENCES, SILENT_SENTENCES
from appliance.model.sentences.mail import MAIL_SENTENCES
from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import fail as _fail
from appliance.model.sentences.sentence import ok as _ok
from appliance.model.sentences.sentence import warn as _warn
from appliance.model.sentences.settings import SETTINGS_SENTENCES
from appliance.model.sentences.sftp import SFTP_SENTENCES
from appliance.model.sentences.silence import SILENCE_SENTENCES
from appliance.model.sentences.stamps import STAMP_SENTENCES
from appliance.model.sentences.update import UPDATE_SENTENCES
from appliance.model.sentences.vault import VAULT_SENTENCES
from appliance.model.terms import Obstacle

SENTENCES: Mapping[str, Sentence] = {
    "processes.recorder_runs": _ok("The recorder answers."),
    "processes.recorder_away": _fail(
        "The recorder does not answer, so nobody is asked and nothing recorded: start it."
    ),
    "processes.keeper_runs": _ok("The archive service answers."),
    "processes.keeper_away": _fail(
        "The archive service does not answer: calls are recorded, but nothing is shown or "
        "erased. Start it."
    ),
    "processes.panel_runs": _ok("The panel answers at %(address)s."),
    "processes.panel_away": _warn(
        "The panel does not answer at %(address)s: start it, unless it was told another port."
    ),
    "processes.nothing_runs": _warn(
        "Zgoda is not running: start its services, or a trial with zgoda run."
    ),
    "processes.denied": _warn(
        "The %(process)s runs, but this user may not ask it: look again as root."
    ),
    "ssh.root": _warn(
        "The owner of the key %(key)s can log in as root over SSH from the local network. They "
        "hear the lines and, during each session in the panel, read everything. When the key is "
        "no longer needed, remove ssh-key from zgoda-network.txt on the memory card."
    ),
    "panel.loopback": _ok("Only this computer reaches the panel."),
    "panel.elsewhere": _fail(
        "The panel is not at the address of the settings: choose one that it can have. "
        "The system log says why."
    ),
    "panel.refused": _fail("The panel cannot be reached as the settings want it: correct them."),
    "panel.no_proxy": _fail(
        "haproxy is missing, so no other computer reaches the panel: install it, version "
        "%(version)s or newer (apt install haproxy)."
    ),
    "panel.open_key": _fail(
        "Other users can read the certificate's key: chmod 400 %(path)s, and make a new one."
    ),
    "panel.names": _fail(
        "The certificate does not hold %(names)s, so browsers warn: have one made with every name."
    ),
    "panel.ended": _fail(
        "The certificate ended on %(until)s, so browsers warn: renew it and restart zgoda-proxy."
    ),
    "panel.ends": _warn(
        "The certificate ends on %(until)s: renew it in time and restart zgoda-proxy."
    ),
    "panel.tls": _ok(
        "Other computers reach the panel over TLS; the certificate ends on %(until)s."
    ),
    "panel.own": _ok(
        "The certificate is self-signed. Before you trust it in a browser, compare its SHA-256 "
        "fingerprint: %(fingerprint)s."
    ),
    "processes.foreign": _fail(
        "Something else answers in place of the %(process)s: %(socket)s is served by the user "
        "%(user)s and not by %(wanted)s. End it, or name the right user with --%(process)s-user."
    ),
    "versions.told": _ok("Zgoda %(zgoda)s, Python %(python)s, Linux %(kernel)s, %(machine)s."),
    "versions.narrow": _fail(
        "This is a system of 32 bits, which is not supported: install one of 64 bits."
    ),
    "lines.simulated": _ok("%(line)s is simulated."),
    "lines.heard": _ok("%(line)s is heard."),
    "lines.waits": _warn(CAUSES[Cause.NOT_AT_REST]),
    "lines.not_agreed": _fail(CAUSES[Obstacle.SPEAKERS]),
    "lines.not_before": _warn("%(line)s asks and records nobody before %(day)s."),
    "lines.none": _warn("Nobody has set up a line yet: follow the steps in the panel."),
    "lines.fault": _fail(
        "%(line)s cannot be heard, so nothing is recorded: look at its plugs and at its devices "
        "below. Telephone calls go on as always, except behind an ISDN bridge."
    ),
    "lines.broken": _fail("%(line)s records nothing: look at its devices."),
    "lines.exempt": _warn(
        "An emergency number was called: for %(minutes)s more minutes no caller is asked."
    ),
    "lines.never": _ok("%(line)s: a line of this kind is never asked and never recorded."),
    "lines.no_purpose": _fail(
        "%(line)s has no purpose, so nothing is recorded: name some in purposes."
    ),
    **SILENT_SENTENCES,
    "lines.mixed": _warn(
        "%(line)s hears both parties as one signal, so nobody can tell whose key it was and no "
        "consent is recorded: calibrate it with zgoda calibrate, or better, put a two-channel "
        "line tap on the line."
    ),
    "lines.graded": _warn(
        "%(line)s tells whose key it was by calibration calls, with evidence grade %(grade)s: "
        "this does not resist an employee who cheats. A two-channel line tap does."
    ),
    "lines.mute": _fail(
        "%(line)s cannot speak (a passive ISDN tap), so it records nothing: make the device a "
        "bridge."
    ),
    "lines.bridge": _warn(
        "While the device is off, %(line)s is dead, for emergency calls too: keep another phone."
    ),
    "lines.tunnel": _warn(
        "%(line)s crosses the network unencrypted (L1oIP): without a VPN strangers can listen "
        "and speak."
    ),
    "lines.behind_tap": _ok(
        "%(line)s tells whose key it was by its tap, with evidence grade A. That holds as long "
        "as every phone of the office hangs behind the tap: one between it and the network "
        "counts as the caller."
    ),
    "lines.modem_alone": _warn(
        "%(line)s hears and speaks through its modem alone: the modem holds the line in calls "
        "that come in, makes them quieter, and calls from the office are not asked. Better, use "
        "a USB sound card with a line tap, and the modem for ring, number and hook."
    ),
    "lines.polled": _warn(
        "%(line)s sees its phone by a modem, four times a second: a short press of the hook can go "
        "unseen, though it may bring another caller. A line monitor sees it."
    ),
    "prompts.missing": _fail("%(line)s asks nobody and records nothing: words are missing."),
    "prompts.there": _ok("%(line)s has every announcement that it needs."),
    "prompts.damaged": _fail(
        "Recorded announcements cannot be read: record them or have them spoken again."
    ),
    "prompts.no_voice": _warn("A voice of your own cannot speak: replace it."),
    "prompts.outdated": _warn(
        "%(line)s: recordings are out of date, since the settings make other words now: "
        "%(prompts)s. They are not said. Record them again or remove them, on the page "
        "Announcements."
    ),
    "prompts.unread": _warn(
        "%(line)s says recordings whose words nobody has confirmed: %(prompts)s. Record them on "
        "the page Announcements, which shows the text and notices when it changes."
    ),
    "prompts.draft": _warn(
        "%(line)s speaks in a voice that is hard to understand (%(count)s announcements): record "
        "them yourself, on the page Announcements."
    ),
    "serial.none": _ok("No serial device is plugged in."),
    "serial.plugged": _ok("%(port)s is plugged in: %(name)s."),
    "serial.monitor": _ok("%(port)s is the line monitor of %(line)s."),
    "serial.speaks": _ok("%(port)s, the line monitor of %(line)s, answers in %(dialect)s."),
    "serial.modem": _ok("%(port)s is the modem of %(line)s."),
    "serial.modem_is": _ok("%(port)s, the modem of %(line)s, says that it is: %(name)s."),
    "serial.modem_sees": _ok("The modem of %(line)s can tell that a phone is lifted."),
    "serial.modem_blind": _fail(
        "The modem of %(line)s cannot tell that a phone is lifted: use a line monitor for the "
        "hook, or a modem that reads the line's voltage."
    ),
    "serial.modem_half": _fail(
        "The modem of %(line)s cannot ask anybody alone, since it does not hear while it speaks: "
        "use a USB sound card with a line tap."
    ),
    "serial.modem_no_caller": _warn("The modem of %(line)s does not tell who calls."),
    "serial.no_callers": _warn(
        "The device that tells who calls on %(line)s cannot be used. The line does without it; "
        "Zgoda hears the number in the sound, too."
    ),
    "serial.modem_stays": _warn(
        "The modem of %(line)s does not say that it hangs up when its port closes: pull out its "
        "plug in a test call, and see that the line is free."
    ),
    "serial.listens": _ok(
        "%(port)s of %(line)s can be opened. %(dialect)s answers no question: call the line and "
        "lift the phone to see that it works."
    ),
    "serial.silent": _fail(
        "%(port)s, the line monitor of %(line)s, does not answer in %(dialect)s: "
        "look at its firmware, or name another port."
    ),
    "serial.missing": _fail(
        "%(port)s of %(line)s is not plugged in; there are: %(there)s. Plug it in, or name one."
    ),
    "serial.missing_all": _fail(
        "%(port)s of %(line)s is not plugged in, and no other serial device is: plug it in."
    ),
    "serial.denied": _fail(
        "%(port)s of %(line)s may not be opened: add this user to the group dialout."
    ),
    "serial.busy": _fail("%(port)s of %(line)s is in use by %(program)s: end that program."),
    "serial.unusable": _fail(
        "A device of %(line)s cannot be used: look at its plug and at the settings."
    ),
    "serial.unstable": _warn(
        "%(port)s of %(line)s may get another name: write %(stable)s instead."
    ),
    "serial.shared": _fail("%(port)s is named by several lines: give each its own."),
    "serial.probed": _warn("ModemManager runs and may speak to line monitors: switch it off."),
    "sound.none": _ok("No sound card is plugged in."),
    "sound.card": _ok(
        "%(card)s is plugged in: %(name)s; %(capture)s channels to hear, "
        "%(playback)s to speak, %(rates)s."
    ),
    "sound.missing": _fail(
        "%(card)s of %(line)s is not plugged in; there are: %(there)s. Plug it in, or name one."
    ),
    "sound.missing_all": _fail(
        "%(card)s of %(line)s is not plugged in, and no other sound card is: plug it in."
    ),
    "sound.deaf": _fail("%(card)s of %(line)s cannot hear: use a USB sound card with an input."),
    "sound.mute": _fail("%(card)s of %(line)s cannot speak: use a USB sound card with an output."),
    "sound.mono": _fail(
        "%(card)s hears one channel, but %(line)s needs two: use a USB sound card with a stereo "
        'input, or set sides = "both".'
    ),
    "sound.rates": _fail(
        "%(card)s of %(line)s has no rate from 16 to 48 kHz: use another USB sound card."
    ),
    "sound.busy": _fail("%(card)s of %(line)s is in use by %(program)s: end that program."),
    "sound.fits": _ok("%(card)s fits %(line)s."),
    "sound.two_clocks": _fail(
        "%(line)s hears on one card and speaks on another, whose clocks drift: name one."
    ),
    "sound.no_pyaudio": _fail(
        "PyAudio is missing: install PortAudio's headers (portaudio19-dev), then "
        "pip install -r requirements-hardware.lock."
    ),
    "sound.portaudio": _ok("PortAudio sees: %(devices)s."),
    "sound.portaudio_none": _warn("PortAudio sees no device: add this user to the group audio."),
    "sound.portaudio_failed": _fail("The sound system (PortAudio) fails: look at the system log."),
    "gpio.unused": _ok("No lamps and no button are configured ([front])."),
    "gpio.simulated": _ok("There is no Raspberry Pi header here: lamps and button are simulated."),
    "gpio.denied": _fail("%(chip)s may not be opened: add this user to the group gpio."),
    "gpio.no_lgpio": _fail(
        "lgpio is missing, so lamps stay dark: pip install -r requirements-hardware.lock."
    ),
    "gpio.taken": _fail(
        "GPIO %(pin)s (%(part)s) is taken by %(program)s: name another pin in [front]."
    ),
    "gpio.fault": _fail("Lamps and button do not work: look at their pins in the settings."),
    "gpio.ready": _ok("Lamps and button hang on %(chip)s."),
    "clock.set": _ok("The clock has been set."),
    "clock.unset": _warn(
        "The clock has not been set since the start: connect a network or a clock chip."
    ),
    "clock.kept": _ok("A time server keeps the clock."),
    "clock.not_kept": _warn(
        "No time server keeps the clock: connect the network, or check the time yourself."
    ),
    "clock.chip": _ok("A clock chip keeps the time while the power is off."),
    "clock.no_chip": _warn(
        "There is no clock chip: after a power cut the time is wrong until a time server answers."
    ),
    "clock.counts": _ok("Erasure goes by %(counted)s, as the device has counted."),
    "clock.first": _warn(
        "Nobody has confirmed the time, so nothing is erased by itself: open Time in the panel."
    ),
    "clock.wait": _warn(
        "The power was off for an unknown time: open Time in the panel and say what time it is."
    ),
    "clock.ask": _warn(
        "The clock says %(clock)s, the device has counted %(counted)s: open Time in the panel "
        "and say which is right."
    ),
    "clock.erasure_waits": _warn(
        "An erasure by date waits for an administrator: open Time in the panel and look at it."
    ),
    "clock.chip_set": _warn(
        "Somebody sets the clock chip, so it proves nothing: install the files of "
        "firmware-config/clock, then confirm the time in the panel."
    ),
    "clock.chip_late": _warn(
        "The clock chip was not read at the boot, so it proves nothing: enable zgoda-clock.service."
    ),
    "disk.stopped": _fail(
        "%(free)s are free on the disk: recordings stop. Erase some, or use a larger disk."
    ),
    "disk.full": _fail(
        "%(free)s are free on the disk: no recording starts. Erase some, or use a larger disk."
    ),
    "disk.scarce": _warn(
        "%(free)s are free on the disk for recordings: about %(hours)s hours of calls. Think of a "
        "larger disk."
    ),
    "disk.room": _ok(
        "%(free)s are free on the disk for recordings: about %(hours)s hours of calls."
    ),
    "disk.unknown": _fail("%(path)s cannot be looked at: %(detail)s."),
    "disk.no_folder": _fail("%(path)s is no folder: name another with --data."),
    "disk.later": _ok("%(path)s is not there yet; it is made at the first start."),
    "disk.denied": _fail("%(path)s cannot be written by this user: run as its owner, or chown it."),
    "disk.open": _warn("%(path)s can be read by everybody on this computer: chmod o-rw %(path)s."),
    "disk.private": _ok("%(path)s is private."),
    "disk.read_only": _fail(
        "%(path)s is mounted read-only: mount it to be written, and check the disk."
    ),
    "disk.rights": _fail("%(path)s lies on %(kind)s, which keeps no rights of users: use ext4."),
    "disk.gone": _warn(
        "%(path)s lies on %(kind)s: all is lost when the power goes. Name another with --data."
    ),
    "disk.far": _warn("%(path)s lies on %(kind)s, another computer: recordings leave this device."),
    "disk.kind": _ok("%(path)s lies on %(kind)s."),
    "disk.writes": _ok("A piece of a recording is on the disk after %(ms)s ms."),
    "disk.slow": _warn(
        "A piece of a recording is on the disk only after %(ms)s ms: use a faster card or disk."
    ),
    "disk.was_slow": _warn(
        "In the last hour the disk once took %(ms)s ms to keep a piece of a call: had the power "
        "gone then, more than a second would be missing. Use a faster card or disk."
    ),
    "disk.kept_slowly": _warn(
        "In the last hour the archive service once waited %(ms)s ms for the disk: use a faster "
        "card or disk."
    ),
    "disk.broken": _fail("%(path)s does not take what is written: %(detail)s."),
    "memory.room": _ok("%(free)s of memory are free."),
    "memory.scarce": _warn("Only %(free)s of memory are free: end other programs."),
    "memory.no_swap": _ok("No swap: what is in memory stays there."),
    "memory.kept": _ok(
        "%(process)s: its memory goes neither to swap nor to other programs, and what it frees is "
        "overwritten."
    ),
    "memory.held": _ok("%(process)s: its memory goes neither to swap nor to other programs."),
    "memory.unwiped": _warn(
        "%(process)s: what it frees stays readable in memory. Start it by its service or by zgoda "
        "run, with glibc as the C library."
    ),
    "memory.unlocked": _warn(
        "%(process)s: its memory may be swapped to disk. Give its service LimitMEMLOCK=infinity, "
        "or type ulimit -l unlimited before zgoda run."
    ),
    "memory.dumpable": _warn(
        "%(process)s: other programs of its user can read its memory. Start it by its service."
    ),
    "memory.untold": _warn(
        "%(process)s: it does not say how well it keeps its memory. Start it again."
    ),
    "memory.root": _ok(
        "Anybody who is root on this computer hears what the lines carry and, while anybody is "
        "logged in, reads everything; no software prevents that, so give root to nobody else."
    ),
    "memory.swap": _warn("Memory can be swapped to disk: turn swap off (swapoff -a, /etc/fstab)."),
    **DEVICE_SENTENCES,
    **LINE_SENTENCES,
    **VAULT_SENTENCES,
    **SILENCE_SENTENCES,
    **BACKUP_SENTENCES,
    **MAIL_SENTENCES,
    **UPDATE_SENTENCES,
    **STAMP_SENTENCES,
    **SETTINGS_SENTENCES,
    **SFTP_SENTENCES,
}
