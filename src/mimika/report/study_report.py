"""A study's report, section by section, in the order in which it is read."""

import numpy as np

from mimika.emotions import EMOTIONS
from mimika.metrics import confusion
from mimika.report import caveats, judgement, pictures, sentences, tables
from mimika.report.blocks import Block, Entries, Paragraph, Report, Section
from mimika.report.findings import Findings
from mimika.report.leaderboard import staged_runs
from mimika.report.provenance import made, the_test_split
from mimika.report.reading import Reading
from mimika.report.reference import FIGURES, PATH, SOURCE, compared, figure_for, is_fer2013
from mimika.study.study import RUNS, run_folder
from mimika.wording import listed, percent


def study_report(findings: Findings, *, faces: bool) -> Report:
    """The whole report; without `faces` it shows no face of the data."""
    chosen = findings.chosen
    sections = [_stage(findings, position) for position in range(len(findings.outcomes))]
    if chosen:
        sections += [_chosen(findings, chosen, faces=faces), _cost(findings, chosen)]
        if is_fer2013(chosen.records[0].data):
            sections.append(_reference(findings))
        sections.append(_certainty(findings, chosen))
    folder = findings.folder.resolve().name
    sections.append(the_test_split(findings.sealed, chosen, folder, findings.run.call))
    runs = staged_runs(findings.run.study, findings.outcomes, findings.records)
    sections.append(made(folder, findings.run, [(name, record) for _, name, record in runs]))
    return Report(
        subject=_subject(findings),
        finding=_finding(findings, chosen),
        opening=_opening(findings, chosen),
        sections=sections,
    )


def _subject(findings: Findings) -> str:
    about = [f"The study *{findings.run.study.name}*", findings.run.data]
    if findings.records:
        about.append(f"{max(record.finished for record in findings.records):%Y-%m-%d}")
    return " · ".join(filter(None, about))


def _finding(findings: Findings, chosen: Reading | None) -> str:
    if chosen is None:
        return "No run of this study is finished yet"
    last = findings.stages[-1]
    ties = [reading.name for reading in last if reading.standing.ties]
    return sentences.finding(chosen, len(findings.networks), ties, findings.better, complete=findings.complete)


def _opening(findings: Findings, chosen: Reading | None) -> list[Block]:
    blocks: list[Block] = []
    if not findings.complete:
        blocks.append(Paragraph(text=_unfinished(findings)))
    if chosen is None:
        return blocks
    data = chosen.records[0].data
    winners = [one.winner.accuracy for one in findings.outcomes if one.winner]
    # Beside a path of other stages or other trainings the reference's would compare what cannot be compared.
    alike = is_fer2013(data) and all(
        any(figure_for(one.candidate.recipe) for one in stage) for stage in findings.stages if stage
    )
    reference = [FIGURES[name].validation for name in PATH[: len(winners)]] if alike else []
    told = sentences.opening(findings.run.study, data, chosen)
    if winners:
        told += f" {sentences.path(winners, reference)}"
    blocks.append(Paragraph(text=told))
    started = [(one, stage) for one, stage in zip(findings.outcomes, findings.stages, strict=True) if stage]
    blocks.append(pictures.path([one for one, _ in started], [stage for _, stage in started]))
    return blocks


def _unfinished(findings: Findings) -> str:
    first_wanted: dict[str, str] = {}
    for one in findings.outcomes:
        for name in one.missing:
            first_wanted.setdefault(name, one.stage.name)
    missing = [f"`{name}` ({stage})" for name, stage in first_wanted.items()]
    begun = {one.stage.name for one in findings.outcomes}
    later = [stage.name for stage in findings.run.study.stages if stage.name not in begun]
    parts = [f"missing: {listed(missing)}"] if missing else []
    if later:
        parts.append(f"not begun: {listed(later)}")
    return (
        f"**This study is not finished**; {'; '.join(parts)}. The command that started it goes on with it "
        "and trains nothing twice; everything below is preliminary."
    )


def _stage(findings: Findings, position: int) -> Section:
    outcome, readings = findings.outcomes[position], findings.stages[position]
    following, next_stage, next_question = findings.following(position)
    blocks: list[Block] = []
    if outcome.base:
        blocks.append(Paragraph(text=sentences.base(outcome.base, outcome.ranked_base)))
    if readings:
        winner = readings[0]
        blocks += [
            tables.ranking(readings, outcome.missing),
            pictures.curves(readings),
            Entries(
                entries=[
                    (
                        f"`{reading.name}`",
                        f"*Evidence:* {sentences.evidence(reading)} *Analysis:* {sentences.analysis(reading)} "
                        "*Decision:* "
                        + (
                            "none before the stage is finished."
                            if outcome.missing
                            else sentences.decision(reading, winner, following, next_stage)
                        ),
                    )
                    for reading in readings
                ]
            ),
        ]
    handed_on = sentences.handing_on(readings[0], following, next_stage, next_question) if readings else ""
    blocks.append(Paragraph(text=f"**Conclusion.** {sentences.conclusion(readings, outcome.missing, handed_on)}"))
    title = f"{outcome.stage.name.capitalize()}: {outcome.stage.question[:1].lower()}{outcome.stage.question[1:]}"
    return Section(anchor=outcome.stage.name, title=title, blocks=blocks)


def _chosen(findings: Findings, chosen: Reading, *, faces: bool) -> Section:
    record = chosen.best
    predictions = findings.ledger.predictions(record)
    table = confusion(predictions.emotions, predictions.probabilities.argmax(axis=1))
    confidence = float(predictions.probabilities.astype(np.float64).max(axis=1).mean())
    confused, recalled, reliable, pairs = pictures.judging(record, predictions)
    labelled, answered = (dict(zip(EMOTIONS, table.sum(axis=axis).tolist(), strict=True)) for axis in (1, 0))
    sheet = pictures.mistakes(findings.folder / RUNS / run_folder(record.recipe)) if faces else None
    seeds = (
        f" What follows is the best of its runs, that with seed {record.recipe.seed}: "
        f"{percent(record.scores.validation_accuracy)}."
        if len(chosen.records) > 1
        else ""
    )
    blocks: list[Block | None] = [
        Paragraph(text=judgement.chosen(chosen) + seeds),
        pictures.drawing(record.recipe.architecture),
        Paragraph(text=judgement.emotions(record.scores)),
        recalled,
        tables.emotion_table(labelled, record.scores.recall, record.scores.precision, answered),
        confused,
        tables.confusion_table(table),
        Paragraph(text=judgement.confusions(table)),
        pairs,
        Paragraph(
            text=judgement.calibration(record.scores.calibration_error, confidence, record.scores.validation_accuracy)
        ),
        reliable,
        sheet,
    ]
    return Section(
        anchor="chosen",
        title="The chosen network" if findings.complete else "The network that leads so far",
        blocks=[block for block in blocks if block],
    )


def _cost(findings: Findings, chosen: Reading) -> Section:
    return Section(
        anchor="cost",
        title="What it costs",
        blocks=[Paragraph(text=judgement.cost(findings.networks)), pictures.cost(findings.networks, chosen.name)],
    )


def _reference(findings: Findings) -> Section:
    known = [
        (reading, figure, compared(reading.candidate.accuracy, reading.faces, figure))
        for reading in findings.networks
        if (figure := figure_for(reading.candidate.recipe))
    ]
    apart = [caveats.apart(*one) for one in known if one[2].differs]
    blocks: list[Block] = [Paragraph(text=SOURCE), tables.reference_table(findings.stages)]
    blocks.append(Paragraph(text=caveats.agreement([difference for _, _, difference in known])))
    if apart:
        blocks.append(Entries(entries=apart))
    blocks.append(Paragraph(text=caveats.REFERENCE_CAVEAT, note=True))
    return Section(anchor="reference", title="Beside the reference", blocks=blocks)


def _certainty(findings: Findings, chosen: Reading) -> Section:
    turned = []
    for outcome, readings in zip(findings.outcomes, findings.stages, strict=True):
        if readings and not outcome.missing:
            other = max(readings, key=lambda one: one.candidate.accuracy_without_twins)
            if other.candidate.accuracy_without_twins > readings[0].candidate.accuracy_without_twins:
                turned.append((outcome.stage.name, readings[0].name, other.name))
    texts = [
        caveats.certainty(chosen),
        caveats.seeds(findings.networks),
        caveats.twins(chosen, turned),
        caveats.overtaken(chosen, findings.better),
        caveats.limits(len(findings.networks), official=is_fer2013(chosen.records[0].data)),
    ]
    return Section(
        anchor="certainty", title="How sure is this?", blocks=[Paragraph(text=text) for text in texts if text]
    )
