"""Where a report's figures come from: the test split, and the command, machine and versions behind the runs."""

import shlex
from collections.abc import Iterable, Sequence

from mimika.emotions import EMOTIONS
from mimika.record import Record, SealedResult
from mimika.report import caveats, tables
from mimika.report.blocks import Block, Entries, Paragraph, Section
from mimika.report.reading import Reading
from mimika.study.ledger import LEDGER
from mimika.study.study import StudyRun


def the_test_split(sealed: SealedResult | None, chosen: Reading | None, folder: str, call: str) -> Section:
    """The test split: sealed, or what it said when it was opened, and how often; `call` made the study."""
    blocks: list[Block] = []
    if sealed is None:
        blocks.append(Paragraph(text=caveats.still_sealed(folder, call)))
    else:
        counts = dict(zip(EMOTIONS, (sum(row) for row in sealed.confusion), strict=True))
        blocks += [
            Paragraph(text=caveats.opened(sealed, chosen)),
            tables.emotion_table(counts, sealed.recall),
            tables.confusion_table(sealed.confusion),
        ]
    return Section(anchor="test", title="The test split", blocks=blocks)


def made(folder: str, run: StudyRun, runs: Sequence[tuple[str, Record]]) -> Section:
    """How the study was made: everything that is needed to make it again, and its runs."""
    facts = [
        ("Command", f"`{run.call or _call(folder, run)}`"),
        ("Seeds", ", ".join(map(str, run.study.seeds))),
        ("Data", run.data or "not described"),
        ("Data checksum", f"`{run.checksum}`"),
    ]
    records = [record for _, record in runs]
    if records:
        data, machines = records[0].data, [record.machine for record in records]
        facts += [
            ("Faces", f"{data.train:,} to train, {data.validation:,} to validate"),
            ("Trained", caveats.total(records)),
            ("Commit", _distinct(machine.commit or "not known" for machine in machines)),
            ("Device", _distinct(f"{one.device}, {one.threads} threads, {one.precision}" for one in machines)),
            ("System", _distinct(f"{one.system}, Python {one.python}" for one in machines)),
            (
                "Versions",
                _distinct(
                    ", ".join(f"{package} {version}" for package, version in one.versions.items()) for one in machines
                ),
            ),
        ]
    facts.append(("Ledger", f"`{LEDGER}`: every run with its epochs; all figures here are computed from it"))
    blocks: list[Block] = [Entries(entries=facts, compact=True)]
    if records:
        blocks.append(tables.runs_table(runs))
    return Section(anchor="made", title="How it was made", blocks=blocks)


def _call(folder: str, run: StudyRun) -> str:
    """The command of a study that does not say its own: a name, and the seeds where they follow one another."""
    seeds = run.study.seeds
    in_turn = len(seeds) > 1 and seeds == tuple(range(seeds[0], seeds[0] + len(seeds)))
    words = ["mimika", "study", "run", run.study.name, "--data", "DATA", "--out", folder]
    return shlex.join([*words, "--seeds", str(len(seeds))] if in_turn else words)


def _distinct(texts: Iterable[str]) -> str:
    """Each different text once, in the order of the runs."""
    return "; ".join(dict.fromkeys(texts))
