"""Where a run was computed: device, versions, commit."""

import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import torch

from mimika.record import Machine

_PACKAGES: Final[Sequence[str]] = ("mimika", "torch", "lightning", "numpy")


def describe_machine(device: torch.device, threads: int, precision: str) -> Machine:
    """The machine as it is now."""
    return Machine(
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else _processor(),
        threads=threads,
        precision=precision,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        versions={name: _version(name) for name in _PACKAGES},
        commit=_commit(),
    )


def _processor() -> str:
    """The processor's name where the system tells, as Linux does."""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str | None:
    """The commit of the running source tree, marked `+` if files differ from it; None for an installed wheel.

    A wheel may lie inside somebody else's repository, which does not know this file.
    """
    try:
        _git("ls-files", "--error-unmatch", Path(__file__).name)
        return _git("describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+") or None
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*arguments: str) -> str:
    here = Path(__file__).resolve().parent
    said = subprocess.run(["git", *arguments], cwd=here, capture_output=True, text=True, timeout=10, check=True)
    return said.stdout.strip()
