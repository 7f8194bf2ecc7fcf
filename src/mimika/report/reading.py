"""What a stage's numbers say of each network, worked out once for its table, its sentences and its pictures."""

from dataclasses import dataclass

import numpy as np

from mimika.language import ENGLISH, Texts
from mimika.record import Record
from mimika.study.choose import Candidate, Standing, rank
from mimika.study.study import StageOutcome
from mimika.training.fit import Verdict, verdict_of


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What a change brings over its stage's base: points as a share, and the p-value that the pair has in the stage."""

    base: str
    difference: float
    p_value: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """One network in one stage.

    Attributes:
        changes: what it changes in the stage's base, in words; none for the base itself.
        verdicts: the fit check's verdict of each seed's run.
        worth: what the change is worth; None for the base itself and where a stage has none.
        is_base: whether it is what the stage's variants change.
    """

    standing: Standing
    changes: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    worth: Worth | None
    is_base: bool = False

    @property
    def candidate(self) -> Candidate:
        """The network with its runs."""
        return self.standing.candidate

    @property
    def name(self) -> str:
        """The network's name."""
        return self.candidate.name

    @property
    def records(self) -> tuple[Record, ...]:
        """One run a seed."""
        return self.candidate.records

    @property
    def faces(self) -> int:
        """Validation faces."""
        return len(self.candidate.correct)

    @property
    def verdict(self) -> Verdict:
        """The verdict of most runs; of the first run where two are equally frequent."""
        return max(self.verdicts, key=self.verdicts.count)

    def told_verdict(self, texts: Texts) -> str:
        """The verdict in words, with the share of runs that it holds for if not for all."""
        return f"{texts.name_of(self.verdict)}{self.agreeing(texts)}"

    def agreeing(self, texts: Texts) -> str:
        """In how many of its runs a network has its verdict, to be set behind a word: nothing where it has in all."""
        agreeing, runs = self.verdicts.count(self.verdict), len(self.verdicts)
        return "" if agreeing == runs else texts.tell("agreeing", agreeing=agreeing, runs=runs)

    @property
    def typical(self) -> Record:
        """The first run with the verdict: whose curve a sentence tells."""
        return self.records[self.verdicts.index(self.verdict)]

    @property
    def typical_gap(self) -> float:
        """Clean train accuracy less validation accuracy, mean over the runs with the verdict."""
        pairs = zip(self.records, self.verdicts, strict=True)
        return float(np.mean([record.scores.gap for record, verdict in pairs if verdict is self.verdict]))

    @property
    def train_accuracy(self) -> float:
        """Clean train accuracy, mean over the seeds."""
        return float(np.mean([record.scores.train_accuracy for record in self.records]))

    @property
    def gap(self) -> float:
        """Clean train accuracy less validation accuracy, mean over the seeds."""
        return float(np.mean([record.scores.gap for record in self.records]))

    @property
    def machines(self) -> tuple[tuple[str, str], ...]:
        """Device and precision of its runs, each pair once: what makes figures and times alike."""
        return tuple(dict.fromkeys(map(_machine, self.records)))

    @property
    def seconds(self) -> float:
        """Duration of a training, mean over the seeds that were trained as the first one was."""
        first = self.machines[0]
        return float(np.mean([record.seconds for record in self.records if _machine(record) == first]))

    @property
    def multiply_adds(self) -> int:
        """What one face costs."""
        return self.records[0].multiply_adds


def read_stage(outcome: StageOutcome, texts: Texts = ENGLISH) -> tuple[Reading, ...]:
    """Every finished network of a stage, in the order of its standings; its changes are named in the language."""
    worths = _worths(outcome)
    changes = _changes(outcome, texts)
    base = outcome.base.fingerprint if outcome.base else None
    return tuple(
        Reading(
            standing=standing,
            changes=changes.get(standing.candidate.name, ()),
            verdicts=tuple(verdict_of(record) for record in standing.candidate.records),
            worth=worths.get(standing.candidate.name),
            is_base=standing.candidate.recipe.fingerprint == base,
        )
        for standing in outcome.standings
    )


def _worths(outcome: StageOutcome) -> dict[str, Worth]:
    """What each variant is worth over the base, once that is finished."""
    candidates = {standing.candidate.name: standing.candidate for standing in outcome.standings}
    base = candidates.get(outcome.base.name) if outcome.base else None
    if base is None:
        return {}
    return {
        standing.candidate.name: Worth(
            base=base.name,
            difference=standing.candidate.accuracy - base.accuracy,
            p_value=standing.p_value,
        )
        for standing in rank(list(candidates.values()), base)
        if standing.p_value is not None
    }


def _machine(record: Record) -> tuple[str, str]:
    return record.machine.device, record.machine.precision


def _changes(outcome: StageOutcome, texts: Texts) -> dict[str, tuple[str, ...]]:
    """The same as `Stage.changes`, in words; of an architecture that is given whole, its fields."""
    return {
        name: tuple(
            _in_words(part, given, texts)
            for field, value in changes.items()
            for part, given in (value.items() if field == "architecture" else [(field, value)])
        )
        for name, changes in outcome.stage.changes(outcome.base.name if outcome.base else "").items()
    }


def _in_words(field: str, value: object, texts: Texts) -> str:
    word = texts.name_of(field.rpartition(".")[2].replace("_", " "))
    if value is True or isinstance(value, dict):
        return word
    if value is None or value is False:
        return texts.tell("change.without", field=word)
    if isinstance(value, list):  # channels of stages; sides of sizes with their shares
        return f"{word} {'-'.join(str(one[0] if isinstance(one, list) else one) for one in value)}"
    return f"{word} {texts.name_of(value) if isinstance(value, str) else value}"
