"""Writes the lock files in requirements/ from pyproject.toml: `make lock`.

Pins that still fit are kept; `make lock upgrade=1` moves every pin to the newest release that
pyproject.toml allows. Why there are several: docs/decisions/0001-locking-and-torch.md.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
TORCH_CPU_WHEELS = REQUIREMENTS / "torch-cpu-wheels.sha256"
CUDA_EXCLUDES = REQUIREMENTS / "torch-cuda-excludes.in"
DEVELOPMENT_GROUPS = ("benchmarks", "build", "check", "lock", "test", "training")
CUDA_PACKAGE = re.compile(r"(?:cuda|nvidia)-|triton==")


def main() -> int:
    """Writes every lock file; returns uv's exit code when it finds no solution."""
    parser = argparse.ArgumentParser(description="Write the lock files in requirements/.")
    parser.add_argument("--upgrade", action="store_true", help="move every pin to the newest")
    upgrade = ("--upgrade",) if parser.parse_args().upgrade else ()
    try:
        _compile("runtime.txt", "pyproject.toml", *upgrade)
        runtime = ("-c", "requirements/runtime.txt")
        _compile("build.txt", "--group", "build", *runtime, *upgrade)
        _compile(
            "dev.txt",
            "pyproject.toml",
            *("--extra", "mcp", "--extra", "models", "--extra", "telemetry"),
            *(part for group in DEVELOPMENT_GROUPS for part in ("--group", group)),
            *runtime,
            *("-c", "requirements/build.txt"),
            *("--excludes", str(CUDA_EXCLUDES.relative_to(ROOT))),
            *("--no-emit-package", "torch"),
            *upgrade,
        )
        _lock_torch(upgrade)
    except subprocess.CalledProcessError as error:
        return int(error.returncode)
    return 0


def _compile(output: str, *arguments: str) -> None:
    """Resolves for every platform and Python version at once, with the hash of every wheel."""
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet"),
        *("--output-file", f"requirements/{output}", *arguments),
    ]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own arguments


def _lock_torch(upgrade: tuple[str, ...]) -> None:
    """The one version's CPU build, the public registry's build, and what a CUDA build adds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    models = project["project"]["optional-dependencies"]["models"]
    pin = next(requirement for requirement in models if requirement.startswith("torch=="))
    with tempfile.NamedTemporaryFile("w", suffix=".in", encoding="utf-8") as source:
        source.write(f"{pin}\n")
        source.flush()
        _compile(
            "torch-cuda.txt", source.name, "--no-annotate", "-c", "requirements/dev.txt", *upgrade
        )
    entries = _entries((REQUIREMENTS / "torch-cuda.txt").read_text(encoding="utf-8"))
    _write("torch-cpu.txt", [" \\\n    ".join([f"{pin}+cpu", *_cpu_hashes(pin)]), "\n"])
    _write("torch.txt", [entry for entry in entries if entry.startswith("torch==")])
    _write("torch-cuda.txt", [entry for entry in entries if CUDA_PACKAGE.match(entry)])


def _entries(lock: str) -> list[str]:
    """The lock's requirements, each with its hash lines."""
    return re.findall(r"^[a-z0-9].*\n(?:[ ]+.*\n)*", lock, flags=re.MULTILINE)


def _cpu_hashes(pin: str) -> list[str]:
    """Hashes of the pinned version's `+cpu` wheels, which are not on the public registry."""
    prefix = f"torch-{pin.removeprefix('torch==')}+cpu-"
    listed = (line.split() for line in TORCH_CPU_WHEELS.read_text(encoding="utf-8").splitlines())
    hashes = [f"--hash=sha256:{digest}" for digest, name in listed if name.startswith(prefix)]
    if not hashes:
        sys.exit(
            f"{TORCH_CPU_WHEELS.name} lists no wheel {prefix}…; add the hashes of that version."
        )
    return hashes


def _write(output: str, entries: list[str]) -> None:
    (REQUIREMENTS / output).write_text("".join(entries), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
