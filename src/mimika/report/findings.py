"""All that a report is made from, read from a study's folder once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from mimika.language import ENGLISH, Texts
from mimika.recipe import Recipe
from mimika.record import Record, SealedResult, run_key
from mimika.report.reading import Reading, read_stage
from mimika.study.choose import Standing, rank
from mimika.study.ledger import Ledger
from mimika.study.stages import Study
from mimika.study.study import StageOutcome, StudyRun, evenly_trained, is_complete, outcome, sealed_in


class Unfinished(NamedTuple):
    """A network that lacks seeds: the stage that wants it first, and how many of its seeds are finished."""

    name: str
    stage: str
    seeds: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Findings:
    """All that a report is made from: the study, its ledger, what both say of each stage, and the sealed result.

    Attributes:
        study: that of `run` as far as it is told: a complete study that is given more seeds is told by those it had
            until every network has the new ones.
        outcomes: its stages, read in `stages`.
        under_way: the stages of `run` with all its seeds; the same as `outcomes` but where `study` has fewer.
        texts: the language that all is to be told in.
    """

    folder: Path
    run: StudyRun
    study: Study
    ledger: Ledger
    outcomes: tuple[StageOutcome, ...]
    under_way: tuple[StageOutcome, ...]
    stages: tuple[tuple[Reading, ...], ...]
    sealed: SealedResult | None
    texts: Texts

    @classmethod
    def load(cls, folder: Path, texts: Texts = ENGLISH) -> "Findings":
        """Read a study's folder; raises `RunError` where it holds no study or a damaged one."""
        run = StudyRun.load(folder)
        ledger = Ledger.open(folder)
        study = evenly_trained(run.study, ledger, run.checksum)
        under_way = outcome(run.study, ledger, run.checksum)
        outcomes = under_way if study == run.study else outcome(study, ledger, run.checksum)
        return cls(
            folder=folder,
            run=run,
            study=study,
            ledger=ledger,
            outcomes=outcomes,
            under_way=under_way,
            stages=tuple(read_stage(one, texts) for one in outcomes),
            sealed=sealed_in(folder)[0],
            texts=texts,
        )

    @property
    def complete(self) -> bool:
        """Whether every network of every stage is finished, with every seed."""
        return self.study == self.run.study and is_complete(self.study, self.outcomes)

    @property
    def unfinished(self) -> tuple[Unfinished, ...]:
        """The networks that lack seeds, in the order of the study, as far as it can be laid out."""
        found: dict[str, Unfinished] = {}
        seeds, checksum = self.run.study.seeds, self.run.checksum
        for one in self.under_way:
            recipes = one.stage.recipes(one.base, self.study.recipe)
            for name in one.missing:
                runs = [self.ledger.find(recipes[name].seeded(seed), checksum) for seed in seeds]
                done = sum(run is not None for run in runs)
                found.setdefault(name, Unfinished(name=name, stage=one.stage.name, seeds=done))
        return tuple(found.values())

    @property
    def has_winner(self) -> bool:
        """Whether the study as it is told is finished, though it may have been given more seeds since."""
        return is_complete(self.study, self.outcomes)

    @property
    def chosen(self) -> Reading | None:
        """The winner of the last stage; in an unfinished study whatever leads so far, None before any is finished."""
        if self.has_winner:
            return self.stages[-1][0]
        return min(self.networks, key=lambda one: one.candidate.order, default=None)

    @property
    def records(self) -> tuple[Record, ...]:
        """The runs of the ledger on this study's faces."""
        return tuple(record for record in self.ledger.records if record.data.checksum == self.run.checksum)

    @cached_property
    def runs(self) -> list[tuple[str, str, Record]]:
        """Each run once as stage, network and record, in the order of the study; others last, without a stage.

        A network that is a candidate in several stages stands in the first.
        """
        left = {record.key: record for record in self.records}
        seeds = list(dict.fromkeys(record.recipe.seed for record in left.values()))
        found = []
        for one in (*self.outcomes, *self.under_way):
            for name, recipe in one.stage.recipes(one.base, self.study.recipe).items():
                for seed in seeds:
                    record = left.pop(run_key(recipe.seeded(seed), self.run.checksum), None)
                    if record is not None:
                        found.append((one.stage.name, name, record))
        return found + [("", record.name, record) for record in left.values()]

    @property
    def networks(self) -> tuple[Reading, ...]:
        """Every finished network once, as its first stage reads it, in the order of the study."""
        found: dict[str, Reading] = {}
        for reading in (one for stage in self.stages for one in stage):
            found.setdefault(reading.candidate.recipe.fingerprint, reading)
        return tuple(found.values())

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """All networks in the order of the rule, each tested against the chosen one, adjusted for all their pairs."""
        chosen = self.chosen
        if chosen is None:
            return ()
        candidates = [one.candidate for one in self.networks]
        key = chosen.candidate.recipe.fingerprint
        return rank(candidates, next(one for one in candidates if one.recipe.fingerprint == key))

    @property
    def better(self) -> Standing | None:
        """The network with the highest accuracy of all, if that is higher than the chosen one's."""
        chosen = self.chosen
        if chosen is None or self.standings[0].candidate.accuracy == chosen.candidate.accuracy:
            return None
        return self.standings[0]

    def following(self, position: int) -> tuple[Recipe | None, str | None, str]:
        """What comes after a stage: the base the next one starts from, its name and its question."""
        if position + 1 >= len(self.run.study.stages):
            return None, None, ""
        stage = self.run.study.stages[position + 1]
        known = self.outcomes[position + 1].base if position + 1 < len(self.outcomes) else None
        winner = self.outcomes[position].winner
        return known or (winner.recipe if winner else None), stage.name, stage.question
