"""The options that several commands share, each described once."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mimika.data.store import Provenance

Data = Annotated[
    str, typer.Option("--data", metavar="DATA", help="A stored data set, any copy of FER2013, or the word drawn.")
]
Validation = Annotated[
    float | None,
    typer.Option(
        "--validation",
        metavar="SHARE",
        help="Share of train to hold out for validation where the copy has no such split: 0.1, say.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output, and nothing else there.")]
NoFaces = Annotated[bool, typer.Option("--no-faces", help="Show no face on the page, so that it may be published.")]
Language = Annotated[
    str,
    typer.Option("--language", metavar="en|ka", help="Write the page and report.md in English or in Georgian."),
]
Entity = Annotated[str | None, typer.Option("--entity", metavar="NAME", help="The W&B user or team.")]
Changed = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="Change a field of the recipe (docs/recipe.md): --set epochs=5; may be repeated.",
    ),
]
RunFolder = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", file_okay=False, help="A folder; the same command continues what stands there."
    ),
]


class Tracker(StrEnum):
    """Where runs are mirrored to, and whether the faces of their worst mistakes go with them, drawn or not."""

    WANDB = "wandb"
    WANDB_WITH_FACES = "wandb+faces"
    NONE = "none"


Tracked = Annotated[
    Tracker,
    typer.Option(
        "--tracker",
        metavar="wandb|wandb+faces|none",
        help="Mirror runs to W&B: online with a login, otherwise offline into DIR/wandb. Faces go with them where they "
        "are drawn, or with wandb+faces.",
    ),
]


def may_be_shown(tracker: Tracker, provenance: "Provenance") -> bool:
    """Whether faces may go to W&B: those of nobody, or those that the user says may."""
    return tracker is Tracker.WANDB_WITH_FACES or provenance.form == "drawn"
