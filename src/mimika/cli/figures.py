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
    pdf: Annotated[bool, typer.Option("--pdf", help="PDF, as LaTeX takes it, in the place of SVG.")] = False,
    as_json: AsJson = False,
) -> None:
    """Draw a run or a study into DIR/figures.

    The ledger, or the run's record, is enough for most pictures. Those of faces need --data, and the network's view of
    them its weights, too. What cannot be made is named with the reason.
    """
    from mimika.errors import require

    require("matplotlib", "figures", "drawing")

    from mimika.cli.album import Album, Sources, draw_run, draw_study, told
    from mimika.cli.progress import opened
    from mimika.data.store import check_same_faces
    from mimika.record import Record
    from mimika.report.findings import Findings
    from mimika.study.study import is_study

    findings = record = None
    if is_study(folder):
        findings = Findings.load(folder)
        records = findings.records
    else:
        record = Record.load(folder)
        records = (record,)
    stored = None
    if data is not None:
        stored = opened(data, validation)
        for one in records[:1]:  # all of a study saw the same
            check_same_faces(stored, one.data, whose=folder)
    album = Album(folder / "figures", faces=not no_faces, pdf=pdf)
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
