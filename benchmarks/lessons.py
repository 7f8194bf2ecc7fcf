"""Has a student learned its teachers' function, or the views that they answered? Its distance from them on both.

python benchmarks/lessons.py --data fer2013.csv [--student RUN] [--teachers CHECKPOINT ...] [--faces 3000]

The Kullback-Leibler divergence of a student's answers from its teachers' on views that it has learned from, on fresh
views of the same training faces and on validation faces. What lies between the first two it has learned by heart, which
more views mend; what lies between the last two is what other faces bring; the rest it could not follow.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from mimika.cli.progress import opened
from mimika.recipe import Augmentation
from mimika.training.augment import Moves, draw_moves, moved
from mimika.training.batches import as_input, as_tensors
from mimika.training.checkpoint import check_faces, find_checkpoint, load_network
from mimika.training.lessons import draw_views

RESULTS = Path(__file__).parents[1] / "docs" / "results"
TEACHERS = (RESULTS / "small", *(RESULTS / "teachers" / "runs").glob("*/last.safetensors"))
LEFT_OUT = "kernel5"
BATCH = 256
FRESH_SEED = 1
"""Draws other views than those of lessons, which have seed 0."""


def asked(networks: Sequence[nn.Module], faces: Tensor, mirrored: bool = False) -> Tensor:
    """What networks answer together: float (n, 7); the mean with their answers to mirror images, where asked for."""
    looks = (faces, faces.flip(dims=(3,))) if mirrored else (faces,)
    with torch.inference_mode():
        answers = [
            torch.cat([network(batch).softmax(dim=1) for batch in look.split(BATCH)])
            for look in looks
            for network in networks
        ]
    return torch.stack(answers).mean(dim=0)


def divergence(theirs: Tensor, its: Tensor) -> float:
    """The mean Kullback-Leibler divergence, in nats, of `its` answers from `theirs`."""
    return float((theirs * (theirs.clamp_min(1e-8).log() - its.clamp_min(1e-8).log())).sum(dim=1).mean())


def learned_from(n: int, how: Augmentation) -> Moves:
    """The first of the views that a student of this augmentation learns from, of the first n faces."""
    views = draw_views(n, how, 1)
    return views.at(torch.zeros(n, dtype=torch.long), torch.arange(n))


def fresh(n: int, how: Augmentation) -> Moves:
    return draw_moves(n, how, generator=torch.Generator().manual_seed(FRESH_SEED))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--student", type=Path, default=RESULTS / "distil")
    default = [path for path in TEACHERS if LEFT_OUT not in str(path)]
    parser.add_argument("--teachers", nargs="+", type=Path, default=default)
    parser.add_argument("--faces", type=int, default=3000, help="at most so many training faces")
    options = parser.parse_args()
    student, card = load_network(find_checkpoint(options.student))
    networks = [load_network(find_checkpoint(path))[0] for path in options.teachers]
    distillation, how = card.recipe.distillation, card.recipe.augmentation
    if distillation is None or how is None:
        parser.error(f"{options.student} was not distilled.")
    stored = opened(options.data, None)
    check_faces(find_checkpoint(options.student), card, stored)
    faces = stored.faces
    train, validation = as_tensors(faces.of("train")), as_tensors(faces.of("validation"))
    learned, n = learned_from(len(train.pixels), how), min(options.faces, len(train.pixels))
    first = torch.arange(n)
    print(f"{'':37}{'divergence':>10}{'teachers':>10}{'student':>10}")
    for name, batch, moves in (
        (f"{n:,} training faces, a view learned", train, learned.at(first)),
        (f"{n:,} training faces, a fresh view", train, fresh(n, how)),
        (f"{len(validation.pixels):,} validation faces, a view", validation, fresh(len(validation.pixels), how)),
    ):
        count = len(moves.contrast)
        seen = moved(as_input(batch.pixels[:count]), moves)
        theirs, its = asked(networks, seen, distillation.mirrored), asked([student], seen)
        right = [100 * float((one.argmax(dim=1) == batch.emotions[:count]).float().mean()) for one in (theirs, its)]
        print(f"{name:37}{divergence(theirs, its):>10.4f}{right[0]:>9.1f}%{right[1]:>9.1f}%", flush=True)


if __name__ == "__main__":
    main()
