"""`mimika predict`: the expressions on pictures, and of the faces in an unlabelled CSV."""

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from mimika.cli.options import AsJson


def predict(
    *,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Pictures, folders of them with their subfolders, - for one on standard input; or one CSV of faces "
            "without labels, as the competition's test.csv; or one video file, or a camera's number.",
        ),
    ],
    network: Annotated[
        str | None,
        typer.Option(
            "--network",
            metavar="NAME_OR_FILE",
            help="What `mimika export` wrote, or the name of the network that comes with mimika. Default: that one.",
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            metavar="SHARE",
            help="From 0 to 1; an answer whose probability lies below it is unsure. Default: the network's own.",
        ),
    ] = None,
    detector: Annotated[
        str,
        typer.Option(
            "--detector",
            metavar="NAME_OR_FILE",
            help="What finds the faces: haar; yunet, or the path of its file; auto, which is yunet where its file is "
            "and haar elsewhere; or none, which takes each picture as a face, cut out already.",
        ),
    ] = "auto",
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            metavar="FILE",
            dir_okay=False,
            help="Write one row per face, with all seven probabilities; a picture without faces has none. "
            "Of a CSV of faces every row has one, empty where its pixels cannot be read.",
        ),
    ] = None,
    draw: Annotated[
        Path | None,
        typer.Option(
            "--draw",
            metavar="DIR",
            file_okay=False,
            help="A folder for each picture, or the video, with its faces marked.",
        ),
    ] = None,
    explain: Annotated[
        Path | None,
        typer.Option(
            "--explain",
            metavar="DIR",
            file_okay=False,
            help="A folder for a picture of each face in which the regions that its answer depends on are colored.",
        ),
    ] = None,
    every: Annotated[
        float | None,
        typer.Option("--every", metavar="SECONDS", help="Of a video, look at one frame every so many seconds."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say which expression each face on pictures shows.

    Pictures without a face and damaged ones in a folder are told and counted; the others go on. The exit status is 2
    where nothing of a SOURCE could be read: a file that is no picture, a folder without any. With --json, standard
    output holds one list, one entry per picture (or row of a CSV) on a line of its own.

    A video or a camera is answered frame by frame, each person with a number, raw and smoothed over half a second; the
    CSV has one row per face and frame, --json prints one object per frame and line, --draw a video. Ctrl-C ends it, and
    what was written stays. A program that is killed leaves the rows in the hidden .FILE.part.
    """
    import mimika
    from mimika.cli.pictures import check_not_replaced, predict_pictures
    from mimika.cli.progress import say
    from mimika.cli.rows import predict_rows
    from mimika.cli.video import predict_video
    from mimika.errors import PictureError
    from mimika.predict.pictures import name_of
    from mimika.predict.sources import Kind, find_pictures, kind_of

    kinds = {source: kind_of(source) for source in sources}
    alone = next((source for source in sources if kinds[source] in (Kind.TABLE, Kind.VIDEO, Kind.CAMERA)), None)
    if alone is not None and len(sources) > 1:
        what = "a CSV of faces" if kinds[alone] is Kind.TABLE else f"a {kinds[alone].name.lower()}"
        raise PictureError(f"{name_of(alone)}: {what}, which is taken alone, not beside other sources.")
    if every is not None and (alone is None or kinds[alone] is Kind.TABLE):
        raise PictureError("--every is for a video or a camera, and none was named. Leave it out.")
    if explain is not None and alone is not None:
        raise PictureError("--explain is for pictures, and none was named. Leave it out.")
    load = partial(mimika.load, network, threads=os.cpu_count() or 1, threshold=threshold)
    if alone is None:
        found = find_pictures(sources, apart=[folder for folder in (draw, explain) if folder])
        check_not_replaced(csv, draw, explain, found)
        for line in found.refusals:
            say(line)
        served: set[int] = set()
        if found.entries:
            served = predict_pictures(found, load(detector), csv=csv, draw=draw, explain=explain, as_json=as_json)
        elif as_json:
            print("[]")
        is_done = len(served) == len(sources)
    elif kinds[alone] is Kind.TABLE:
        is_done = predict_rows(Path(alone), load, detector, csv, draw, as_json=as_json)
    else:
        source = int(alone) if kinds[alone] is Kind.CAMERA else alone
        predict_video(source, partial(load, detector), csv, draw, every_seconds=every, as_json=as_json)
        is_done = True
    if not is_done:
        raise typer.Exit(2)
