"""The options that several commands share, each described once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    str, typer.Option("--data", metavar="DATA", help="A stored data set, any copy of FER2013, or the word drawn.")
]
Validation = Annotated[
    float | None,
    typer.Option(
        "--validation", metavar="SHARE", help="Cut a validation split off train, where the copy has none: 0.1."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output, and nothing else there.")]
NoFaces = Annotated[bool, typer.Option("--no-faces", help="Show no face on the page, so that it may be published.")]
RunFolder = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", file_okay=False, help="A folder; the same command continues what stands there."
    ),
]


class Tracker(StrEnum):
    """Where runs are mirrored to."""

    WANDB = "wandb"
    NONE = "none"


Tracked = Annotated[
    Tracker,
    typer.Option(
        "--tracker",
        metavar="wandb|none",
        help="Mirror runs to W&B: online with a login, otherwise offline into the run's folder.",
    ),
]
