"""Build the settings: their versions, who follows them, and the panel's part of them."""

from collections.abc import Callable, Iterable, Sequence

from appliance.config.kept import SEED, InForce, Seed
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import TAKE_UP, Chore, attempt
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.handlers.settings import PanelNews, RecorderQuestions, SettingsDesk
from appliance.keeper.settings.book import SettingsBook
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of, handlers_while
from appliance.link.requests.settings import Statement, Taken
from appliance.model.findings import Finding


class FollowedSettings:
    """The settings of a box that is open, and what of this process follows them."""

    def __init__(
        self,
        box: Box,
        seed: Seed,
        recorder: RecorderLink,
        followers: Sequence[Subject],
        keep_prompts: Callable[[], None],
    ) -> None:
        """Begin with the seed.

        Args:
            box: of the settings.
            seed: the settings that hold until an administrator changes one.
            recorder: follows them by itself, once it is told.
            followers: take settings that hold from now on.
            keep_prompts: keeps what callers hear by them.
        """
        self._box, self._seed, self._recorder = box, seed, recorder
        self._followers, self._keep_prompts = followers, keep_prompts
        self._panel = PanelNews(InForce(SEED, seed.text, box.around.config))
        self._desk = box.while_open(self._open)

    def _open(self, now: OpenBox) -> SettingsDesk:
        """Find the settings in force, and let everything of this process follow them."""
        around, ledger = self._box.around, now.records.ledger
        book = SettingsBook(
            around.folders,
            self._seed,
            now.keyring,
            ledger,
            now.audit,
            around.clock,
            self._box.disk(),
        )
        attempt("kind", book.settle_kind)
        if book.now.version != SEED:  # else the caller's own, which tests make smaller
            self._follow(book.now)

        def name_of(operator: str) -> str:
            entry = now.keyring.content.operators.get(operator)
            return entry.name if entry is not None else ""

        recorder = RecorderQuestions(self._tell, self._recorder.try_calls)
        return SettingsDesk(book, recorder, self._follow, name_of)

    def _follow(self, now: InForce) -> None:
        """Follow settings that hold from now on."""
        self._box.around.follow(now.config)
        for subject in self._followers:
            subject.follow(now.config)
        self._panel.tell(now)

    def _tell(self) -> Taken:
        """Have the recorder read the settings, and keep what callers hear by them."""
        taken = self._recorder.settings_changed()
        self._keep_prompts()
        return taken

    def tell(self) -> None:
        """Tell a recorder that is back which settings hold."""
        self._desk().tell()

    def unread(self) -> tuple[int, tuple[Statement, ...]]:
        """Return the version in force, and its words that nobody has confirmed."""
        return self._desk().unread()

    def _findings(self) -> Iterable[Finding]:
        return self._desk().examine() if self._desk.now is not None else ()

    def subject(self) -> Subject:
        """Return the subject."""
        tell = self._box.with_open(lambda now: self._desk().look_again())
        return Subject(
            handlers_of(self._panel) | handlers_while(SettingsDesk, self._desk),
            chores=(Chore("settings", TAKE_UP, tell),),
            findings=self._findings,
            need=lambda: self._desk().need,
        )
