"""Set up the environment: .venv from pinned requirements, the browser's libraries, compiled translations.

Run by the machine's own Python, before any package is there, so only the standard library is used:

    python3 config/setup.py [dev] [port]

`dev` adds what tests and checks need; `port` first makes sure that the web server's port is free. A step whose sources
have not changed since it was done is not done again.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import venv
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent
VENV = PROJECT_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)


class SetUpError(RuntimeError):
    """The environment cannot be set up; the text is a sentence that says why and what to do."""


def main(words: list[str]) -> int:
    try:
        if "port" in words:
            check_port(os.environ.get("PORT") or "8000")
        make_venv()
        install("dev" if "dev" in words else "base")
        install_browser_libraries()
        compile_messages()
    except SetUpError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"This step failed; its own words are above: {' '.join(map(str, error.cmd))}\n")
        return 1
    return 0


def check_port(port: str) -> None:
    """Raises: SetUpError when another program listens on the port. A port that is no number is told of later."""
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
            probe.listen()
        except OSError as error:
            raise SetUpError(
                f"Port {port} cannot be used ({error.strerror}). Stop the program that uses it, or choose another: "
                f"make run PORT={int(port) + 1 if int(port) < 65535 else 8000}"
            ) from error


def make_venv() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise SetUpError(
            f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version.split()[0]}."
        )
    if PYTHON.exists() and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return
    say("Making .venv")
    try:
        venv.create(VENV, with_pip=True, clear=VENV.exists(), symlinks=True)
    except subprocess.CalledProcessError as error:  # Debian packs ensurepip apart
        raise SetUpError(
            "Python cannot make an environment with pip. Install it: apt-get install python3-venv"
        ) from error


def install(kind: str) -> None:
    """The packages of requirements/base.txt, for `dev` those of dev.txt, which holds the same and more."""
    requirements = PROJECT_DIR / "requirements" / f"{kind}.txt"
    state = state_of(requirements) + sys.version.split()[0]
    stamp = VENV / f"installed-{kind}"
    if is_done(stamp, state):
        return
    say(f"Installing the packages of requirements/{kind}.txt into .venv")
    pip("--require-hashes", "--requirement", str(requirements))
    stamp.write_text(state)
    if kind == "dev":
        base = PROJECT_DIR / "requirements" / "base.txt"
        (VENV / "installed-base").write_text(state_of(base) + sys.version.split()[0])


def install_browser_libraries() -> None:
    """What package-lock.json names, with the machine's npm, or with the one from PyPI where there is none."""
    state = state_of(PROJECT_DIR / "package-lock.json")
    stamp = PROJECT_DIR / "node_modules" / ".installed"
    if is_done(stamp, state):
        return
    npm = shutil.which("npm")
    path = os.environ.get("PATH", "/usr/bin:/bin")
    if npm is None:
        say("Installing Node from requirements/node.txt, since this machine has no npm")
        pip("--require-hashes", "--requirement", str(PROJECT_DIR / "requirements" / "node.txt"))
        npm, path = str(VENV / "bin" / "npm"), f"{VENV / 'bin'}:{path}"
    say("Installing the browser's libraries of package-lock.json into node_modules")
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(command, cwd=PROJECT_DIR, env={**os.environ, "PATH": path}, stdout=subprocess.DEVNULL, check=True)
    stamp.write_text(state)


def compile_messages() -> None:
    subprocess.run([PYTHON, "-m", "config.messages", "compile"], cwd=PROJECT_DIR, check=True)


def pip(*words: str) -> None:
    # Twice quiet: what an installer warns of (its own version, the machine's settings) is not about this program.
    quiet = [
        "--quiet",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
        "--root-user-action=ignore",
    ]
    # Bytecode is made when a module is first used; most never are.
    subprocess.run([PYTHON, "-m", "pip", "install", *quiet, "--no-compile", *words], cwd=PROJECT_DIR, check=True)


def state_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_done(stamp: Path, state: str) -> bool:
    return stamp.exists() and stamp.read_text() == state


def say(step: str) -> None:
    print(f"· {step} …", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
