"""A real MQTT broker (amqtt) in a process of its own: with a password, with TLS, killed and started again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_MAIN = [sys.executable, "-c", "from amqtt.scripts.broker_script import main; main()"]
_PLUGINS = "amqtt.plugins.authentication"


class Broker:
    """A broker on a port of its own that stays the same over restarts. Wants a folder for its files."""

    def __init__(self, folder: Path, users: dict[str, str] | None = None, tls: dict[str, Path] | None = None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        listener: dict[str, Any] = {"type": "tcp", "bind": f"127.0.0.1:{self.port}"}
        if tls:
            listener |= {"ssl": True, **{key: str(path) for key, path in tls.items()}}
        plugins: dict[str, Any] = {f"{_PLUGINS}.AnonymousAuthPlugin": {"allow_anonymous": True}}
        if users is not None:
            hasher = PasswordHash((Argon2Hasher(),))
            file = folder / "passwords"
            file.write_text("".join(f"{name}:{hasher.hash(password)}\n" for name, password in users.items()))
            plugins = {f"{_PLUGINS}.FileAuthPlugin": {"password_file": str(file)}}
        self._config = folder / "broker.yaml"
        self._config.write_text(yaml.safe_dump({"listeners": {"default": listener}, "plugins": plugins}))
        self._said = folder / "broker.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it listens."""
        with self._said.open("ab") as said:
            self._process = subprocess.Popen([*_MAIN, "-c", str(self._config)], stdout=said, stderr=said)
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the broker does not listen: {self._said.read_text()[-2000:]}") from None
                time.sleep(0.05)

    def kill(self) -> None:
        """Kill -9: connections break, and nothing is left of what it knew."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.kill()


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that only it itself vouches for, and its key: paths of PEM files."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    whose = ["-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = subprocess.run([*new, *whose, "-out", certificate, "-keyout", key], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return certificate, key
