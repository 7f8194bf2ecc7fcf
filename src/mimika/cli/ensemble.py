"""`mimika ensemble`: several networks answering together, and what they teach a student."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimika.cli.json_text import as_json_text
from mimika.cli.options import AsJson, Data, Validation

if TYPE_CHECKING:
    from mimika.training.ensemble import Ensemble, Member


def ensemble(
    *,
    checkpoints: Annotated[
        list[Path],
        typer.Argument(
            metavar="CHECKPOINT...",
            help="Runs' folders, studies', whose winners are meant, or .safetensors files; two or more.",
        ),
    ],
    data: Data,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", dir_okay=False, help="Write the soft targets that `train --teachers` takes."
        ),
    ] = None,
    student: Annotated[
        str, typer.Option("--student", metavar="NAME_OR_TOML", help="The recipe that is to learn from --out.")
    ] = "distil",
    validation: Validation = None,
    as_json: AsJson = False,
) -> None:
    """Judge several networks together.

    Their probabilities are averaged. With --out, they also answer fixed views of each training face: these answers are
    what a recipe with distillation learns from.
    """
    from mimika.errors import RunError, require_training

    require_training("an ensemble")
    if len(checkpoints) < 2:
        raise RunError("An ensemble takes two checkpoints or more, and one was given.")

    from mimika.cli.progress import opened, say
    from mimika.data.store import require_splits
    from mimika.recipes import read_recipe
    from mimika.study.study import run_at
    from mimika.training.checkpoint import check_faces, find_checkpoint, load_network
    from mimika.training.ensemble import judge_ensemble
    from mimika.training.scoring import device_here
    from mimika.training.teachers import require_lessons, teach

    described = read_recipe(student)
    if out is not None:
        require_lessons(described)
        out.parent.mkdir(parents=True, exist_ok=True)
    found = [find_checkpoint(run_at(checkpoint)) for checkpoint in checkpoints]
    loaded = [load_network(weights) for weights in found]
    networks, cards = [network for network, _ in loaded], [card for _, card in loaded]
    stored = opened(data, validation)
    require_splits(stored)
    for weights, card in zip(found, cards, strict=True):
        check_faces(weights, card, stored)
    device = device_here()
    judged = judge_ensemble(networks, [card.recipe for card in cards], stored.faces, device)
    if as_json:
        from dataclasses import asdict

        print(as_json_text(asdict(judged)), flush=True)
    else:
        print("\n".join(_lines(judged)), flush=True)
    if out is not None:
        names = [member.name for member in judged.members]
        answers = teach(networks, names, stored.faces, described, device)
        answers.save(out)
        views, faces, _ = answers.probabilities.shape
        mirrored = " and their mirror images" if answers.card.mirrored else ""
        say(f"{out}: their answers to {views} views{mirrored} of each of {faces:,} training faces")


def _lines(judged: "Ensemble") -> list[str]:
    from mimika.wording import magnitude, percent

    def row(member: "Member") -> str:
        figures = (member.one_view, member.with_flip)
        return (
            f"  {member.name:<{width}}{magnitude(member.parameters):>12}{magnitude(member.multiply_adds):>15}"
            + "".join(f"{percent(figure.all):>11} ({percent(figure.without_twins)})" for figure in figures)
        )

    width = max(len(member.name) for member in (*judged.members, judged.together))
    return [
        f"  {'':<{width}}{'parameters':>12}{'multiply-adds':>15}{'one view':>20}{'with flip':>20}",
        *map(row, (*judged.members, judged.together)),
        f"  on {judged.faces:,} validation faces; in brackets without the {judged.twins:,} that have a twin in train",
    ]
