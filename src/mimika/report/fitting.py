"""What the fit check says of a network's curve and of a stage as a whole, in sentences marked as in `blocks`."""

from collections.abc import Sequence
from typing import Final

from mimika.language import ENGLISH, Texts
from mimika.models.layers import gradients_by_layer
from mimika.record import Record
from mimika.report.reading import Reading
from mimika.training.fit import OVERFITS_FROM, Verdict, diverged_at, has_vanished, is_finite, still_rising
from mimika.wording import signed

_FITS: Final = {
    Verdict.UNDERFITS: ("fits.underfits", "fits.underfits.several"),
    Verdict.COLLAPSED: ("fits.collapsed", "fits.collapsed.several"),
    Verdict.FITS: ("fits.fits", "fits.fits.several"),
}


def fit(reading: Reading, texts: Texts) -> str:
    """What the curve of a typical run shows in favour of the verdict."""
    record = reading.typical
    train = record.scores.train_accuracy
    match reading.verdict:
        case Verdict.COLLAPSED:
            emotion, share = record.most_called
            told = texts.tell("fit.collapsed", share=share, emotion=texts.name_of(emotion))
        case Verdict.OVERFITS:
            told = _losses(record, texts)
        case Verdict.UNDERFITS if still_rising(record):
            told = texts.tell("fit.underfits.rising", train=train)
        case Verdict.UNDERFITS:
            told = texts.tell("fit.underfits", train=train)
        case Verdict.FITS:
            told = texts.tell("fit.fits", train=train, limit=OVERFITS_FROM)
    cause = _divergence(record, texts) or (_gradient(record, texts) if reading.verdict is Verdict.COLLAPSED else "")
    seed = texts.tell("fit.seed", seed=record.recipe.seed) if len(reading.records) > 1 else ""
    return "; ".join(filter(None, (told, cause))) + seed


def mixed(reading: Reading, texts: Texts = ENGLISH) -> str:
    """That some runs of a network have collapsed and others have not: its means are those of neither."""
    collapsed, runs = reading.verdicts.count(Verdict.COLLAPSED), len(reading.verdicts)
    return texts.tell("fit.mixed", collapsed=collapsed, runs=runs) if 0 < collapsed < runs else ""


def fits(readings: Sequence[Reading], texts: Texts = ENGLISH) -> str:
    """What the fit check says of a stage as a whole."""
    told = []
    for verdict in (Verdict.OVERFITS, Verdict.UNDERFITS, Verdict.COLLAPSED, Verdict.FITS):
        those = [one for one in readings if one.verdict is verdict]
        if those:
            alike = len(those) == len(readings) > 1 and all(
                one.verdicts.count(verdict) == len(one.verdicts) for one in those
            )
            told.append(_fit_of(verdict, those, _all(len(those), texts) if alike else _named(those, texts), texts))
    return " ".join(told)


def _losses(record: Record, texts: Texts) -> str:
    """What both losses do after the validation loss was lowest, as long as they are finite; of one epoch, both."""
    rows = [row for row in record.epochs if is_finite(row)]
    if not rows:
        return ""
    lowest, last = min(rows, key=lambda row: row.validation_loss), rows[-1]
    if len(rows) == 1:
        return texts.tell("losses.once", epoch=last.epoch, validation=last.validation_loss, train=last.train_loss)
    if lowest.epoch == last.epoch:
        return texts.tell("losses.falling", loss=last.validation_loss)
    since = [row for row in rows if row.epoch >= lowest.epoch]
    highest = max(since, key=lambda row: row.validation_loss)
    low, high, end = (f"{row.validation_loss:.2f}" for row in (lowest, highest, last))
    if low == high:
        return texts.tell("losses.level", loss=last.validation_loss, first=lowest.epoch, last=last.epoch)
    if low == end:  # it has come back: the rise is told
        last = highest
    both = {
        "first": lowest.epoch,
        "last": last.epoch,
        "low": lowest.validation_loss,
        "high": last.validation_loss,
        "before": lowest.train_loss,
        "after": last.train_loss,
    }
    return texts.tell("losses", **both) if last.train_loss < lowest.train_loss else texts.tell("losses.both", **both)


def _divergence(record: Record, texts: Texts) -> str:
    """From which epoch on a loss is not finite; nothing where all are."""
    epoch = diverged_at(record)
    return "" if epoch is None else texts.tell("fit.diverged", epoch=epoch)


def _gradient(record: Record, texts: Texts) -> str:
    """How much of the gradient arrives at the first layer."""
    norms = list(gradients_by_layer(record.gradient_norms, record.recipe.architecture).items())
    (first, near), (last, far) = norms[0], norms[-1]
    arrived = {"far": far, "last": texts.layer(last), "near": near, "first": texts.layer(first)}
    return texts.tell("gradient.vanished", **arrived) if has_vanished(record) else texts.tell("gradient", **arrived)


def _fit_of(verdict: Verdict, those: Sequence[Reading], who: str, texts: Texts) -> str:
    """The sentence on the networks of a stage that have one verdict."""
    several = len(those) > 1
    if verdict is not Verdict.OVERFITS:
        return texts.tell(_FITS[verdict][several], who=who)
    gaps = [one.typical_gap for one in those]
    if not several:
        return texts.tell("fits.overfits", who=who, gap=gaps[0])
    if signed(min(gaps)) == signed(max(gaps)):
        return texts.tell("fits.overfits.alike", who=who, gap=gaps[0])
    return texts.tell("fits.overfits.several", who=who, least=min(gaps), most=max(gaps))


def _all(number: int, texts: Texts) -> str:
    return texts.tell("fits.both") if number == 2 else texts.tell("fits.all", number=number)


def _named(those: Sequence[Reading], texts: Texts) -> str:
    return texts.tell("fits.named", names=[f"`{one.name}`{one.agreeing(texts)}" for one in those])
