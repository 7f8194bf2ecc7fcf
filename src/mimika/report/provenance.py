"""Where a report's figures come from: the test split, and the command, machine and versions behind the runs."""

import shlex
from collections.abc import Collection, Iterable, Sequence

from mimika.emotions import EMOTIONS
from mimika.language import ENGLISH, Texts
from mimika.record import Record, SealedResult
from mimika.report import tables
from mimika.report.blocks import Block, Entries, Paragraph, Section
from mimika.report.reading import Reading
from mimika.study.ledger import LEDGER
from mimika.study.study import StudyRun
from mimika.wording import signed


def the_test_split(
    sealed: SealedResult | None, chosen: Reading | None, folder: str, run: StudyRun, texts: Texts = ENGLISH
) -> Section:
    """The test split: sealed, or what it said when it was opened, and how often; or that there is none."""
    blocks: list[Block] = []
    if sealed is None:
        none = texts.tell("sealed.none") if chosen else texts.tell("sealed.none.yet")
        told = none if run.test_faces == 0 else still_sealed(folder, run.call, texts)
        blocks.append(Paragraph(text=told))
    else:
        counts = dict(zip(EMOTIONS, (sum(row) for row in sealed.confusion), strict=True))
        blocks += [
            Paragraph(text=opened(sealed, chosen, texts)),
            tables.emotion_table(counts, sealed.recall, texts=texts),
            tables.confusion_table(sealed.confusion, texts),
        ]
    return Section(anchor="test", title=texts.tell("test.title"), blocks=blocks)


def made(
    folder: str,
    run: StudyRun,
    runs: Sequence[tuple[str, Record]],
    told: Collection[Record],
    texts: Texts = ENGLISH,
) -> Section:
    """How the study was made: everything that is needed to make it again, and the runs of the ledger by network.

    `told`: those whose faces, machines, versions and times are named; the others are only listed.
    """
    facts = [
        (texts.tell("made.command"), f"`{_speaking(run.call or _call(folder, run), texts)}`"),
        (texts.tell("made.seeds"), ", ".join(map(str, run.study.seeds))),
        (texts.tell("made.data"), texts.described(run.data) or texts.tell("made.data.none")),
        (texts.tell("made.checksum"), f"`{run.checksum}`"),
    ]
    keys = {record.key for record in told}
    records = [record for _, record in runs if record.key in keys]
    if records:
        data, machines = records[0].data, [record.machine for record in records]
        facts += [
            (
                texts.tell("made.faces"),
                texts.tell("made.faces.counts", train=data.train, validation=data.validation),
            ),
            (texts.tell("made.trained"), total(records, texts)),
            (
                texts.tell("made.commit"),
                _distinct(machine.commit or texts.tell("made.commit.none") for machine in machines),
            ),
            (
                texts.tell("made.device"),
                _distinct(
                    texts.tell("made.device.threads", device=one.device, threads=one.threads, precision=one.precision)
                    for one in machines
                ),
            ),
            (texts.tell("made.system"), _distinct(f"{one.system}, Python {one.python}" for one in machines)),
            (
                texts.tell("made.versions"),
                _distinct(
                    ", ".join(f"{package} {version}" for package, version in one.versions.items()) for one in machines
                ),
            ),
        ]
    facts.append((texts.tell("made.ledger"), texts.tell("made.ledger.is", file=LEDGER)))
    blocks: list[Block] = [Entries(entries=facts, compact=True)]
    if runs:
        blocks.append(tables.runs_table(runs, len(runs) - len(records), texts))
    return Section(anchor="made", title=texts.tell("made.title"), blocks=blocks)


def still_sealed(folder: str, call: str = "", texts: Texts = ENGLISH) -> str:
    """That nobody has seen the test split yet; `call` made the study, and faces cut there are cut here as well."""
    command, made = ["mimika", "final", folder, "--data", "DATA"], shlex.split(call)
    if "--validation" in made:
        command += ["--validation", made[made.index("--validation") + 1]]
    return texts.tell("sealed", command=_speaking(shlex.join(command), texts))


def opened(sealed: SealedResult, chosen: Reading | None, texts: Texts = ENGLISH) -> str:
    """What the test split said, when, and how often it was asked."""
    first, last, times = sealed.opened[0], sealed.opened[-1], len(sealed.opened)
    twinless = (
        texts.tell("opened.twins", accuracy=sealed.accuracy_without_twins, twins=sealed.twins) if sealed.twins else ""
    )
    told = [
        texts.tell("opened.once", first=first)
        if times == 1
        else texts.tell("opened.again", times=times, first=first, last=last)
    ]
    if times > 1 and sealed.first_accuracy is not None:
        alone = "opened.first.elsewhere" if sealed.elsewhere else "opened.first"
        told.append(texts.tell(alone, name=sealed.first_network, accuracy=sealed.first_accuracy))
    told.append(
        texts.tell(
            "opened",
            name=sealed.network,
            accuracy=sealed.accuracy,
            faces=sealed.faces,
            interval=sealed.interval,
            twins=twinless,
            macro_f1=sealed.macro_f1,
            error=sealed.calibration_error,
        )
    )
    if chosen is not None and all(record.key != sealed.key for record in chosen.records):
        told.append(texts.tell("opened.other", name=chosen.name))
    elif chosen is not None:
        run = next(record for record in chosen.records if record.key == sealed.key)
        difference = sealed.accuracy - run.scores.validation_accuracy
        if signed(difference) == "0.0":
            told.append(texts.tell("opened.same"))
        elif difference > 0:
            told.append(texts.tell("opened.more", difference=difference))
        else:
            told.append(texts.tell("opened.less", difference=difference))
    if sealed.elsewhere:
        told.append(texts.tell("opened.elsewhere", times=sealed.elsewhere))
    return " ".join(told)


def total(records: Sequence[Record], texts: Texts = ENGLISH) -> str:
    """How much was trained in all, and when it was finished."""
    first, last = min(one.finished for one in records), max(one.finished for one in records)
    runs, seconds = len(records), sum(record.seconds for record in records)
    if first.date() == last.date():
        return texts.tell("made.trained.day", runs=runs, seconds=seconds, first=first)
    return texts.tell("made.trained.days", runs=runs, seconds=seconds, first=first, last=last)


def _speaking(command: str, texts: Texts) -> str:
    """A command that writes the page, so that it writes it in the page's language: no study remembers that."""
    return command if texts is ENGLISH else f"{command} --language {texts.code}"


def _call(folder: str, run: StudyRun) -> str:
    """The command of a study that does not say its own: a name, and the seeds where they follow one another."""
    seeds = run.study.seeds
    in_turn = len(seeds) > 1 and seeds == tuple(range(seeds[0], seeds[0] + len(seeds)))
    words = ["mimika", "study", "run", run.study.name, "--data", "DATA", "--out", folder]
    return shlex.join([*words, "--seeds", str(len(seeds))] if in_turn else words)


def _distinct(texts: Iterable[str]) -> str:
    """Each different text once, in the order of the runs."""
    return "; ".join(dict.fromkeys(texts))
