"""The runs that W&B wrote to disk, read back by its own command and held against their records."""

import json
import math
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from mimika.record import Record
from mimika.training.tracked import epoch_values, numbers, origin_values, summary_values

INSPECTION_SECONDS: Final = 60

# How JSON that has no word for them writes them.
_NOT_FINITE: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@dataclass(frozen=True, kw_only=True)
class OfflineRun:
    """What stands in an offline run's file.

    Attributes:
        key: the run's id.
        config: every number of the config by its dotted name.
        rows: the values of each step.
        summary: every number of the summary by its dotted name.
        finished: whether the run came to its end, and well.
        staged: where its tables and faces wait to be sent; `wandb sync` removes them then.
    """

    key: str
    config: Mapping[str, float]
    rows: Mapping[int, Mapping[str, float]]
    summary: Mapping[str, float]
    finished: bool
    staged: Sequence[Path]

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """The run in a .wandb file, or as much of it as is there; None where `wandb leet inspect` cannot read it."""
        command = [sys.executable, "-m", "wandb", "leet", "inspect", "--json", str(file)]
        try:
            told = subprocess.run(command, capture_output=True, timeout=INSPECTION_SECONDS, check=True)
            lines = [json.loads(line) for line in told.stdout.splitlines()]
        except (OSError, ValueError, subprocess.SubprocessError):
            return None
        found = cls._gather([(line["type"], line[line["type"]]) for line in lines if line.get("type") in line])
        return replace(found, staged=()) if is_sent(file) else found

    @classmethod
    def _gather(cls, parts: list[tuple[str, Mapping[str, Any]]]) -> Self:
        key, finished = "", False
        staged: list[Path] = []
        rows: dict[int, Mapping[str, float]] = {}
        config: dict[str, float] = {}
        summary: dict[str, float] = {}
        for kind, content in parts:
            if kind == "run":
                key = content.get("run_id", "")
                config |= numbers(content.get("config", {}).get("update", {}))
            elif kind == "config":
                config |= numbers(content.get("update", {}))
            elif kind == "history":
                rows[int(content["step"]["num"])] = numbers(_restored(content["item"]))
            elif kind == "summary":
                summary |= numbers(_restored(content.get("update", {})))
            elif kind == "artifact":
                entries = content.get("manifest", {}).get("contents", [])
                staged += [Path(entry["local_path"]) for entry in entries if "local_path" in entry]
            elif kind == "exit":
                finished = content.get("exit_code", 0) == 0
        return cls(key=key, config=config, rows=rows, summary=summary, finished=finished, staged=staged)

    def holds(self, record: Record) -> bool:
        """Whether every number of a record is in it (recipe, data, machine, epochs, what came out), and its tables."""
        epochs = {row.epoch: epoch_values(row) for row in record.epochs}
        recipe = numbers(record.recipe.model_dump(mode="json"))
        # A file of an earlier version has no field that came later; there the default is what held.
        needed = numbers(record.recipe.model_dump(mode="json", exclude_defaults=True))
        recipe = {name: value for name, value in recipe.items() if name in needed or name in self.config}
        return (
            self.finished
            and self.key == record.key
            and all(_has(self.rows.get(epoch, {}), values) for epoch, values in epochs.items())
            and _has(self.config, recipe | numbers(origin_values(record)))
            and _has(self.summary, numbers(summary_values(record)))
            and all(file.is_file() for file in self.staged)
        )


def offline_files(folder: Path, key: str) -> list[Path]:
    """The files of a run's offline mirrors below a folder's `wandb`, the newest first."""
    return sorted(folder.glob(f"wandb/offline-run-*-{key}/run-{key}.wandb"), reverse=True)


def is_sent(file: Path) -> bool:
    """Whether `wandb sync` has left its mark beside a file."""
    return mark_of(file).exists()


def mark_of(file: Path) -> Path:
    """What `wandb sync` leaves beside a file that it has sent, and by which it passes over it the next time."""
    return file.with_name(f"{file.name}.synced")


def _has(found: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
    return all(
        name in found and (found[name] == number or (math.isnan(number) and math.isnan(found[name])))
        for name, number in wanted.items()
    )


def _restored(tree: Mapping[str, Any]) -> dict[str, Any]:
    """A tree in which numbers that are not finite are numbers again."""
    return {
        name: _restored(value)
        if isinstance(value, Mapping)
        else _NOT_FINITE.get(value, value)
        if isinstance(value, str)
        else value
        for name, value in tree.items()
    }
