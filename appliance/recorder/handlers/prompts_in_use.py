"""Tell the keeper which prompts callers may hear, and give it their sound."""

from collections.abc import Callable

from appliance.config.settings import Config
from appliance.errors import Refused
from appliance.link.handlers import handles
from appliance.link.requests.processes import prompts_in_use as ask
from appliance.model.prompts import Prompt
from appliance.prompts.library import Library


class PromptDesk:
    """The prompts that lines were given since the recorder's start."""

    def __init__(self, library: Library, config: Callable[[], Config]) -> None:
        """Begin.

        Args:
            library: gives the lines their prompts.
            config: returns the settings that the lines follow.
        """
        self._library, self._config = library, config
        self._days = 0
        self._before: dict[str, Prompt] = {}

    def follow(self, library: Library) -> None:
        """Take prompts from another library; a call may still hear those of the one before."""
        self._before = self._in_use()
        self._library = library

    def _in_use(self) -> dict[str, Prompt]:
        given = {prompt.ref.sha256: prompt for prompt in self._library.given()}
        return given | self._before

    @handles(ask.ListPromptsInUse)
    def _list(self, operation: ask.ListPromptsInUse) -> ask.PromptsInUse:
        # A line may still follow older settings: what they kept longest counts until the end.
        days = (purpose.retention_days for purpose in self._config().purposes)
        self._days = max((self._days, *days))
        return ask.PromptsInUse(
            prompts=tuple(
                ask.PromptInUse(
                    sha256=sha256,
                    spoken=prompt.spoken.value,
                    id=prompt.ref.id,
                    language=prompt.ref.language,
                    text=prompt.text,
                    voice=prompt.voice,
                )
                for sha256, prompt in sorted(self._in_use().items())
            ),
            days=self._days,
        )

    @handles(ask.GetPromptInUse)
    def _get(self, operation: ask.GetPromptInUse) -> tuple[ask.PromptSound, bytes]:
        prompt = self._in_use().get(operation.sha256)
        if prompt is None:
            raise Refused("no_announcement")
        return ask.PromptSound(operation.sha256), prompt.sound.astype("<i2").tobytes()
