"""`mimika final`: a study's winner, or one run, on the test split."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimika.cli.json_text import as_json_text
from mimika.cli.options import AsJson, Data, Language, NoFaces, Validation

if TYPE_CHECKING:
    from mimika.record import SealedResult


def final(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A finished study's folder, or a finished run's.")],
    data: Data,
    validation: Validation = None,
    again: Annotated[
        bool, typer.Option("--again", help="Open the test split once more; the result counts it.")
    ] = False,
    no_faces: NoFaces = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Open the test split, once, for a study's winner or a single run.

    The result is sealed into its folder, and into a study's page; a second opening is refused unless asked for. A look
    at a run in a study's folder is one of the study's. --no-faces and --language are for a study's page.
    """
    from mimika.errors import require, require_networks
    from mimika.study.study import STUDY, study_of

    require_networks("judging on the test split")
    study = study_of(folder)
    of_study = (study / STUDY).is_file()
    if of_study:
        require("matplotlib", "figures", "the page of a study")  # before the split is opened: it is opened once

    from mimika.cli.progress import opened, say
    from mimika.final import open_test
    from mimika.language import speaking
    from mimika.report import write_report

    texts = speaking(language)  # before the test split is opened: a mistake here must not count as an opening
    stored = opened(data, validation)
    result = open_test(folder, stored, again=again)
    page = write_report(study, faces=not no_faces, texts=texts) if of_study else None
    if as_json:
        print(as_json_text(result.model_dump(mode="json")))
    else:
        print("\n".join(_lines(result, folder)))
    if page is not None:
        say(f"On the page: {page}")


def _lines(result: "SealedResult", folder: Path) -> list[str]:
    from mimika.emotions import EMOTIONS
    from mimika.metrics import by_recall
    from mimika.record import SEALED
    from mimika.wording import interval, percent

    times = len(result.opened)
    of = f" of {result.first_network}" if result.first_network != result.network else ""
    accuracy = result.first_accuracy
    first = "what the first gave is lost" if accuracy is None else f"the first gave {percent(accuracy)}{of}"
    opening = "for the first time" if times == 1 else f"{times} times by now ({first})"
    weakest = by_recall(result.recall, dict(zip(EMOTIONS, map(sum, result.confusion), strict=True)))[:2]
    told = ", ".join(f"{emotion} {100 * result.recall[emotion]:.0f} %" for emotion in weakest)
    twinless = (
        f" · {percent(result.accuracy_without_twins)} without the {result.twins:,} faces that have an identical twin in"
        " train"
        if result.twins
        else ""
    )
    return [
        f"{result.network} on the test split, opened {opening}:",
        f"  {percent(result.accuracy)} (95 %: {interval(result.interval)}, n = {result.faces:,}){twinless}",
        *([f"  weakest: {told}"] if told else []),
        *_elsewhere(result),
        f"  sealed in {folder / SEALED}",
    ]


def _elsewhere(result: "SealedResult") -> list[str]:
    from mimika.wording import counted

    if not result.elsewhere:
        return []
    times = counted(result.elsewhere, "time")
    return [f"  for other studies and runs the same stored test faces were opened before: {times}"]
