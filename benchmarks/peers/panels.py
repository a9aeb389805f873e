"""Start the panel behind each server compared: ours, nginx, gunicorn as before."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.peers.ears import BUILT, AbsentError
from tests.network.proxies import secured

GUNICORN = "gunicorn==27.0.1"
START_SECONDS = 30

NGINX = """
{user}
daemon off;
pid {folder}/pid;
error_log stderr crit;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  server_tokens off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  limit_conn_zone $binary_remote_addr zone=held:1m;
  limit_req_zone $binary_remote_addr zone=asked:1m rate=40r/s;
  client_header_timeout 5s;
  client_body_timeout 5s;
  send_timeout 30s;
  keepalive_timeout 15s;
  reset_timedout_connection on;
  client_max_body_size 2m;
  client_body_buffer_size 64k;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_certificate {folder}/etc/panel.pem;
  ssl_certificate_key {folder}/etc/panel.key;
  ssl_buffer_size 4k;
  upstream panel {{ server unix:{folder}/panel.sock; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    limit_conn held 24;
    limit_req zone=asked burst=100 nodelay;
    location / {{
      proxy_pass http://panel;
      proxy_buffering off;
      proxy_max_temp_file_size 0;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Browser-Address $remote_addr;
    }}
  }}
}}
"""
"""The limits of ``zgoda.cfg``, as far as nginx knows them."""


@contextlib.contextmanager
def waitress(folder: Path, port: int) -> Iterator[list[int]]:
    """Start the panel alone on loopback, in clear."""
    with _started(port, ["-m", "web", "--data", str(folder), "--port", str(port)]) as pid:
        yield [pid]


@contextlib.contextmanager
def haproxy(folder: Path, port: int) -> Iterator[list[int]]:
    """Start the panel behind its proxy."""
    config, path = secured(folder / "etc", port), folder / "panel.sock"
    behind = ["--config", str(config), "--socket", str(path)]
    with _behind(folder, behind) as panel:
        with _started(port, ["-m", "appliance", "proxy", *behind]) as proxy:
            yield [panel, proxy]


@contextlib.contextmanager
def nginx(folder: Path, port: int) -> Iterator[list[int]]:
    """Start the panel behind nginx; raises AbsentError."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise AbsentError("nginx")
    config, path = secured(folder / "etc", port), folder / "panel.sock"
    text = NGINX.format(folder=folder, port=port, user="user root;" if os.getuid() == 0 else "")
    (folder / "nginx.conf").write_text(text)
    with _behind(folder, ["--config", str(config), "--socket", str(path)]) as panel:
        with _started(port, [], program=[program, "-c", str(folder / "nginx.conf")]) as proxy:
            yield [panel, proxy]


@contextlib.contextmanager
def gunicorn(folder: Path, port: int) -> Iterator[list[int]]:
    """Start the panel under gunicorn, with its own TLS, as it was; raises AbsentError."""
    library = BUILT / "gunicorn"
    if not (library / GUNICORN).exists():
        pip = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--target",
            str(library),
            GUNICORN,
        ]
        try:
            subprocess.run(pip, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise AbsentError("gunicorn") from error
        (library / GUNICORN).touch()
    secured(folder / "etc", port)
    told = [str(folder), str(port)]
    with _started(port, ["-m", "benchmarks.peers.gunicorn_panel", *told], library=library) as pid:
        yield [pid]


@contextlib.contextmanager
def _behind(folder: Path, options: list[str]) -> Iterator[int]:
    """Start the panel for a proxy and wait for its socket."""
    command = [sys.executable, "-m", "web", "--data", str(folder), *options]
    with _ended(subprocess.Popen(command, stderr=subprocess.DEVNULL)) as process:
        _wait((folder / "panel.sock").is_socket, process)
        yield process.pid


@contextlib.contextmanager
def _started(
    port: int,
    arguments: list[str],
    *,
    program: list[str] | None = None,
    library: Path | None = None,
) -> Iterator[int]:
    """Start a program, ours by default, and wait until it listens."""
    environment = dict(os.environ)
    if library is not None:
        paths = [str(library.resolve()), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    command = program or [sys.executable, *arguments]
    with _ended(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)) as process:
        _wait(lambda: _listens(port), process)
        yield process.pid


@contextlib.contextmanager
def _ended(process: "subprocess.Popen[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    try:
        yield process
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _wait(ready: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    pause = threading.Event()
    for _ in range(START_SECONDS * 10):
        if ready():
            return
        if process.poll() is not None:
            break
        pause.wait(0.1)
    raise RuntimeError(f"{process.args!r} did not start")


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
