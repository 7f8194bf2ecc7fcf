"""`mimika figures`: every picture of a run or of a study."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mimika.cli.options import AsJson, Validation


def figures(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A finished run's folder, or a study's.")],
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="DATA", help="The faces it was trained on, for the pictures that need them."),
    ] = None,
    validation: Validation = None,
    map_faces: Annotated[
        int,
        typer.Option(
            "--map-faces", metavar="N", min=1, help="Faces of each emotion for the map of where the network looks."
        ),
    ] = 12,
    no_faces: Annotated[
        bool, typer.Option("--no-faces", help="Make no picture that shows faces, so that all may be published.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Draw a run or a study into DIR/figures.

    The ledger, or the run's record, is enough for most pictures. Those of faces need --data, and the network's view of
    them its weights, too. What cannot be made is named with the reason.
    """
    from mimika.errors import RunError, require

    require("matplotlib", "figures", "drawing")

    from mimika.cli.album import Album, Sources, draw_run, draw_study, told
    from mimika.cli.progress import opened
    from mimika.record import RECORD, Record
    from mimika.report.findings import Findings
    from mimika.study.study import STUDY

    findings = record = None
    if (folder / STUDY).is_file():
        findings = Findings.load(folder)
        checksum, described = findings.run.checksum, findings.run.data
    elif (folder / RECORD).is_file():
        record = Record.load(folder / RECORD)
        checksum, described = record.data.checksum, record.data.description
    else:
        raise RunError(
            f"{folder}: neither a finished run ({RECORD}) nor a study ({STUDY}) is there; `mimika train` and "
            "`mimika study run` make them."
        )
    stored = None
    if data is not None:
        stored = opened(data, validation)
        if stored.faces.checksum != checksum:
            raise RunError(
                f"{folder}: trained on other faces ({described}, checksum {checksum[:8]}) than "
                f"{stored.provenance.source} has ({stored.faces.checksum[:8]}). Name the data set it was trained on."
            )
    album = Album(folder / "figures", faces=not no_faces)
    if findings is not None:
        draw_study(album, findings, stored, map_faces)
    elif record is not None:
        draw_run(album, record, Sources(folder=folder, stored=stored, map_faces=map_faces))
    if as_json:
        made = [{"name": name, "shows": title} for name, title in album.made]
        print(
            json.dumps(
                {"folder": str(album.folder), "made": made, "left_out": list(map(asdict, album.left_out))}, indent=2
            )
        )
    else:
        print("\n".join(told(album)))
