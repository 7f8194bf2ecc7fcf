"""`mimika export`: a trained network as one ONNX file."""

import shlex
from collections.abc import Sequence
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mimika.cli.json_text import as_json_text
from mimika.cli.options import AsJson, Data, Validation

if TYPE_CHECKING:
    from mimika.calibration import Calibration
    from mimika.export.export import Exported
    from mimika.record import Record


def export(
    *,
    checkpoint: Annotated[
        Path,
        typer.Argument(
            metavar="CHECKPOINT", help="A run's folder, a study's, whose winner is meant, or a .safetensors file."
        ),
    ],
    data: Data,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="The ONNX file to write.")],
    flip: Annotated[
        bool,
        typer.Option("--flip", help="Answer each face together with its mirror image, at twice the cost."),
    ] = False,
    int8: Annotated[
        bool, typer.Option("--int8", help="Try 8 bits too; taken if accuracy holds and one face is faster.")
    ] = False,
    card: Annotated[
        Path | None,
        typer.Option("--card", metavar="FILE", dir_okay=False, help="Write its model card, too, as Markdown."),
    ] = None,
    reruns: Annotated[
        list[Path] | None,
        typer.Option(
            "--rerun", metavar="DIR", help="The same run with another seed, for the card's spread; may be repeated."
        ),
    ] = None,
    validation: Validation = None,
    as_json: AsJson = False,
) -> None:
    """Write a network as one ONNX file, calibrated.

    The file takes gray faces as they are, 0 to 255, and holds its preparation, labels, temperature, threshold and
    provenance. Temperature and threshold are fitted on the validation faces, on which file and checkpoint are compared.
    """
    from mimika.errors import RunError, require

    for module in ("torch", "safetensors", "onnx", "onnxscript"):
        require(module, "export", "exporting to ONNX")

    from mimika.cli.progress import opened, say
    from mimika.data.store import require_splits
    from mimika.export import export as exporting
    from mimika.export.model_card import load_reruns, model_card
    from mimika.files import write_text
    from mimika.record import RECORD, Record
    from mimika.study.study import run_at
    from mimika.training.checkpoint import find_checkpoint

    weights = find_checkpoint(run_at(checkpoint))
    _check_not_replaced((weights, weights.with_suffix(".json"), weights.with_name(RECORD), data), out, card)
    stored = opened(data, validation)
    require_splits(stored)
    record = None if card is None else Record.load(weights.with_name(RECORD))
    if record is not None and weights.stem != record.recipe.keep:
        raise RunError(f"{weights}: the card tells of the run's {record.recipe.keep} weights. Leave out --card.")
    if reruns and record is None:
        raise RunError("--rerun: the spread over seeds stands on the model card. Add --card.")
    others = () if record is None else load_reruns(reruns or (), record)
    exported = exporting.export(weights, out, stored, flip=flip, int8=int8)
    if card is not None and record is not None:
        card.parent.mkdir(parents=True, exist_ok=True)
        write_text(card, model_card(exported, record, _call(record, validation), others))
        say(f"The model card: {card}")
    if as_json:
        print(as_json_text(_plain(exported)))
    else:
        print("\n".join(_lines(exported)))


def _check_not_replaced(sources: Sequence[Path | str], out: Path, card: Path | None) -> None:
    """Raise `RunError` where file or card would take the place of what they are made from, or of each other."""
    from mimika.errors import RunError

    taken = set(map(realpath, sources))
    for option, path in (("--out", out), ("--card", card)):
        if path is None:
            continue
        if realpath(path) in taken:
            raise RunError(f"{option} {path}: would replace another file of this export. Name another file.")
        taken.add(realpath(path))


def _call(record: "Record", validation: float | None) -> str:
    """The command that trains a run again: by its name with what it changes, or from a recipe of one's own.

    `validation` is what was cut from train for the export: from the same faces, so it was cut for the training, too.
    """
    from mimika.cli.training import written_change
    from mimika.data.known import is_official
    from mimika.errors import RecipeError
    from mimika.recipes import read_recipe

    data = "fer2013.csv" if is_official(record.data) else "DATA"
    recipe, taught = record.recipe, []
    if recipe.distillation is not None:
        recipe, taught = recipe.changed({"distillation.teachers": ""}), ["--teachers", "teachers.npz"]
    try:
        changes = recipe.changes_from(read_recipe(recipe.name))
        name = [recipe.name, *(part for change in changes.items() for part in ("--set", written_change(*change)))]
    except RecipeError:
        name = ["recipe.json"]  # which the run's folder has
    cut = [] if validation is None else ["--validation", f"{validation:g}"]
    return shlex.join(["mimika", "train", *name, "--data", data, *cut, *taught, "--out", recipe.name or "run"])


def _plain(exported: "Exported") -> dict[str, Any]:
    from dataclasses import asdict

    written = "float32" if exported.written is exported.plain else "int8"
    return {**asdict(exported), "path": str(exported.path), "written": written}


def _lines(exported: "Exported") -> list[str]:
    from mimika.calibration import SURE_PRECISION
    from mimika.wording import percent, scientific

    found, file = exported.calibration, exported.written
    looks = ", each face with its mirror image" if exported.flip else ""
    sure = (
        "no answer is sure"
        if found.sure_precision is None
        else f"{percent(found.sure_share)} of the answers are sure, and {percent(found.sure_precision)} of those right "
        f"({percent(SURE_PRECISION, 0)} aimed at)"
    )
    before_int8 = "" if file is exported.plain else ", before 8 bits"
    return [
        f"{exported.network}: {percent(file.accuracy)} on validation from the file, "
        f"{percent(exported.checkpoint_accuracy)} from the checkpoint (n = {exported.faces:,}{looks})",
        f"  parity       {scientific(exported.parity)}: the largest difference in a probability between the two"
        f"{before_int8}",
        f"  calibration  {_calibrated(found)}",
        f"  unsure       below {found.threshold:.2f}; {sure}",
        *_int8_lines(exported),
        f"  one face     {file.milliseconds:.2f} ms on one thread",
        f"  {exported.path}  {_megabytes(file.size)}",
    ]


def _calibrated(found: "Calibration") -> str:
    from mimika.wording import percent

    before = f"error {percent(found.error_before)}"
    if found.temperature == 1.0:
        return f"{before} (n = {found.faces:,} without twins); no temperature, as a fitted one would not lower it"
    return (
        f"{before}, and {percent(found.error_after)} with temperature {found.temperature:.2f} (n = {found.faces:,} "
        "without twins, cross-fitted)"
    )


def _int8_lines(exported: "Exported") -> list[str]:
    from mimika.wording import percent

    if exported.int8 is None:
        return []
    plain, int8 = exported.plain, exported.int8
    verdict = f"not taken, as {', and '.join(exported.objections)}" if exported.objections else "taken"
    return [
        f"  8 bits       {verdict}: {percent(int8.accuracy, 2)} for {percent(plain.accuracy, 2)}, "
        f"{int8.milliseconds:.2f} ms for {plain.milliseconds:.2f} ms, "
        f"{_megabytes(int8.size)} for {_megabytes(plain.size)}"
    ]


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.2f} MB"
