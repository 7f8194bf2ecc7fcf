"""Numbers into sentences: what a study found, and *evidence, analysis, decision* of each network in each stage.

Pure functions that say what the numbers say and no more: they find which sentence of a language applies and give it
its numbers. Text is marked as in `blocks`.
"""

from collections.abc import Sequence

from mimika.language import ENGLISH, Texts
from mimika.recipe import Recipe
from mimika.record import Data
from mimika.report.fitting import fit, fits, mixed
from mimika.report.reading import Reading, Worth
from mimika.study.choose import Candidate, Standing, is_tie
from mimika.study.stages import Study
from mimika.training.fit import Verdict, advice, diverged_at
from mimika.wording import magnitude


def finding(
    chosen: Candidate, networks: int, ties: Sequence[str], better: Standing | None, texts: Texts = ENGLISH
) -> str:
    """The finding of a complete study in one sentence.

    Args:
        chosen: the winner of the last stage.
        networks: how many were compared in all.
        ties: names of those that are not to be told apart from it.
        better: the network of an earlier stage with the highest accuracy, tested against it, if that is higher.
        texts: the language.
    """
    reached = {"name": chosen.name, "accuracy": chosen.accuracy, "seeds": _over_seeds(chosen, texts)}
    if better is not None:
        other = better.candidate
        told = texts.tell("finding.overtaken", **reached, better=other.name, reached=other.accuracy)
        return told + standing(better, texts)
    if networks == 1:
        return texts.tell("finding.one", **reached)
    told = texts.tell("finding", networks=networks, **reached)
    if not ties:
        return told
    return told + (
        texts.tell("finding.tie", names=ties) if len(ties) < 3 else texts.tell("finding.ties", number=len(ties))
    )


def so_far(chosen: Candidate, networks: int, wanted: int, texts: Texts = ENGLISH) -> str:
    """The finding of an unfinished study: which of the networks that can be compared leads.

    Args:
        chosen: the network that leads.
        networks: how many there are with as many seeds as it has.
        wanted: how many seeds each is to have.
        texts: the language.
    """
    told = {"name": chosen.name, "accuracy": chosen.accuracy}
    if len(chosen.records) < wanted:
        told |= {"seeds": len(chosen.records), "wanted": wanted}
        if networks == 1:
            return texts.tell("finding.more_seeds.one", **told)
        return texts.tell("finding.more_seeds", networks=networks, **told)
    if networks == 1:
        return texts.tell("finding.unfinished.one", **told)
    return texts.tell("finding.unfinished", networks=networks, **told)


def begun(runs: int, seeds: int, texts: Texts = ENGLISH) -> str:
    """The finding of a study of which no network is finished."""
    if not runs:
        return texts.tell("finding.none")
    return texts.tell("finding.begun", runs=runs, seeds=seeds)


def standing(other: Standing, texts: Texts = ENGLISH) -> str:
    """How sure it is that two networks differ, to be set behind what they reach."""
    if other.ties:
        return texts.tell("standing.tie", p=other.p_value)
    return texts.tell("standing", p=other.p_value)


def opening(study: Study, data: Data, chosen: Reading, texts: Texts = ENGLISH) -> str:
    """What was done, on which faces, and how exact the figure is."""
    candidate = chosen.candidate
    number = int(candidate.twins.sum())
    twinless = texts.tell("opening.twins", accuracy=candidate.accuracy_without_twins, twins=number) if number else ""
    return texts.tell(
        "opening",
        stages=len(study.stages),
        names=[texts.name_of(stage.name) for stage in study.stages],
        seeds=len(study.seeds),
        train=data.train,
        name=chosen.name,
        accuracy=candidate.accuracy,
        faces=chosen.faces,
        spread=_seeds(candidate, texts),
        interval=candidate.interval,
        twins=twinless,
    )


def path(accuracies: Sequence[float], reference: Sequence[float | None], texts: Texts = ENGLISH) -> str:
    """The accuracy of each stage's winner, and the reference's in the same stages, as far as it has them."""
    ours = " → ".join(f"{100 * accuracy:.1f}" for accuracy in accuracies)
    if not any(reference):
        return texts.tell("path", ours=ours)
    theirs = " → ".join("–" if accuracy is None else f"{100 * accuracy:.1f}" for accuracy in reference)
    return texts.tell("path.reference", ours=ours, theirs=theirs)


def evidence(reading: Reading, texts: Texts = ENGLISH) -> str:
    """What was measured."""
    candidate = reading.candidate
    measured = {
        "accuracy": candidate.accuracy,
        "seeds": _seeds(candidate, texts),
        "interval": candidate.interval,
        "faces": reading.faces,
        "train": reading.train_accuracy,
        "gap": reading.gap,
        "last": [len(record.epochs) for record in reading.records],
    }
    if candidate.recipe.keep == "last":
        return texts.tell("evidence.last", **measured)
    return texts.tell("evidence", **measured, best=[record.best_epoch for record in reading.records])


def analysis(reading: Reading, texts: Texts = ENGLISH) -> str:
    """What the fit check makes of it, and what its change is worth over the stage's base."""
    judged = f"{reading.told_verdict(texts)}: {fit(reading, texts)}."
    return " ".join(filter(None, (judged, mixed(reading, texts), _worth(reading, texts))))


def decision(
    reading: Reading, winner: Reading, following: Recipe | None, next_stage: str | None, texts: Texts = ENGLISH
) -> str:
    """What becomes of the network: it is taken on, ties, or is set aside.

    `following` is the recipe that `next_stage` starts from; both are None after the last stage.
    """
    if reading.standing.wins:
        return _winning(reading, following, next_stage, texts)
    p_value = reading.standing.p_value
    standing = {
        "winner": winner.name,
        "behind": winner.candidate.accuracy - reading.candidate.accuracy,
        "p": p_value if p_value is not None else 1.0,
    }
    outcome = (
        texts.tell("decision.tie", **standing, size=_size(reading, winner, texts))
        if reading.standing.ties
        else texts.tell("decision.aside", **standing)
    )
    if next_stage is not None and _is(reading, following):
        return texts.tell("decision.named", stage=texts.name_of(next_stage), outcome=outcome)
    return " ".join(filter(None, (f"{outcome}.", _remedy(reading, texts))))


def conclusion(readings: Sequence[Reading], missing: Sequence[str], handed_on: str, texts: Texts = ENGLISH) -> str:
    """What a stage has shown; `handed_on` is the sentence on what it gives to the next, if any."""
    absent = texts.tell("conclusion.absent", names=missing)
    if not readings:
        return texts.tell("conclusion.nothing", absent=absent)
    winner, *others = readings
    name, accuracy = winner.name, winner.candidate.accuracy
    if missing:
        return texts.tell("conclusion.leads", absent=absent, name=name, accuracy=accuracy)
    based = winner.is_base and bool(others)
    ties = [other.name for other in others if other.standing.ties]
    behind = [
        texts.tell("conclusion.behind.network", name=other.name, difference=other.candidate.accuracy - accuracy)
        for other in others
        if not other.standing.ties
    ]
    told = [
        texts.tell("conclusion.base", name=name, accuracy=accuracy)
        if based
        else texts.tell("conclusion.first", name=name, accuracy=accuracy)
    ]
    if ties:
        told.append(
            texts.tell("conclusion.tie", names=ties, faces=winner.faces)
            if len(ties) == 1
            else texts.tell("conclusion.ties", names=ties, faces=winner.faces)
        )
    if behind:
        told.append(
            texts.tell("conclusion.behind", networks=behind)
            if winner.candidate.spread is None
            else texts.tell("conclusion.behind.seeds", networks=behind)
        )
    return " ".join(filter(None, [*told, fits(readings, texts), handed_on]))


def handing_on(
    winner: Reading, following: Recipe | None, next_stage: str | None, question: str, texts: Texts = ENGLISH
) -> str:
    """What a stage gives to the next: its base and its question; nothing after the last."""
    if following is None or next_stage is None:
        return ""
    next_one = {
        "stage": texts.name_of(next_stage),
        "base": following.name,
        "question": texts.name_of(question),
    }
    if _is(winner, following):
        return texts.tell("handing_on", **next_one)
    return texts.tell("handing_on.named", **next_one)


def base(recipe: Recipe, ranked: Recipe | None, texts: Texts = ENGLISH) -> str:
    """How a stage came to its base; says so where the rule would have chosen another."""
    if ranked is None or ranked.fingerprint == recipe.fingerprint:
        return texts.tell("base", base=recipe.name)
    return texts.tell("base.named", base=recipe.name, ranked=ranked.name)


def same(names: Sequence[tuple[str, str]], texts: Texts = ENGLISH) -> str:
    """That some names of a stage stand for a network that has another name, each with that."""
    return " ".join(texts.tell("same", name=name, first=first) for name, first in names)


def _winning(reading: Reading, following: Recipe | None, next_stage: str | None, texts: Texts) -> str:
    if next_stage is None:
        return texts.tell("decision.chosen")
    stage = texts.name_of(next_stage)
    if following is None or _is(reading, following):
        return texts.tell("decision.goes_on", stage=stage)
    return texts.tell("decision.by_rule", stage=stage, base=following.name)


def _seeds(candidate: Candidate, texts: Texts) -> str:
    """Over how many seeds an accuracy is the mean, and how far it spreads; nothing for one."""
    if candidate.spread is None:
        return ""
    return texts.tell("evidence.seeds", seeds=len(candidate.records), spread=candidate.spread)


def _over_seeds(candidate: Candidate, texts: Texts) -> str:
    """The same, to be set behind the accuracy itself."""
    if candidate.spread is None:
        return ""
    return texts.tell("finding.seeds", seeds=len(candidate.records), spread=candidate.spread)


def _worth(reading: Reading, texts: Texts) -> str:
    """What its changes bring over the base, or that it cannot be told."""
    worth: Worth | None = reading.worth
    if worth is None or not reading.changes:
        return ""
    together = len(reading.changes) > 1
    if not together:
        who = texts.tell("worth.one", change=reading.changes[0])
    elif len(reading.changes) < 3:
        who = texts.tell("worth.together", changes=reading.changes)
    else:
        who = texts.tell("worth.many")
    told = {"who": who, "base": worth.base, "difference": worth.difference, "p": worth.p_value}
    if is_tie(worth.p_value):
        return texts.tell("worth.nothing.together", **told) if together else texts.tell("worth.nothing", **told)
    if worth.difference > 0:
        return texts.tell("worth.gain.together", **told) if together else texts.tell("worth.gain", **told)
    return texts.tell("worth.loss.together", **told) if together else texts.tell("worth.loss", **told)


def _size(reading: Reading, winner: Reading, texts: Texts) -> str:
    """Which of two tied networks is the smaller, where they differ."""
    ours, theirs = reading.candidate.parameters, winner.candidate.parameters
    if magnitude(ours) == magnitude(theirs):
        return texts.tell("size.same")
    if ours > theirs:
        return texts.tell("size.more", ours=ours, theirs=theirs)
    return texts.tell("size.fewer", ours=ours, theirs=theirs)


def _remedy(reading: Reading, texts: Texts) -> str:
    """What to do about a network that has not learned what it could, or whose training diverged."""
    wanting = reading.verdict in (Verdict.UNDERFITS, Verdict.COLLAPSED) or diverged_at(reading.typical) is not None
    return advice(reading.typical, texts) if wanting else ""


def _is(reading: Reading, recipe: Recipe | None) -> bool:
    return recipe is not None and reading.candidate.recipe.fingerprint == recipe.fingerprint
