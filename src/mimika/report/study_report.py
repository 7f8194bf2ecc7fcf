"""A study's report, section by section, in the order in which it is read."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mimika.data.known import TRAIN_FACES, VALIDATION_FACES, is_official
from mimika.emotions import EMOTIONS
from mimika.errors import require
from mimika.metrics import confusion
from mimika.record import CLEAN_SAMPLE
from mimika.report import caveats, judgement, pictures, sentences, tables
from mimika.report.blocks import Block, Entries, Paragraph, Report, Section
from mimika.report.findings import Findings
from mimika.report.provenance import made, the_test_split
from mimika.report.reading import Reading
from mimika.report.reference import FIGURES, Difference, Figure, choice, compared, figure_for, pooled_spread
from mimika.study.choose import first_without_twins
from mimika.study.study import RUNS, run_folder

_OTHERS: Final = frozenset({"chosen", "cost", "reference", "certainty", "test", "made"})
"""The anchors of the sections that are no stage's."""


def study_report(findings: Findings, *, faces: bool) -> Report:
    """The whole report in the language of the findings; without `faces` it shows no face of the data.

    Raises:
        ExtraMissing: when matplotlib is not installed.
    """
    require("matplotlib", "figures", "the page with its pictures")
    chosen = findings.chosen
    sections = [_stage(findings, position) for position in range(len(findings.outcomes))]
    if chosen:
        sections += [_chosen(findings, chosen, faces=faces), _cost(findings)]
        sections += _reference(findings)
        sections.append(_certainty(findings, chosen))
    folder = findings.folder.resolve().name
    sections.append(the_test_split(findings.sealed, chosen, folder, findings.run, findings.texts))
    runs = [(name, record) for _, name, record in findings.runs]
    told = [record for network in findings.networks for record in network.records]
    told = told or [record for stage, _, record in findings.runs if stage]
    sections.append(made(folder, findings.run, runs, told, findings.texts))
    return Report(
        subject=_subject(findings),
        finding=_finding(findings, chosen),
        opening=_opening(findings, chosen),
        sections=sections,
    )


def _subject(findings: Findings) -> str:
    texts = findings.texts
    about = [texts.tell("subject", study=findings.run.study.name), texts.described(findings.run.data)]
    if findings.records:
        about.append(f"{max(record.finished for record in findings.records):%Y-%m-%d}")
    return " · ".join(filter(None, about))


def _finding(findings: Findings, chosen: Reading | None) -> str:
    texts, networks, wanted = findings.texts, len(findings.networks), len(findings.run.study.seeds)
    if chosen is None:
        return sentences.begun(sum(one.seeds for one in findings.unfinished), wanted, texts)
    if not findings.complete:
        return sentences.so_far(chosen.candidate, networks, wanted, texts)
    ties = [one.candidate.name for one in findings.standings if one.ties]
    return sentences.finding(chosen.candidate, networks, ties, findings.better, texts)


def _opening(findings: Findings, chosen: Reading | None) -> list[Block]:
    blocks: list[Block] = []
    if not findings.complete:
        blocks.append(Paragraph(text=_unfinished(findings)))
    if chosen is None:
        return blocks
    told = sentences.opening(findings.study, chosen.records[0].data, chosen, findings.texts)
    won = [(one, one.winner) for one in findings.outcomes if one.winner]
    if len(won) > 1:
        reference = [FIGURES[name].validation if (name := choice(one)) else None for one, _ in won]
        told += f" {sentences.path([winner.accuracy for _, winner in won], reference, findings.texts)}"
    blocks.append(Paragraph(text=told))
    blocks.append(pictures.drawn(pictures.path_figure(findings.outcomes, findings.stages, findings.texts)))
    return blocks


def _unfinished(findings: Findings) -> str:
    texts, seeds = findings.texts, findings.run.study.seeds
    missing = [
        texts.tell("unfinished.network", name=one.name, stage=texts.name_of(one.stage))
        if len(seeds) == 1
        else texts.tell(
            "unfinished.network.seeds",
            name=one.name,
            stage=texts.name_of(one.stage),
            done=one.seeds,
            seeds=len(seeds),
        )
        for one in findings.unfinished
    ]
    begun = {one.stage.name for one in findings.under_way}
    later = [texts.name_of(stage.name) for stage in findings.run.study.stages if stage.name not in begun]
    parts = [texts.tell("unfinished.missing", networks=missing)] if missing else []
    if later:
        parts.append(texts.tell("unfinished.later", stages=later))
    told = texts.tell("unfinished", parts="; ".join(parts))
    if findings.study == findings.run.study:
        return told
    even = list(map(str, findings.study.seeds))
    return told + (
        texts.tell("unfinished.even.one", seed=even[0]) if len(even) == 1 else texts.tell("unfinished.even", seeds=even)
    )


def _stage(findings: Findings, position: int) -> Section:
    outcome, readings, texts = findings.outcomes[position], findings.stages[position], findings.texts
    following, next_stage, next_question = findings.following(position)
    blocks: list[Block] = []
    if outcome.base:
        blocks.append(Paragraph(text=sentences.base(outcome.base, outcome.ranked_base, texts)))
    if outcome.same:
        blocks.append(Paragraph(text=sentences.same(outcome.same, texts)))
    if readings:
        winner = readings[0]
        blocks += [
            tables.ranking(readings, outcome.missing, texts),
            *pictures.trainings(readings, texts),
            Entries(
                entries=[
                    (
                        f"`{reading.name}`",
                        texts.tell(
                            "stage.entry",
                            evidence=sentences.evidence(reading, texts),
                            analysis=sentences.analysis(reading, texts),
                            decision=texts.tell("decision.none")
                            if outcome.missing
                            else sentences.decision(reading, winner, following, next_stage, texts),
                        ),
                    )
                    for reading in readings
                ]
            ),
        ]
    handed_on = sentences.handing_on(readings[0], following, next_stage, next_question, texts) if readings else ""
    concluded = sentences.conclusion(readings, outcome.missing, handed_on, texts)
    blocks.append(Paragraph(text=texts.tell("stage.conclusion", conclusion=concluded)))
    stage, question = outcome.stage.name, texts.name_of(outcome.stage.question)
    title = texts.tell("stage.title", stage=stage, question=question)
    return Section(anchor=anchor_of(stage), title=title, blocks=blocks)


def anchor_of(stage: str) -> str:
    """Where a stage stands on the page: its name, unless another section has that."""
    return f"stage-{stage}" if stage in _OTHERS else stage


def _chosen(findings: Findings, chosen: Reading, *, faces: bool) -> Section:
    record, texts = chosen.candidate.best, findings.texts
    predictions = findings.ledger.predictions(record)
    table = confusion(predictions.emotions, predictions.answers)
    confidence = float(predictions.probabilities.astype(np.float64).max(axis=1).mean())
    confused, recalled, reliable, pairs = pictures.judging(predictions, texts)
    labelled, answered = (dict(zip(EMOTIONS, table.sum(axis=axis).tolist(), strict=True)) for axis in (1, 0))
    sheet = pictures.mistakes(findings.folder / RUNS / run_folder(record.recipe), texts) if faces else None
    seeds = (
        texts.tell("chosen.seeds", seed=record.recipe.seed, accuracy=record.scores.validation_accuracy)
        if len(chosen.records) > 1
        else ""
    )
    blocks: list[Block | None] = [
        Paragraph(text=judgement.chosen(chosen, findings.networks, texts) + seeds),
        pictures.drawing(record.recipe, texts),
        Paragraph(text=judgement.emotions(record.scores, labelled, answered, texts)),
        recalled,
        tables.emotion_table(labelled, record.scores.recall, record.scores.precision, answered, texts=texts),
        confused,
        tables.confusion_table(table, texts),
        Paragraph(text=judgement.confusions(table, texts)),
        pairs,
        Paragraph(
            text=judgement.calibration(
                record.scores.calibration_error, confidence, record.scores.validation_accuracy, texts
            )
        ),
        reliable,
        sheet,
    ]
    return Section(
        anchor="chosen",
        title=texts.tell("chosen.title") if findings.has_winner else texts.tell("chosen.title.leads"),
        blocks=[block for block in blocks if block],
    )


def _cost(findings: Findings) -> Section:
    return Section(
        anchor="cost",
        title=findings.texts.tell("cost.title"),
        blocks=[
            Paragraph(text=judgement.cost(findings.networks, findings.texts)),
            pictures.drawn(pictures.cost_figure(findings.networks, findings.standings, findings.texts)),
        ],
    )


def _reference(findings: Findings) -> list[Section]:
    """The networks that the reference has, too, trained on the same faces; no section where there is none."""
    texts, known = findings.texts, beside_the_reference(findings.networks)
    if not known:
        return []
    apart = [caveats.apart(*one, texts) for one in known if one[2].differs]
    blocks: list[Block] = [
        Paragraph(text=texts.tell("reference", train=TRAIN_FACES, validation=VALIDATION_FACES)),
        tables.reference_table(known, texts),
        Paragraph(text=caveats.agreement([difference for _, _, difference in known], texts)),
    ]
    if apart:
        blocks.append(Entries(entries=apart))
    seeds = texts.tell("reference.seeds") if len(findings.study.seeds) > 1 else texts.tell("reference.seeds.one")
    blocks.append(Paragraph(text=texts.tell("reference.caveat", seeds=seeds, sample=CLEAN_SAMPLE), note=True))
    return [Section(anchor="reference", title=texts.tell("reference.title"), blocks=blocks)]


def beside_the_reference(networks: Sequence[Reading]) -> list[tuple[Reading, Figure, Difference]]:
    """The networks for which the reference has a figure on the same faces, with it and how ours differs."""
    spread = pooled_spread([reading.candidate for reading in networks])
    return [
        (reading, figure, compared(reading.candidate, figure, spread))
        for reading in networks
        if is_official(reading.records[0].data) and (figure := figure_for(reading.candidate.recipe))
    ]


def _certainty(findings: Findings, chosen: Reading) -> Section:
    texts = findings.texts
    turned = [
        (outcome.stage.name, outcome.candidates[0].name, other)
        for outcome in findings.outcomes
        if outcome.winner and (other := first_without_twins(outcome.candidates))
    ]
    told = [
        caveats.certainty(chosen, texts),
        caveats.seeds(findings.networks, texts),
        caveats.machines(findings.networks, texts),
        caveats.commits(findings.networks, texts),
        caveats.times(findings.networks, texts),
        caveats.twins(chosen, turned, texts),
        caveats.overtaken(chosen, findings.better, texts),
        caveats.limits(
            findings.networks,
            official=is_official(chosen.records[0].data),
            test=findings.run.test_faces != 0,
            texts=texts,
        ),
    ]
    return Section(
        anchor="certainty", title=texts.tell("certainty.title"), blocks=[Paragraph(text=text) for text in told if text]
    )
