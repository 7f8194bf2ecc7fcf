"""`mimika data`: import a copy of FER2013, draw faces, summarise a data set."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimika.cli.options import AsJson

if TYPE_CHECKING:
    from mimika.data.store import Stored

app = typer.Typer(help="Import a copy of FER2013, draw faces, summarise a data set.", no_args_is_help=True)


def _share(value: float) -> float:
    if not 0 <= value < 1:
        raise typer.BadParameter(f"{value:g} is no share from 0 to below 1.")
    return value


@app.command("import")
def import_(
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE", help="A CSV, a folder of images, parquet, or an archive of these.")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder to store it in. Default: the cache, by source.")
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave bad rows and images out and record which.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Recognise the form of SOURCE, check every face, store it, and say which known copy it is."""
    from mimika.cli.progress import reading
    from mimika.data.store import cache_folder, import_data

    with reading(source.name) as progress:
        stored = import_data(source, out or cache_folder(source), skip_bad=skip_bad, progress=progress)
    _tell(stored, as_json=as_json)


@app.command()
def draw(
    *,
    faces: Annotated[int, typer.Option(min=10, help="How many, in all three splits together.")] = 7000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same faces.")] = 0,
    label_noise: Annotated[
        float, typer.Option(callback=_share, help="The share of the training faces that carries a wrong label.")
    ] = 0.0,
    copies: Annotated[
        float, typer.Option(callback=_share, help="The share of all faces that is a copy of another one.")
    ] = 0.0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder to store them in. Default: the cache.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw faces from action units: a data set that needs no download."""
    from mimika.data.store import draw_data

    _tell(draw_data(faces, seed=seed, label_noise=label_noise, copies=copies, out=out), as_json=as_json)


@app.command()
def summary(
    data: Annotated[str, typer.Argument(metavar="DATA", help="A stored data set, any importable source, or `drawn`.")],
    figures: Annotated[Path | None, typer.Option(metavar="DIR", help="A folder for four pictures of the data.")] = None,
    as_json: AsJson = False,
) -> None:
    """Count faces per split and emotion, measure gray levels, and draw both."""
    from mimika.cli.progress import opened
    from mimika.data.summary import headline, remarks, summarise, table

    stored = opened(data)
    if figures is not None:
        _draw_figures(stored, figures)
    numbers = summarise(stored)
    if as_json:
        typer.echo(numbers.model_dump_json(indent=2))
        return
    lines = [*headline(stored.provenance), *(f"  {remark}" for remark in remarks(stored.provenance))]
    typer.echo("\n".join([*lines, "", *table(numbers)]))


def _draw_figures(stored: "Stored", folder: Path) -> None:
    from mimika.errors import require

    require("matplotlib", "figures", "drawing")
    from mimika.figures.data import distribution, face_sheet, gray_levels, mean_faces
    from mimika.figures.style import save

    folder.mkdir(parents=True, exist_ok=True)
    pictures = {"distribution": distribution(stored.provenance.counts)}
    if len(stored.faces):
        pictures["faces"] = face_sheet(stored.faces)
        pictures["mean_faces"] = mean_faces(stored.faces)
        pictures["gray_levels"] = gray_levels(stored.faces)
    for name, figure in pictures.items():
        save(figure, folder / f"{name}.png")
    typer.echo(f"{', '.join(f'{name}.png' for name in pictures)} in {folder}", err=True)


def _tell(stored: "Stored", *, as_json: bool) -> None:
    from mimika.data.summary import headline, remarks

    if as_json:
        tree = {"path": str(stored.path), **stored.provenance.model_dump(mode="json")}
        typer.echo(json.dumps(tree, indent=2, ensure_ascii=False))
        return
    lines = [*headline(stored.provenance), *(f"  {remark}" for remark in remarks(stored.provenance))]
    typer.echo("\n".join([*lines, f"stored in {stored.path}"]))
