"""`mimika doctor`: what is installed, what is in use, what is missing or wrong, and what to do about it."""

import json
import os
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import typer

from mimika.cli.options import AsJson

_CHECKSUM: Final = 16  # characters, enough to compare by eye
_WIDTH: Final = 100
_NO_BREAK: Final = "\xa0"


def doctor(*, as_json: AsJson = False) -> None:
    """Tell what is installed, what is in use, and what to do about what is missing.

    Versions, optional parts, processor and GPU, the network and the detector in use, the cache, the login at W&B. The
    text is meant to be pasted into an issue; it asks no server, and the exit status is 0 whatever is found.
    """
    from mimika.cli.surroundings import examine

    found = examine()
    if as_json:
        print(json.dumps(found, indent=2))
        return
    print("\n".join(_lines(found)))


def _lines(found: Mapping[str, Any]) -> list[str]:
    facts = [
        ("packages", _packages(found["packages"])),
        *_extra_facts(found["extras"]),
        ("processor", _processor(found)),
        ("GPU", _gpu_text(found["gpu"])),
        ("network", _network_text(found["network"])),
        ("detector", found["detector"]["name"] or "none that works"),
        ("YuNet", _yunet_text(found["detector"]["yunet"])),
        ("cache", _cache_text(found["cache"])),
        ("W&B", _wandb_text(found["wandb"])),
    ]
    lines = [f"mimika {found['mimika']} · Python {found['python']} · {found['system']}"]
    for name, text in facts:
        first, *others = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        lines += [f"  {name:<9}  {first}", *(f"  {'':<9}  {line}" for line in others)]
    lines = [line.replace(_NO_BREAK, " ") for line in lines]
    lines += [f"  {_marked('!')} {one['what']}\n    {one['remedy']}" for one in found["wrong"]]
    return lines


def _packages(packages: Mapping[str, str | None]) -> str:
    return " · ".join(f"{name}{_NO_BREAK}{number or 'missing'}" for name, number in packages.items())


def _extra_facts(extras: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each optional part, with what no part before it has."""
    told: set[str] = set()
    for extra, state in extras.items():
        new = {name: number for name, number in state["packages"].items() if name not in told and number}
        told |= new.keys()
        if state["install"]:
            missing = ", ".join(name for name, number in state["packages"].items() if number is None)
            yield extra, f"{missing} not installed: {state['install'].replace(' ', _NO_BREAK)}"
        else:
            yield extra, _packages(new) or "installed"


def _processor(found: Mapping[str, Any]) -> str:
    threads = "".join(f" · {name}={number}" for name, number in found["threads"].items())
    torch = f" · torch uses {found['gpu']['threads']} threads" if "threads" in found["gpu"] else ""
    return f"{found['cores']} cores{threads}{torch}"


def _gpu_text(gpu: Mapping[str, Any]) -> str:
    if gpu["torch"] is None:
        return "not asked: torch is not installed, and recognising needs none"
    return " · ".join(gpu["devices"]) or f"none that torch {gpu['torch']} can use"


def _network_text(network: Mapping[str, Any] | None) -> str:
    from mimika.wording import percent

    if network is None:
        return "none comes with this version: `mimika export` writes one, and --network names it"
    n = f" (n = {network['faces']:,})" if "faces" in network else ""
    accuracy = f", {percent(network['accuracy'])} on validation{n}" if "accuracy" in network else ""
    return f"{network['name']}{accuracy}, unsure below {network['threshold']:.2f}"


def _yunet_text(yunet: Mapping[str, Any]) -> str:
    path = _short(yunet["path"])
    if yunet["state"] == "known":
        return f"{path}, verified"
    checksum = f"sha256 {yunet['sha256'][:_CHECKSUM]}…"
    if yunet["state"] == "missing":
        return f"not there: {path} (of OpenCV's model zoo, {checksum})"
    return f"another file than the known one ({checksum}): {path}"


def _cache_text(cache: Mapping[str, Any]) -> str:
    from mimika.wording import numbered

    set_by = f", set by {cache['set_by']}" if cache["set_by"] else ""
    return (
        f"{_short(cache['path'])}{set_by}: {cache['bytes'] / 1e6:,.1f} MB, {numbered(cache['data_sets'], 'data set')}"
    )


def _wandb_text(wandb: Mapping[str, Any]) -> str:
    mode = f" · WANDB_MODE={wandb['mode']}" if wandb["mode"] else ""
    if wandb["version"] is None:
        return f"not installed, so runs are not mirrored{mode}"
    if wandb["key_in"]:
        return f"a key in {wandb['key_in']}{mode}"
    return f"no key: runs stay offline until `wandb login`, then `mimika study mirror`{mode}"


def _short(path: str) -> str:
    """A path without the user's name, fit for an issue."""
    home = str(Path.home())
    return f"~{path.removeprefix(home)}" if path.startswith(home + os.sep) else path


def _marked(sign: str) -> str:
    return typer.style(sign, fg="yellow", bold=True) if sys.stdout.isatty() and "NO_COLOR" not in os.environ else sign
