"""Run ``zgoda run``: recorder, keeper and panel together, for a trial."""

import contextlib
import dataclasses
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from appliance.commands.helpers.options import (
    config_option,
    data_option,
    modem_option,
    need_trial,
    settings_of,
    stop_on_signal,
)
from appliance.commands.helpers.refusals import said_of, told
from appliance.commands.helpers.terminal import here
from appliance.commands.processes.proxy import need_haproxy
from appliance.config import reach
from appliance.config.folders import Folders
from appliance.config.kept import SEED, begin_trial, trial_language
from appliance.config.read import trial_text
from appliance.config.settings import Panel
from appliance.errors import ConfigError, LinkError, ZgodaError
from appliance.language import N_, language_of
from appliance.link import panel_word
from appliance.link.client import Client
from appliance.link.requests.doctor import ExamineLines
from appliance.memory import ALLOCATOR
from appliance.model.sentences.faults import in_words, noted
from appliance.vault.layout import check_layout

TRIAL = N_("The program Zgoda is running on a simulated telephone line.")
NOTHING_LEAVES = N_("Nothing leaves this computer.")
ONLY_MAIL = N_("Nothing leaves this computer but the mail or backups that were set up.")
UNREACHED = N_("No browser reaches the panel. `zgoda settings undo` takes the last change back.")
SET_UP = N_(
    "The device is set up: log in with your own name and password. If `zgoda call` made it, the "
    "name is owner, and it printed the password then."
)

START_SECONDS = 30.0
"""A process that is not ready by then has failed."""

RECORDER_MEMORY = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}
"""Settings of glibc's allocator for the recorder; its unit sets the same.

By default glibc raises the size from which it returns a block at once, up to 32 MB, and keeps a
heap per line. Memory that a call needs for a moment then stays, a few megabytes a line.
"""

MEMORY: Mapping[str, Mapping[str, str]] = {
    "recorder": RECORDER_MEMORY,
    "keeper": ALLOCATOR,
    "panel": ALLOCATOR,
    "courier": ALLOCATOR,
}
"""Process -> settings of its allocator; the units set the same."""


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """One of the processes."""

    name: str
    process: subprocess.Popen[bytes]


@click.command(
    short_help="Start everything for a trial and print the panel's address.",
    epilog="Example: zgoda run --data data --port 8470",
)
@config_option
@data_option
@click.option("--port", type=click.IntRange(1, 65535), help="The panel's port.")
@modem_option
def command(config_file: Path | None, folders: Folders, port: int | None, modem: str) -> None:
    """Start recorder, keeper and panel, and print the panel's address.

    Without a configuration this is a trial: the line is simulated and only this machine reaches
    the panel. A fresh box also prints the one-time password for the first login. Ctrl-C ends all
    three. With a certificate in the configuration a fourth process, the proxy, serves the panel
    over TLS; where mail or backups by SFTP are set up in the panel, another one, the courier, sends
    them. With --modem the line's hook comes from an emulated voice modem.
    """
    check_layout(folders)
    need_trial(config_file, modem)
    with _trial_of(folders, modem) as written:
        _run(written or config_file, folders, port, trial=config_file is None)


@contextlib.contextmanager
def _trial_of(folders: Folders, modem: str) -> Iterator[Path | None]:
    """Write the configuration of a trial with an emulated modem, for as long as it runs."""
    if not modem:
        yield None
        return
    if settings_of(folders, None).version != SEED:
        raise ZgodaError(in_words("modem_not_taken_up"))
    begin_trial(folders, language_of(os.environ))
    with tempfile.TemporaryDirectory(prefix="zgoda-trial-") as folder:
        file = Path(folder) / "trial.toml"
        file.write_text(trial_text(modem, trial_language(folders)), "utf-8")
        yield file


def _run(config_file: Path | None, folders: Folders, port: int | None, *, trial: bool) -> None:
    def panel_now() -> Panel:
        panel = settings_of(folders, config_file).config.panel
        return dataclasses.replace(panel, port=port or panel.port)

    panel = panel_now()
    saved = port is None and settings_of(folders, config_file).version != SEED
    _look_at_address(panel, saved=saved)
    if trial:
        begin_trial(folders, language_of(os.environ))
    common = ["--data", str(folders.data)]
    if config_file is not None:
        common += ["--config", str(config_file.resolve())]
    stop = stop_on_signal()
    with contextlib.ExitStack() as held:
        parts, proxy = held.enter_context(_started(common, panel, port, saved=saved))
        _greet(proxy.address(panel), folders, trial=trial)
        _tell_amiss(folders)
        seen = _changed_at(folders)
        courier = held.enter_context(contextlib.closing(TrialCourier(common, folders)))
        while not stop.wait(0.5):
            courier.follow()
            if seen != (seen := _changed_at(folders)):
                proxy.follow(panel_now)
            ended = [part.name for part in parts if part.process.poll() is not None]
            if ended:
                raise ZgodaError(in_words("part_ended", parts=tuple(ended)))
    click.echo(here(N_("Stopped.")))


def _look_at_address(panel: Panel, *, saved: bool) -> None:
    """Raise a ZgodaError if nobody could reach a panel there.

    What was saved in the panel must not end it: it listens elsewhere, and says where.
    """
    try:
        _need_address(panel)
    except ZgodaError as error:
        if not saved:
            raise
        click.echo(told(error), err=True)


def _need_address(panel: Panel) -> None:
    """Raise a ZgodaError if nobody could reach a panel there."""
    proxied = reach.proxied(panel)  # the gravest mistake is told first
    reach.names(panel)
    if proxied:
        need_haproxy()
    need_free_port(panel.host, panel.port)


def need_free_port(host: str, port: int) -> None:
    """Raise a ZgodaError if something else listens at the panel's address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ZgodaError(
                noted(
                    "port_taken",
                    f"Port {port} on {host} is in use ({error.strerror}); "
                    "end what uses it, or choose another with --port.",
                    port=port,
                    host=host,
                )
            ) from None


@contextlib.contextmanager
def _started(
    common: list[str], panel: Panel, port: int | None, *, saved: bool = False
) -> Iterator[tuple[list[ChildProcess], "Proxy"]]:
    """Start the parts in order, each when the one before is ready; stop all at the end.

    The panel is told a port of the command line alone: another one it follows by itself.
    """
    parts: list[ChildProcess] = []
    # A temporary folder keeps the sockets' paths short: the kernel takes 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="zgoda-") as short:
        at = ["--socket", f"{short}/panel.sock"]
        given = ["--port", str(port)] if port is not None else []
        commands = {
            "recorder": ["appliance", "recorder", *common],
            "keeper": ["appliance", "keeper", *common],
            "panel": ["web", *common, *given, *at],
        }
        proxy = Proxy(parts, [*common, *given, *at], Path(short) / "proxy", needed=not saved)
        try:
            for name, arguments in commands.items():
                parts.append(_start(name, arguments, Path(short) / name))
            proxy.follow(lambda: panel)
            yield parts, proxy
        finally:
            for part in reversed(parts):
                _stop(part)


def _changed_at(folders: Folders) -> int:
    """Return when the settings were last changed, in a unit of the file system's."""
    try:
        return folders.settings_now.stat().st_mtime_ns
    except OSError:
        return 0


class Proxy:
    """The proxy of a trial, which is there while the settings name a certificate."""

    def __init__(
        self, parts: list[ChildProcess], options: list[str], ready: Path, *, needed: bool = True
    ) -> None:
        """Start nothing yet; a proxy joins ``parts``. The first one may be needed."""
        self._needed = needed
        self._parts, self._options, self._ready = parts, options, ready
        self._follows: Panel | None = None
        self._running: ChildProcess | None = None

    def follow(self, now: Callable[[], Panel]) -> None:
        """Start, replace or end the proxy as the settings want it.

        One that cannot start is told and not tried again before the settings change.
        """
        try:
            panel = now()
        except ConfigError:
            return  # the keeper and the recorder tell what is wrong with the settings
        if panel == self._follows:
            return
        first, self._follows = self._follows is None, panel
        if self._running is not None:
            self._parts.remove(self._running)
            _stop(self._running)
            self._running = None
        if not panel.certificate:
            return
        try:
            self._ready.unlink(missing_ok=True)
            self._running = _start("proxy", ["appliance", "proxy", *self._options], self._ready)
            self._parts.append(self._running)
        except ZgodaError as error:
            if first and self._needed:
                raise
            click.echo(f"{told(error)} {said_of('panel_without_tls')}", err=True)

    def address(self, wanted: Panel) -> str:
        """Return where browsers find the panel by its own word; empty while none reaches it."""
        panel = panel_word.left(self._ready.parent) or wanted
        away = reach.proxied(panel) and self._running is None
        return "" if away else reach.url(panel)


class TrialCourier:
    """The courier of a trial, which is there while something is set up for it."""

    def __init__(self, common: list[str], folders: Folders) -> None:
        """Start nothing yet."""
        self._options = ["--data", common[common.index("--data") + 1]]
        self._wanted = folders.courier_wanted
        self._running: ChildProcess | None = None
        self._failed = False

    def follow(self) -> None:
        """Start it once it is wanted; it ends by itself. One that fails is told once."""
        wanted = self._wanted.exists()
        if self._running is not None and self._running.process.poll() is not None:
            self._failed = self._running.process.returncode != 0
            self._running = None
        if wanted and self._running is None and not self._failed:
            self._start()
        self._failed = self._failed and wanted

    def close(self) -> None:
        """End it."""
        if self._running is not None:
            _stop(self._running)
            self._running = None

    def _start(self) -> None:
        with tempfile.TemporaryDirectory(prefix="zgoda-") as short:
            arguments = ["appliance", "courier", *self._options]
            try:
                self._running = _start("courier", arguments, Path(short) / "courier")
            except ZgodaError as error:
                self._failed = True
                click.echo(f"{told(error)} {said_of('nothing_goes_out')}", err=True)


def _start(name: str, arguments: list[str], ready: Path) -> ChildProcess:
    """Start one process and wait until it reports that it is ready."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(ready))
        listener.settimeout(0.2)
        environment = {**MEMORY.get(name, {}), **os.environ, "NOTIFY_SOCKET": str(ready)}
        process = subprocess.Popen([sys.executable, "-m", *arguments], env=environment)
        part = ChildProcess(name, process)
        try:
            _wait_ready(part, listener)
        except BaseException:
            _stop(part)
            raise
    return part


def _wait_ready(part: ChildProcess, listener: socket.socket) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(TimeoutError):
            if b"READY=1" in listener.recv(4096):
                return
        if part.process.poll() is not None:
            raise ZgodaError(in_words("part_unstarted", process=part.name))
    raise ZgodaError(in_words("part_late", process=part.name, lasts=round(START_SECONDS)))


def _stop(part: ChildProcess) -> None:
    """Ask a process to stop; kill it if it does not."""
    if part.process.poll() is None:
        part.process.send_signal(signal.SIGTERM)
    try:
        part.process.wait(10)
    except subprocess.TimeoutExpired:
        part.process.kill()
        part.process.wait()


def _tell_amiss(folders: Folders) -> None:
    """Print why a line will not ask its callers, as far as settings and prompts show it."""
    recorder = Client(folders.recorder_socket, process="recorder", uid=folders.recorder_uid)
    fresh = folders.first_run_code.exists()
    with contextlib.suppress(LinkError):  # an end of the recorder is told by itself
        for finding in recorder.call(ExamineLines()).found:
            # Before the first run there is no key yet, and nothing is amiss.
            if finding.level == "fail" and not (fresh and finding.id == "lines.silent_storage"):
                why = finding.sentence(language_of(os.environ))
                click.echo(here(N_("Not ready: %(why)s"), why=why))
        sys.stdout.flush()


def _greet(url: str, folders: Folders, *, trial: bool) -> None:
    click.echo()
    if trial:
        wanted = folders.courier_wanted.exists()
        click.echo(here(TRIAL))
        click.echo(here(ONLY_MAIL if wanted else NOTHING_LEAVES))
    if url:
        click.echo(here(N_("Panel: %(url)s"), url=url))
    else:
        click.echo(here(UNREACHED))
    try:
        code = folders.first_run_code.read_text("utf-8").strip()
        click.echo(here(N_("One-time password: %(code)s"), code=code))
    except FileNotFoundError:
        click.echo(here(SET_UP))
    click.echo(here(N_("Ctrl-C ends it.")))
    sys.stdout.flush()
