"""Watch the recorder, lend it the list key, pass operations on to it.

The recorder needs none of this to record, and may be absent for any time.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from msgspec import Struct

from appliance.config.folders import Folders
from appliance.errors import LinkError, Refused
from appliance.keeper.chores import attempt
from appliance.keeper.people.sessions import Caller
from appliance.link.client import Client
from appliance.link.handlers import Handler, handles
from appliance.link.operations import Operation, WithoutRole
from appliance.link.pulse import Pulse
from appliance.link.registry import AnyOperation, operations
from appliance.link.requests.devices import AskDevices, PluggedDevices
from appliance.link.requests.lines import GetLines, Lines
from appliance.link.requests.processes.news import (
    GetOrigin,
    LendList,
    RecorderNews,
    TellDay,
    TellEntry,
    TellNeed,
    TellSpeakers,
    WatchRecorder,
)
from appliance.link.requests.processes.prompts_in_use import (
    GetPromptInUse,
    ListPromptsInUse,
    PromptsInUse,
)
from appliance.link.requests.settings import NextCalls, SettingsChanged, Taken, TryCalls
from appliance.link.requests.words import (
    MeasuredTakes,
    MeasureTakes,
    PromptsChanged,
    SpeakingNow,
    SpeakPrompts,
)
from appliance.model.lamps import Need
from appliance.model.records import AuditPlace

ANSWER_SECONDS = 5.0
"""The recorder answers at once or is in trouble; no page must wait for it."""

WORK_SECONDS = 150.0
"""So long a child of the recorder's may speak or measure one prompt, or devices may be asked."""

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
"""Seconds between two attempts to reach an absent recorder: doubled up to the longest."""

_log = logging.getLogger(__name__)

ReplyT = TypeVar("ReplyT", bound=Struct)


class RecorderLink:
    """The keeper's client of the recorder, which may be absent."""

    def __init__(
        self,
        folders: Folders,
        take_up: Callable[[], None],
        meet: Callable[[bytes], None],
        opened: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare; nothing connects yet.

        Args:
            folders: hold the recorder's socket.
            take_up: called when the recorder has closed a recording or written a note.
            meet: given the key with which the recorder signs, at each connection.
            opened: called when a recording has begun.
        """
        self._meet = meet
        self._take_up, self._opened = take_up, opened
        self._folders = folders
        self._pulse = Pulse(folders.recorder_socket, process="recorder", uid=folders.recorder_uid)
        self._client = self.client(ANSWER_SECONDS)
        self._patient = self.client(WORK_SECONDS)
        self._lending = threading.Lock()
        self._need = Need.NOTHING
        self._day: str | None = None  # what the recorder was told; None: nothing yet
        self._entry: AuditPlace | None = None
        self._speakers: str | None = None
        self._told: Need | None = None  # what the recorder was told of it; None: nothing yet

    def client(self, seconds: float) -> Client:
        """Return a client of the recorder that waits so long, and for none that stands still."""
        return Client(
            self._folders.recorder_socket,
            seconds,
            process="recorder",
            uid=self._folders.recorder_uid,
            silent=self._pulse.silent,
        )

    def silent(self) -> bool:
        """Say whether the recorder is there and stands still."""
        return self._pulse.silent()

    def feel(self, stop: threading.Event) -> None:
        """Feel whether the recorder goes on, until ``stop`` is set."""
        self._pulse.start(stop)

    def forwarded(self) -> dict[type[AnyOperation], Handler]:
        """Return a handler for each operation of the recorder's that people may ask for."""
        return {
            operation: self.pass_on_stream if operation.streams else self.pass_on
            for operation in operations()
            if operation.served_by == "recorder" and operation.roles is not WithoutRole.PROCESS
        }

    def watch(
        self, loan: Callable[[], LendList], met: Callable[[], None], stop: threading.Event
    ) -> None:
        """Watch the recorder until ``stop`` is set; connect again whenever it returns.

        Args:
            loan: returns the list and its key, lent to the recorder at each connection.
            met: called at each connection.
            stop: ends the watch within a second.
        """
        wait, said = FIRST_WAIT, ""
        while not stop.is_set():
            try:
                self.lend(loan)
                self._told = self._day = self._entry = self._speakers = None
                self.need(self._need)
                self.ask_origin()
                met()
                for news in self._client.watch(WatchRecorder()):
                    if stop.is_set():
                        return
                    if news is not None:
                        wait, said = FIRST_WAIT, ""
                        self._heard(news)
            except (LinkError, Refused) as error:
                if str(error) != said:
                    _log.info("%s", error)
                said = str(error)
            self._take_up()  # what came while this did not watch
            stop.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def ask_origin(self) -> None:
        """Ask for the key with which the recorder signs, and put it on record.

        Raises:
            LinkError: the recorder is absent.
        """
        public = self._client.call(GetOrigin()).key
        attempt("origin", lambda: self._meet(public))

    def lend(self, loan: Callable[[], LendList]) -> None:
        """Lend the recorder the list of exempt numbers and its key.

        Raises:
            LinkError: the recorder is absent.
        """
        with self._lending:  # else an older list could follow a newer one, and stay
            self._client.call(loan())

    def need(self, need: Need) -> None:
        """Tell the recorder what the box needs besides, for its lamps.

        An absent recorder is told when it is back.
        """
        self._need = need
        if need != self._told:
            with contextlib.suppress(LinkError):
                self._client.call(TellNeed(need))
                self._told = need

    def tell_day(self, day: str) -> None:
        """Tell the recorder what day it is; an absent recorder is told when it is back."""
        if day != self._day:
            with contextlib.suppress(LinkError):
                self._client.call(TellDay(day))
                self._day = day

    def tell_entry(self, place: AuditPlace | None) -> None:
        """Tell the recorder which entry stands before calls; an absent one is told later."""
        if place is not None and place != self._entry:
            with contextlib.suppress(LinkError):
                self._client.call(TellEntry(place))
                self._entry = place

    def tell_speakers(self, sha256: str) -> None:
        """Tell the recorder which file of lists holds; an absent one is told later."""
        if sha256 != self._speakers:
            with contextlib.suppress(LinkError):
                self._client.call(TellSpeakers(sha256))
                self._speakers = sha256

    def settings_changed(self) -> Taken:
        """Have the recorder read the settings in force; raises LinkError while it is absent."""
        return self._client.call(SettingsChanged())

    def prompts_in_use(self) -> PromptsInUse:
        """Return the prompts that callers may hear; raises LinkError while it is absent."""
        return self._client.call(ListPromptsInUse())

    def prompt_sound(self, sha256: str) -> bytes:
        """Return the samples of one of them; raises LinkError, Refused."""
        return self._client.call_with_bytes(GetPromptInUse(sha256))[1]

    def try_calls(self, operation: TryCalls, text: bytes) -> NextCalls:
        """Return what callers would meet under other settings; raises LinkError."""
        client = self._patient if operation.measured else self._client
        return client.call(operation, upload=text)

    def prompts_changed(self) -> Taken:
        """Have the recorder read the prompts anew; raises LinkError while it is absent."""
        return self._client.call(PromptsChanged())

    def measure_takes(self, operation: MeasureTakes, raw: bytes) -> tuple[MeasuredTakes, bytes]:
        """Have a person's recording measured; raises LinkError while the recorder is absent."""
        return self._patient.call_with_bytes(operation, upload=raw)

    def speak_prompts(self, again: bool) -> Iterator[tuple[SpeakingNow, bytes]]:
        """Have an engine speak what the lines say; raises LinkError if the recorder is absent."""
        return self._patient.download(SpeakPrompts(again))

    def _heard(self, news: RecorderNews) -> None:
        if news.kind in {"sealed", "withdrawn", "noted"}:
            self._take_up()
        elif news.kind == "opened":
            self._opened()

    @handles(GetLines)
    def _get_lines(self, operation: GetLines, who: Caller) -> Lines:
        with contextlib.suppress(LinkError):
            return self._client.call(operation)
        return Lines((), recorder=False)

    @handles(AskDevices)
    def _ask_devices(self, operation: AskDevices, who: Caller) -> PluggedDevices:
        try:
            return self._patient.call(operation)
        except LinkError:
            raise Refused("recorder_away") from None

    def pass_on(self, operation: Operation[ReplyT], who: Caller, upload: bytes = b"") -> ReplyT:
        """Ask the recorder and return its answer; raise Refused if it is absent."""
        try:
            return self._client.call(operation, upload=upload)
        except LinkError:
            raise Refused("recorder_away") from None

    def pass_on_stream(self, operation: Operation[ReplyT], who: Caller) -> Iterator[ReplyT | None]:
        """Pass on the recorder's stream; raise Refused if it is absent or goes away.

        Yields None when a second brought nothing, so that the server notices a client that left.
        """
        try:
            yield from self._client.watch(operation)
        except LinkError:
            raise Refused("recorder_away") from None
