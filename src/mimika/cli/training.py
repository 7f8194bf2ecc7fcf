"""`mimika train` and `mimika compare`: one run, and any runs side by side."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from mimika.cli.json_text import as_json_text
from mimika.cli.options import AsJson, Changed, Data, Entity, RunFolder, Tracked, Tracker, Validation, may_be_shown

if TYPE_CHECKING:
    from mimika.record import Record

_PYTHON: Final = {"True": True, "False": False, "None": None}


def train(
    *,
    recipe: Annotated[
        str,
        typer.Argument(
            metavar="NAME_OR_TOML",
            help="A network, such as cnn5+batch_norm; small, large or distil; a TOML file; or a run's recipe.json.",
        ),
    ],
    data: Data,
    out: RunFolder,
    changes: Changed = None,
    teachers: Annotated[
        Path | None,
        typer.Option(
            "--teachers", metavar="FILE", dir_okay=False, help="What `mimika ensemble --out` wrote, to distil."
        ),
    ] = None,
    validation: Validation = None,
    entity: Entity = None,
    tracker: Tracked = Tracker.WANDB,
    as_json: AsJson = False,
) -> None:
    """Train one network and judge its fit.

    The same command again continues an interrupted run where its last epoch ended.
    """
    from mimika.errors import require_training

    require_training("training")

    from mimika.recipes import read_recipe

    described = read_recipe(recipe).changed(read_changes(changes))

    from mimika.cli.progress import opened, say, watching
    from mimika.data.store import require_splits
    from mimika.data.summary import headline
    from mimika.training import train as training
    from mimika.training.teachers import Teachers
    from mimika.training.tracking import ALONE, Tracking

    answers = None if teachers is None else Teachers.load(teachers)
    stored = opened(data, validation)
    require_splits(stored)
    for line in headline(stored.provenance):
        say(line)
    with watching() as watch:
        record = training.train(
            described,
            stored.faces,
            out,
            teachers=answers,
            watch=watch,
            tracking=None
            if tracker is Tracker.NONE
            else Tracking(project=ALONE, entity=entity, faces=may_be_shown(tracker, stored.provenance)),
        )
    if as_json:
        print(as_json_text(_judged(record)))
    else:
        print("\n".join(_lines(record, out)))


def compare(
    *,
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN...", help="Folders of finished runs, or of studies, whose winners are meant; two or more."
        ),
    ],
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Write a page with curves, too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set finished runs side by side, with paired tests."""
    from mimika.report import compare_records, write_comparison
    from mimika.study.study import read_run

    records, predictions = zip(*map(read_run, runs), strict=True)
    table = compare_records(records, predictions)
    if page is not None:
        from mimika.cli.progress import say

        say(f"The page: {write_comparison(records, predictions, page)}")
    if as_json:
        print(as_json_text(table.to_rows()))
    else:
        print("\n".join(table.lines()))


def read_changes(texts: Sequence[str] | None) -> dict[str, Any]:
    """What was given with --set, as `Recipe.changed` takes it; `RecipeError` where a field is given twice."""
    from mimika.errors import RecipeError

    changes: dict[str, Any] = {}
    for field, value in map(read_change, texts or []):
        if field in changes:
            raise RecipeError(f"--set {field}: given twice. Leave one out.")
        changes[field] = value
    return changes


def read_change(text: str) -> tuple[str, Any]:
    """A dotted field and its new value, which is written as in TOML, JSON or Python; a bare word is text.

    >>> read_change("architecture.dropout=0.3"), read_change("ema_decay=null"), read_change("optimizer=sgd")
    (('architecture.dropout', 0.3), ('ema_decay', None), ('optimizer', 'sgd'))

    Raises:
        RecipeError: when there is no `=`.
    """
    from mimika.errors import RecipeError

    field, equals, value = text.partition("=")
    if not equals:
        raise RecipeError(f"--set {text}: a change is written field=value, such as --set epochs=5.")
    if value in _PYTHON:
        return field, _PYTHON[value]
    try:
        return field, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        try:
            return field, json.loads(value)
        except json.JSONDecodeError:
            return field, value


def written_change(field: str, value: object) -> str:
    """The reverse of `read_change`.

    >>> written_change("ema_decay", None), written_change("optimizer", "sgd"), written_change("sizes", [[48, 1.0]])
    ('ema_decay=null', 'optimizer=sgd', 'sizes=[[48, 1.0]]')
    """
    return f"{field}={value if isinstance(value, str) else json.dumps(value)}"


def _judged(record: "Record") -> dict[str, Any]:
    from mimika.training.fit import check_fit

    fit = check_fit(record)
    judged = {"verdict": fit.verdict, "evidence": fit.evidence, "advice": fit.advice}
    return {**record.model_dump(mode="json"), "fit": judged}


def _lines(record: "Record", out: Path) -> list[str]:
    from mimika.emotions import EMOTIONS
    from mimika.metrics import wilson_interval
    from mimika.record import PREDICTIONS, Predictions
    from mimika.training.fit import check_fit
    from mimika.wording import duration, interval, magnitude, percent, scientific

    fit = check_fit(record)
    scores, n = record.scores, record.data.validation
    there = {EMOTIONS[label] for label in Predictions.load(out / PREDICTIONS).emotions}
    recall = "  ".join(
        f"{emotion} {100 * share:.0f} %" if emotion in there else f"{emotion} –"
        for emotion, share in scores.recall.items()
    )
    emotion, share = record.most_called
    norms = list(record.gradient_norms.values())
    limits = interval(wilson_interval(scores.validation_accuracy, n))
    accuracies = [f"{percent(scores.validation_accuracy)} on validation (95 %: {limits}, n = {n:,})"]
    if record.data.validation_twins:
        accuracies.append(f"{percent(scores.validation_accuracy_without_twins)} without twins")
    if scores.flipped:
        accuracies.append(f"{percent(scores.flipped.accuracy)} with the mirror image")
    course = [f"most called {emotion}, {percent(share, 0)}"]
    if record.recipe.keep == "best":
        course.append(f"{percent(record.epochs[-1].validation_accuracy)} after the last epoch")
    course.append(f"gradient norm {scientific(norms[0])} at the first layer, {scientific(norms[-1])} at the last")
    return [
        f"{record.name}: {' · '.join(accuracies)}",
        f"  {fit.verdict}: {fit.evidence}",
        f"  {fit.advice}",
        f"  recall  {recall}",
        f"  {' · '.join(course)}",
        f"  {magnitude(record.parameters)} parameters, {magnitude(record.multiply_adds)} multiply-adds a face, "
        f"{duration(record.seconds)} on {record.machine.device}",
        f"  {out}",
    ]
