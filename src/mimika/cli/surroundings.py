"""What mimika finds around it: packages, processor, network, detector, cache; and what is wrong with them."""

import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from typing import Any, Final

_OPENCV: Final = (
    "opencv-python-headless",
    "opencv-python",
    "opencv-contrib-python-headless",
    "opencv-contrib-python",
)
"""Distributions that bring the same cv2; the first is ours."""

_FOR_DEVELOPERS: Final = ("dev", "docs")
_THREADS: Final = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")

_MADE: Final[Mapping[str, str]] = {
    "validation_accuracy": "accuracy",
    "validation_faces": "faces",
    "data": "data",
    "fingerprint": "fingerprint",
    "license": "license",
}
"""What is told of a network, by its name in the provenance of an exported file."""

Packages = dict[str, str | None]
"""The version of each distribution; None where it is not installed."""


def examine() -> dict[str, Any]:
    """All that is found, as JSON has it; `wrong` holds what should be mended, each with its remedy."""
    wrong: list[dict[str, str]] = []
    ranges, extras = _requirements()
    core = _installed(ranges)
    return {
        "mimika": version("mimika"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "threads": {name: os.environ[name] for name in _THREADS if name in os.environ},
        "packages": core,
        "extras": {extra: _extra(extra, packages) for extra, packages in extras.items()},
        "gpu": _gpu(wrong),
        "network": _network(wrong),
        "detector": _detector(wrong),
        "cache": _cache(wrong),
        "wandb": _wandb(),
        "wrong": [*_broken(ranges, extras), *_opencv(ranges[_OPENCV[0]]), *wrong],
    }


# Packages


def _problem(what: str, remedy: str) -> dict[str, str]:
    return {"what": what, "remedy": remedy}


def _requirements() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """The version ranges of what mimika needs, and of what each of its extras does, by name."""
    from packaging.requirements import Requirement

    core: dict[str, str] = {}
    offered = sorted(metadata("mimika").get_all("Provides-Extra") or [])
    extras: dict[str, dict[str, str]] = {extra: {} for extra in offered if extra not in _FOR_DEVELOPERS}
    for requirement in map(Requirement, requires("mimika") or []):
        if requirement.marker is None:
            core[requirement.name] = str(requirement.specifier)
        for extra, packages in extras.items():
            if requirement.marker is not None and requirement.marker.evaluate({"extra": extra}):
                packages[requirement.name] = str(requirement.specifier)
    return core, dict(sorted(extras.items(), key=lambda item: len(item[1])))


def _installed(names: Mapping[str, str]) -> Packages:
    return {name: _version(name) for name in names}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _extra(extra: str, ranges: Mapping[str, str]) -> dict[str, Any]:
    packages = _installed(ranges)
    install = None if all(packages.values()) else f'pip install "mimika[{extra}]"'
    return {"packages": packages, "install": install}


def _broken(core: Mapping[str, str], extras: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """What mimika needs and has not, and what is installed in a version that it was not made for."""
    for name, bounds in core.items():
        if name not in _OPENCV and _version(name) is None:
            yield _problem(f"{name} is not installed, though mimika needs it", f'pip install "{name}{bounds}"')
    for name, bounds in {
        **core,
        **{name: bounds for extra in extras.values() for name, bounds in extra.items()},
    }.items():
        found = _version(name)
        if name not in _OPENCV and found is not None and not _is_within(found, bounds):
            yield _problem(
                f"{name} {found} is installed, but mimika is made for {bounds}", f'pip install "{name}{bounds}"'
            )


def _is_within(found: str, bounds: str) -> bool:
    """Whether a version lies within bounds; a pre-release does if its number does."""
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(bounds).contains(found, prereleases=True)


def _opencv(bounds: str) -> Iterator[dict[str, str]]:
    """What people run into with OpenCV, whose distributions overwrite each other's cv2."""
    there = [name for name in _OPENCV if _version(name)]
    again = f'pip install "{_OPENCV[0]}{bounds}"'
    if len(there) > 1:
        yield _problem(
            f"{' and '.join(there)} are installed and overwrite each other's cv2",
            f"pip uninstall -y {' '.join(there)}; {again}",
        )
    elif there != [_OPENCV[0]]:
        instead = f", but {there[0]} {_version(there[0])}" if there else ""
        yield _problem(
            f"{_OPENCV[0]} is not installed{instead}",
            f"pip uninstall -y {there[0]}; {again}" if there else again,
        )
    try:
        import cv2
    except Exception as error:  # of two distributions on top of each other, anything
        yield _problem(f"cv2 cannot be imported: {error}", again)
        return
    if not hasattr(cv2, "CascadeClassifier"):
        what = f"OpenCV {getattr(cv2, '__version__', '')} has no CascadeClassifier, so Haar cannot look for faces"
        yield _problem(what, again)
    elif there and not _is_within(str(_version(there[0])), bounds):
        yield _problem(f"{there[0]} {_version(there[0])} is installed, but mimika is made for {bounds}", again)


# The machine


def _gpu(wrong: list[dict[str, str]]) -> dict[str, Any]:
    """What torch sees, where it is installed; without it nothing is loaded."""
    has_driver = shutil.which("nvidia-smi") is not None
    if _version("torch") is None:
        return {"torch": None, "devices": [], "driver": has_driver}
    try:
        import torch
    except (ImportError, OSError) as error:
        wrong.append(_problem(f"torch cannot be imported: {error}", "install it again, as pytorch.org tells"))
        return {"torch": _version("torch"), "devices": [], "driver": has_driver}
    try:
        devices = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    except RuntimeError as error:
        reason = str(error).partition("\n")[0]
        wrong.append(_problem(f"torch cannot use the GPU: {reason}", "check nvidia-smi, and restart the machine"))
        return {"torch": torch.__version__, "devices": [], "driver": has_driver}
    if has_driver and not devices:
        build = "a build without CUDA" if torch.version.cuda is None else f"a build for CUDA {torch.version.cuda}"
        wrong.append(
            _problem(
                f"an NVIDIA driver is here, but torch {torch.__version__}, {build}, sees no GPU",
                "check nvidia-smi, and install the build that pytorch.org names for its CUDA version",
            )
        )
    return {"torch": torch.__version__, "devices": devices, "driver": has_driver, "threads": torch.get_num_threads()}


def _cache(wrong: list[dict[str, str]]) -> dict[str, Any]:
    """What is kept, and whether anything can be: in a folder, or in the nearest one above that it would be made in."""
    from mimika.data.store import CARD, home

    folder = home()
    standing = next(path for path in (folder, *folder.absolute().parents) if os.access(path, os.F_OK))
    if not standing.is_dir() or not os.access(standing, os.W_OK | os.X_OK):
        what = f"the cache {folder} cannot be kept: {standing} is no folder that may be written to"
        wrong.append(_problem(what, "set MIMIKA_HOME to a folder that may"))
    size = 0
    for file in folder.rglob("*"):
        with suppress(OSError):  # gone in the meantime
            size += file.stat().st_size if file.is_file() else 0
    return {
        "path": str(folder),
        "set_by": "MIMIKA_HOME" if os.environ.get("MIMIKA_HOME") else None,
        "bytes": size,
        "data_sets": sum(1 for _ in folder.glob(f"data/*/{CARD}")),
    }


def _wandb() -> dict[str, Any]:
    """Where W&B would find a key; it is not loaded for that, and no server is asked."""
    return {"version": _version("wandb"), "key_in": _key_in(), "mode": os.environ.get("WANDB_MODE")}


def _key_in() -> str | None:
    import netrc
    from urllib.parse import urlsplit

    if os.environ.get("WANDB_API_KEY"):
        return "WANDB_API_KEY"
    host = urlsplit(os.environ.get("WANDB_BASE_URL", "https://api.wandb.ai")).hostname or ""
    named = os.environ.get("NETRC")
    for path in [Path(named)] if named else [Path.home() / ".netrc", Path.home() / "_netrc"]:
        try:
            if netrc.netrc(path).authenticators(host):
                return path.name
        except (OSError, netrc.NetrcParseError):
            continue
    return None


# Recognition


def _network(wrong: list[dict[str, str]]) -> dict[str, Any] | None:
    """The card of the network that comes with mimika."""
    from mimika.errors import RunError
    from mimika.predict.network import read_network
    from mimika.predict.recogniser import WEIGHTS

    path = next(WEIGHTS.glob("*.onnx"), None)
    if path is None:
        return None
    try:
        card = read_network(path).card
    except (RunError, ImportError) as error:
        wrong.append(_problem(f"the network that comes with mimika cannot be read: {error}", "install mimika again"))
        return None
    made = card.provenance
    return {
        "file": path.name,
        "name": made.get("recipe", {}).get("name") or path.stem,
        "threshold": card.threshold,
        "temperature": card.temperature,
        **{key: made[name] for name, key in _MADE.items() if name in made},
    }


def _detector(wrong: list[dict[str, str]]) -> dict[str, Any]:
    """The detector that `auto` takes, and how it stands with YuNet's file."""
    from mimika.errors import DetectorError
    from mimika.predict.detector import YUNET_SHA256, find_detector, read_yunet, yunet_path

    path = yunet_path()
    state = "missing"
    if path.is_file():
        try:
            read_yunet(path)
            state = "known"
        except DetectorError as error:
            state = "another file"
            wrong.append(_problem(str(error), "mimika uses haar until then"))
    try:
        name: str | None = find_detector("auto").name
    except Exception:  # whatever a broken OpenCV raises; `_opencv` says what is wrong with it
        name = None
    return {"name": name, "yunet": {"path": str(path), "state": state, "sha256": YUNET_SHA256}}
