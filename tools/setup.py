"""Makes .venv from the lock files, or leaves it alone when it is as they say.

    python tools/setup.py runtime    what Footnote itself needs: `make ask`
    python tools/setup.py dev        that, and torch, tests and checks: `make test`, `make check`

A stamp in .venv, written last, names what was installed. No stamp (a run was interrupted) or
another one (a lock, the Python or the project's folder changed) means starting afresh, so a
half-made environment never survives. Needs only the standard library.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "footnote-stamp"
REQUIREMENTS = ROOT / "requirements"
LOCKS = {
    "runtime": ("runtime.txt", "build.txt"),
    "dev": ("dev.txt", "torch-cpu.txt", "torch.txt", "torch-cuda.txt"),
}


class SetupError(Exception):
    """The environment cannot be made; the message is one plain sentence."""


def main(arguments: list[str]) -> int:
    """Brings .venv to the wanted level; returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print(f"Usage: python tools/setup.py {'|'.join(LOCKS)}", file=sys.stderr)
        return 2
    turn = os.open(REQUIREMENTS, os.O_RDONLY)
    fcntl.flock(turn, fcntl.LOCK_EX)  # two runs at once take turns
    try:
        set_up(arguments[0])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the same command starts afresh.", file=sys.stderr)
        return 130
    finally:
        os.close(turn)
    return 0


def set_up(level: str) -> None:
    """Installs what is missing for `level`. Raises SetupError."""
    stamps = {name: _stamp(name) for name in LOCKS}
    installed = STAMP.read_text(encoding="utf-8").split() if STAMP.is_file() else []
    if not _is_alive() or stamps["runtime"] not in installed:
        _make_environment()
        installed = []
    if stamps[level] in installed:
        return
    STAMP.unlink(missing_ok=True)
    if not installed:
        _install_runtime()
    if level == "dev":
        _install_development()
    done = ("runtime", "dev") if level == "dev" else ("runtime",)
    STAMP.write_text("\n".join(stamps[name] for name in done) + "\n", encoding="utf-8")


def _stamp(level: str) -> str:
    """A digest of everything that decides what an environment of this level holds."""
    digest = hashlib.sha256(f"{level} {sys.version} {ROOT}".encode())
    for path in (*(REQUIREMENTS / lock for lock in LOCKS[level]), Path(__file__)):
        digest.update(path.read_bytes())
    if level == "runtime":
        digest.update((ROOT / "pyproject.toml").read_bytes())
    return digest.hexdigest()


def _is_alive() -> bool:
    """Whether .venv holds a Python that starts (a base Python may have been removed)."""
    try:
        return subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0  # noqa: S603
    except OSError:
        return False


def _make_environment() -> None:
    print("Setting up .venv (about a minute, the first time only) …", flush=True)
    try:
        import ensurepip  # noqa: F401 - Debian and Ubuntu ship it apart
        import venv
    except ImportError as error:
        version = ".".join(map(str, sys.version_info[:2]))
        raise SetupError(
            f"This Python {version} comes without its venv module; install it "
            f"(Debian and Ubuntu: apt-get install python{version}-venv) and run the command again."
        ) from error
    try:
        if VENV.is_symlink() or VENV.is_file():
            VENV.unlink()
        elif VENV.exists():
            shutil.rmtree(VENV)
        venv.create(VENV, with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(f"Cannot make {VENV}: {error}") from error


def _install_runtime() -> None:
    _install("Footnote's libraries", *_locked("runtime.txt"), *_locked("build.txt"))
    _install("Footnote", "--no-index", "--no-build-isolation", "--editable", str(ROOT))


def _install_development() -> None:
    _install("the libraries for tests and checks", *_locked("dev.txt"))
    print("  installing torch", flush=True)
    if not _offers_cpu_build():
        _install("torch as the registry has it (on Linux some 3 GB)", *_locked("torch.txt"))
        _install("what its CUDA build asks for (on Linux only)", *_locked("torch-cuda.txt"))


def _offers_cpu_build() -> bool:
    """Install torch's CPU build where pip finds it; False when no index it asks has one.

    The pin names the build: of `+cpu` and plain wheels of one version, pip would take the plain.
    """
    tried = _pip("--requirement", str(REQUIREMENTS / "torch-cpu.txt"))
    if tried.returncode == 0:
        return True
    if "No matching distribution" in tried.stderr:
        return False
    raise SetupError(f"{tried.stderr.rstrip()}\n{_retry('torch')}")


def _locked(lock: str) -> tuple[str, ...]:
    return ("--requirement", str(REQUIREMENTS / lock))


def _install(what: str, *arguments: str) -> None:
    print(f"  installing {what}", flush=True)
    done = _pip(*arguments)
    if done.returncode != 0:
        raise SetupError(f"{done.stderr.rstrip()}\n{_retry(what)}")


def _retry(what: str) -> str:
    return f"Could not install {what}; pip says why above. Run the same command again to retry."


def _pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pip: wheels only, and from a lock file only those whose hash it names.

    Bytecode is left to the first import: it would double the time that installing takes.
    """
    hashes = ("--require-hashes", "--only-binary=:all:") if "--requirement" in arguments else ()
    command = [
        *(str(PYTHON), "-I", "-m", "pip", "install", "--quiet", "--no-deps", "--no-input"),
        *("--no-compile", "--disable-pip-version-check", *hashes, *arguments),
    ]
    return subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.PIPE, text=True)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
