"""The model card of an exported network: what it is, was made from, can and cannot do; every figure from its run.

After Mitchell et al. 2019, https://arxiv.org/abs/1810.03993.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Final

from mimika.calibration import SURE_PRECISION
from mimika.data.known import is_official, same_faces
from mimika.emotions import EMOTIONS
from mimika.errors import RunError
from mimika.export.export import LICENSE, Exported
from mimika.metrics import FEWEST_FACES, spread, wilson_interval
from mimika.record import Record
from mimika.wording import counted, duration, interval, listed, magnitude, percent, points

WEAK_BELOW: Final = 0.6
"""Recall under which an emotion is called weak: it is missed in two faces of five, or more."""

_USES: Final = """\
For learning, teaching and research on facial-expression recognition, and for programs that react to an expression
somebody shows on purpose. It names the expression that annotators would most likely have named; it does not know what
a person feels, thinks or intends.
{population}

In the European Union, Article 5(1)(f) of the AI Act (Regulation (EU) 2024/1689) prohibits AI systems that infer
emotions of people at work and in schools, except for medical or safety reasons. Do not use it there, nor to decide
about people."""


_FER2013: Final = """\
Its faces came from a web search of 2013 and represent no population; how it does on people of one age, sex or skin and
of another has not been measured, as FER2013 does not tell them."""

_OTHERS: Final = """\
How it does on people of one age, sex or skin and of another has not been measured."""


def load_reruns(paths: Sequence[Path], record: Record) -> tuple[Record, ...]:
    """The records, in files or folders, of the same run with other seeds; raises `RunError` where one is not that."""
    reruns: list[Record] = []
    for path in paths:
        rerun = Record.load(path)
        differing = rerun.recipe.changes_from(record.recipe).keys() - {"seed"}
        if differing:
            fault = f"its recipe differs in {listed(sorted(differing))}"
        elif not same_faces(rerun.data, record.data):
            fault = "it saw other faces"
        elif rerun.recipe.seed in {run.recipe.seed for run in (record, *reruns)}:
            fault = f"seed {rerun.recipe.seed} is there already"
        else:
            fault = ""
        if fault:
            raise RunError(f"{path}: not the same run with another seed, as {fault}.")
        reruns.append(rerun)
    return tuple(reruns)


def model_card(exported: Exported, record: Record, call: str, reruns: Sequence[Record] = ()) -> str:
    """The card as Markdown.

    Args:
        exported: the file, and how it was found to do.
        record: the run that it was exported from.
        call: the command that trained the run, as its reader would give it.
        reruns: the same run with other seeds, for the spread.
    """
    return "\n\n".join(_paragraphs(exported, record, call, reruns)) + "\n"


def _paragraphs(exported: Exported, record: Record, call: str, reruns: Sequence[Record]) -> Iterator[str]:
    file, found, n = exported.written, exported.calibration, exported.faces
    yield f"# {exported.network}"
    cost = record.multiply_adds * (2 if exported.flip else 1)
    yield (
        f"A network that names the expression on a gray face of 48×48 pixels: {listed(EMOTIONS)}. "
        f"{magnitude(record.parameters)} parameters, {magnitude(cost)} multiply-adds a face, "
        f"{file.size / 1e6:.1f} MB as ONNX. Preparation, labels, temperature and threshold are inside the file."
    )
    yield "## What it is for, and what not"
    official = is_official(record.data)
    yield _USES.format(population=_FER2013 if official else _OTHERS)
    yield "## How well it does"
    limits = interval(wilson_interval(file.accuracy, n))
    views = "with the mirror image" if exported.flip else "one view"
    rows = [(views, percent(file.accuracy), limits, percent(file.accuracy_without_twins))]
    flipped = record.scores.flipped
    if flipped is not None and not exported.flip and file is exported.plain:
        limits = interval(wilson_interval(flipped.accuracy, n))
        figures = (percent(flipped.accuracy), limits, percent(flipped.accuracy_without_twins))
        rows.append(("with the mirror image", *figures))
    judges = "FER2013's PublicTest" if official else "validation"
    yield f"On the {n:,} faces of {judges}, one run with seed {record.recipe.seed}:"
    yield _table(("", "accuracy", "95 %", f"without the {n - found.faces} twins"), rows)
    yield _table(
        ("expression", "faces", "found (recall)", "right when named (precision)"),
        [
            (
                emotion,
                f"{exported.labels[emotion]:,}",
                percent(file.recall[emotion]) if exported.labels[emotion] else "–",
                percent(file.precision[emotion]) if file.answers[emotion] else "–",
            )
            for emotion in EMOTIONS
        ],
    )
    yield _weaknesses(exported)
    before = "" if file is exported.plain else " All this was measured before its weights went to 8 bits."
    judged = f"(n = {found.faces:,} without twins, each face judged by a temperature fitted to the others)"
    after, uncalibrated = percent(found.error_after), percent(found.error_before)
    yield (
        (
            f"Its probabilities are calibrated: with temperature {found.temperature:.2f} the expected calibration "
            f"error is {after} instead of {uncalibrated} {judged}. "
            if found.temperature != 1.0
            else f"The expected calibration error of its probabilities is {uncalibrated} (n = {found.faces:,} without "
            "twins). No temperature is applied, as a fitted one would not lower it. "
        )
        + f"An answer below {found.threshold:.2f} is *unsure*; "
        + (
            "no answer is sure."
            if found.sure_precision is None
            else f"{percent(found.sure_share)} of the answers are sure, and {percent(found.sure_precision)} of those "
            f"agree with the label ({percent(SURE_PRECISION, 0)} aimed at)."
        )
        + before
    )
    if official:
        yield "People agree with FER2013's labels on 65 ± 5 % of its faces."
    yield "## What it was made from"
    yield "\n".join(_origins(record, call, reruns))
    recipe = record.recipe.model_dump(mode="json", exclude_defaults=True)
    yield f"The recipe, where it differs from mimika's defaults:\n\n```json\n{json.dumps(recipe, indent=2)}\n```"
    yield "## What it costs"
    yield (
        f"{file.milliseconds:.1f} ms for one face on one thread (onnxruntime, where it was exported; median of 200). "
        f"Training took {duration(record.seconds)} on {counted(record.machine.threads, 'thread')} "
        f"({record.machine.device})."
    )


def _weaknesses(exported: Exported) -> str:
    """Which emotions are weak, of those with faces enough to tell."""
    recall = exported.written.recall
    told = [emotion for emotion in EMOTIONS if exported.labels[emotion] >= FEWEST_FACES]
    weak = [f"{emotion} ({percent(recall[emotion], 0)} found)" for emotion in told if recall[emotion] < WEAK_BELOW]
    if weak:
        return f"Weak: {listed(weak)}."
    if not told:
        return f"Too few faces to say which expressions are weak: fewer than {FEWEST_FACES} of each."
    enough = "" if len(told) == len(EMOTIONS) else f" of {FEWEST_FACES} faces or more"
    return f"No expression{enough} is found in less than {percent(WEAK_BELOW, 0)} of its faces."


def _origins(record: Record, call: str, reruns: Sequence[Record]) -> Iterator[str]:
    recipe, data = record.recipe, record.data
    split = "PublicTest" if is_official(data) else "validation"
    kept = "the weights of the last epoch" if recipe.keep == "last" else f"the weights of the best epoch on {split}"
    averaged = ", averaged over the training (EMA)" if recipe.ema_decay else ""
    never = "" if recipe.patience else "never stopped early, "
    yield (
        f"- **Data**: {data.description}; {data.train:,} faces to train, {data.validation:,} to validate, "
        f"{data.validation_twins:,} of which have an identical one among the former. No other pictures, no weights "
        "from elsewhere."
    )
    decided = (
        f"No epoch was chosen on {split}, on which temperature and threshold were fitted"
        if recipe.keep == "last" and not recipe.patience
        else f"Decided on {split} alone"
    )
    yield (
        f"- **Protocol**: {counted(len(record.epochs), 'epoch')}, {never}{kept}{averaged}. {decided}; no test face "
        "had a part in it."
    )
    yield f"- **Spread**: {_spread(record, reruns)}"
    if recipe.distillation is not None:
        mirrored = " and their mirror images" if recipe.distillation.mirrored else ""
        yield (
            f"- **Teachers**: what an ensemble answered to {recipe.distillation.views} views of each training face"
            f"{mirrored} (answers {recipe.distillation.teachers})."
        )
    yield f"- **Command**: `{call}`, commit {record.machine.commit or 'not known'}"
    machine = record.machine
    yield f"- **Machine**: {machine.device}, {machine.precision}, torch {machine.versions['torch']}"
    yield f"- **License**: {LICENSE}"


def _spread(record: Record, reruns: Sequence[Record]) -> str:
    if not reruns:
        return (
            f"one training with seed {record.recipe.seed}. The intervals cover the choice of faces, not what another "
            "seed would change."
        )
    runs = sorted((record, *reruns), key=lambda run: run.recipe.seed)
    accuracies = [run.scores.validation_accuracy for run in runs]
    return (
        f"trained with the seeds {listed([str(run.recipe.seed) for run in runs])}, its checkpoints reach "
        f"{listed([percent(accuracy) for accuracy in accuracies])} with one view (mean {percent(mean(accuracies))}, "
        f"standard deviation {points(spread(accuracies) or 0.0)}, n = {len(runs)}). The intervals cover "
        f"the choice of faces alone; all other figures are those of seed {record.recipe.seed}."
    )


def _table(titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [titles, ("---", *["---:"] * (len(titles) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
