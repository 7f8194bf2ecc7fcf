"""The fit check: did a network learn, and did it learn what it was shown or what it was meant to? No PyTorch.

The reference called a network that answers *happy* to everything "worse than chance", and one that had seen too little
training "useless augmentation". These are different illnesses with different remedies, told apart by numbers.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mimika.language import ENGLISH, Texts
from mimika.models.layers import gradients_by_layer
from mimika.recipe import AnyArchitecture, Architecture, Recipe
from mimika.record import EpochRow, Record, best_row
from mimika.wording import gap, percent, scientific

COLLAPSED_FROM: Final = 0.9
"""A network that gives one answer to this share of the validation faces or more, and finds no others, has collapsed."""

FOUND_FROM: Final = 0.1
"""Of the faces with other labels, all together, the share that is found where these were learned, too: where nearly all
faces are happy, a network that calls nearly all of them so may be right."""

OVERFITS_FROM: Final = 0.10
"""A gap between clean train accuracy and validation accuracy of at least this is overfitting."""

UNDERFITS_BELOW: Final = 0.65
"""Clean train accuracy below this, without such a gap, is underfitting: people reach 65 ± 5 % on FER2013 (Goodfellow et
al. 2013), so a network that cannot reach it on faces it was shown has room left."""

VANISHED_BELOW: Final = 1e-3
"""First layers whose gradient norm is below this share of the last layer's receive next to nothing."""


class Verdict(StrEnum):
    """What the fit check can say."""

    COLLAPSED = "collapsed to one class"
    UNDERFITS = "underfits"
    OVERFITS = "overfits"
    FITS = "fits"


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A verdict, the numbers it rests on, and what to do next, each as a sentence."""

    verdict: Verdict
    evidence: str
    advice: str


def check_fit(record: Record) -> Fit:
    """Judge a finished run by the thresholds above, in the order collapsed, overfits, underfits, fits."""
    return Fit(verdict=verdict_of(record), evidence=_evidence(record), advice=advice(record))


def verdict_of(record: Record) -> Verdict:
    """What `check_fit` finds, without its sentences."""
    if has_collapsed(record):
        return Verdict.COLLAPSED
    if round(record.scores.gap, 9) >= OVERFITS_FROM:  # 0.72 less 0.62 is a little less than 0.1
        return Verdict.OVERFITS
    return Verdict.UNDERFITS if record.scores.train_accuracy < UNDERFITS_BELOW else Verdict.FITS


def advice(record: Record, texts: Texts = ENGLISH) -> str:
    """What to do next, as the page has it in its language; a training that diverged is to be mended first."""
    if diverged_at(record) is not None:
        return texts.tell("advice.diverged")
    match verdict_of(record):
        case Verdict.COLLAPSED:
            return _revival(record, texts)
        case Verdict.OVERFITS:
            return _restraint(record.recipe, texts)
        case Verdict.UNDERFITS if len(record.epochs) == 1:
            return texts.tell("advice.once")
        case Verdict.UNDERFITS:
            return texts.tell("advice.longer") if still_rising(record) else texts.tell("advice.underfits")
        case Verdict.FITS:
            return texts.tell("advice.fits")


def _evidence(record: Record) -> str:
    """The numbers that the verdict rests on."""
    scores, verdict = record.scores, verdict_of(record)
    accuracies = (
        f"{percent(scores.train_accuracy)} on training faces, {percent(scores.validation_accuracy)} on validation "
        f"(gap {gap(scores.gap)})"
    )
    epoch = diverged_at(record)
    diverged = "" if epoch is None else ENGLISH.tell("fit.diverged", epoch=epoch)
    if verdict is Verdict.COLLAPSED:
        emotion, share = record.most_called
        return (
            f"{percent(share)} of validation faces are called {emotion}; {accuracies}; {diverged or _gradients(record)}"
        )
    told = [accuracies, record.kept_epoch]
    losses = [row.validation_loss for row in record.epochs if math.isfinite(row.validation_loss)]
    if verdict is Verdict.OVERFITS and losses:
        told.append(f"validation loss {min(losses):.2f} at best, {losses[-1]:.2f} at last")
    return "; ".join(filter(None, [*told, diverged]))


def has_collapsed(record: Record) -> bool:
    """Whether nearly all answers are one emotion, and hardly one of the faces with another label is found."""
    emotion, share = record.most_called
    if share < COLLAPSED_FROM:
        return False
    scores = record.scores
    hits = scores.precision[emotion] * share  # of all faces, those that are so and called so
    labelled = hits / scores.recall[emotion] if scores.recall[emotion] else 0.0
    return scores.validation_accuracy - hits < FOUND_FROM * (1 - labelled) or labelled == 1


def has_vanished(record: Record) -> bool:
    """Whether next to nothing of the last layer's gradient arrives at the first."""
    norms = list(record.gradient_norms.values())
    return norms[-1] == 0 or norms[0] / norms[-1] < VANISHED_BELOW


def still_rising(record: Record) -> bool:
    """Whether a run's last epoch was its best, whichever was kept; one epoch has no direction."""
    return len(record.epochs) > 1 and best_row(record.epochs) is record.epochs[-1]


def lacking(architecture: AnyArchitecture) -> list[str]:
    """What keeps deep networks learning and is missing in this one; a residual network has all of it."""
    if not isinstance(architecture, Architecture):
        return []
    parts = {"batch norm": architecture.batch_norm, "skip connections": architecture.skip}
    return [words for words, present in parts.items() if not present]


def diverged_at(record: Record) -> int | None:
    """The first epoch with a loss, on train or validation, that is not finite; None where all are."""
    return next((row.epoch for row in record.epochs if not is_finite(row)), None)


def is_finite(row: EpochRow) -> bool:
    """Whether both losses of an epoch are."""
    return math.isfinite(row.train_loss) and math.isfinite(row.validation_loss)


def _revival(record: Record, texts: Texts) -> str:
    """What may wake a network that gives one answer; nothing that it has already."""
    absent = [texts.name_of(part) for part in lacking(record.recipe.architecture)]
    if not absent:
        return texts.tell("advice.slower")
    return texts.tell("advice.parts", parts=texts.tell("advice.parts.or").join(absent))


def _restraint(recipe: Recipe, texts: Texts) -> str:
    """What may keep a network from learning its faces by heart; nothing that it has already."""
    parts = {
        "augmentation": recipe.augmentation is not None,
        "dropout": recipe.architecture.dropout > 0,
        "weight decay": recipe.weight_decay > 0,
    }
    absent = [texts.name_of(part) for part, present in parts.items() if not present]
    if not absent:
        return texts.tell("advice.overfits.more")
    *others, last = absent
    told = texts.tell("advice.parts.or").join([", ".join(others), last]) if others else last
    return texts.tell("advice.overfits", parts=told)


def _gradients(record: Record) -> str:
    """How much of the last layer's gradient arrives at the first."""
    norms = list(gradients_by_layer(record.gradient_norms, record.recipe.architecture).items())
    (first, first_norm), (last, last_norm) = norms[0], norms[-1]
    reaches = "nothing" if last_norm == 0 else f"{scientific(first_norm / last_norm)} of it"
    fades = " (vanished)" if has_vanished(record) else ""
    arrives = f"{reaches} at {ENGLISH.layer(first)}{fades}"
    return f"gradient norm {scientific(last_norm)} at {ENGLISH.layer(last)}, and {arrives}"
