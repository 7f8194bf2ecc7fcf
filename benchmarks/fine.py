"""What is each means of a recipe worth, and each that nobody has measured on FER2013? One training a call.

python benchmarks/fine.py train TRICK --data fer2013.csv [--recipe large] [--seed 42] [--set epochs=100] [--out fine]
python benchmarks/fine.py compare [--out fine]     # every trick against `none`, seed by seed

The same call continues a training. A difference of less than a point wants five seeds on either side. What is new is
built around the library's own training; what brings something belongs into it, the rest stays here with its figure in
docs/log.md.
"""

import argparse
import csv
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, stdev
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.lr_scheduler import LambdaLR

from mimika.cli.training import read_changes
from mimika.data.faces import Faces
from mimika.data.prepare import prepare
from mimika.data.store import open_data
from mimika.recipes import read_recipe
from mimika.record import Record
from mimika.training import train as training
from mimika.training.averaging import MovingAverage
from mimika.training.batches import Batch, as_input
from mimika.training.task import FaceTask, Tally, learning_rate_factor

SHARP = 0.05
"""SAM: how far the weights climb before the gradient is taken, as the paper has it for CIFAR."""

AVERAGED_FROM = 0.75
"""SWA: the share of the training after which weights are averaged, at a constant learning rate."""

VOTES_WEIGHT = 0.3
"""FER+: weight of the second head's loss beside the first's."""


class Sharpness(FaceTask):
    """SAM: the gradient from the highest point nearby (Foret et al. 2021, https://arxiv.org/abs/2010.01412)."""

    def optimizer_step(self, epoch, batch_idx, optimizer, optimizer_closure=None) -> None:
        """Climb, look, climb down, step."""

        def look() -> Any:
            # Both looks draw the same moves and the same dropout.
            with torch.random.fork_rng():
                loss = optimizer_closure()
            weights = [weight for weight in self.network.parameters() if weight.grad is not None]
            norm = nn.utils.get_total_norm([weight.grad for weight in weights]) + 1e-12
            with torch.no_grad():
                climbed = [weight.grad * (SHARP / norm) for weight in weights]
                torch._foreach_add_(weights, climbed)
            # What Lightning's closure does before it goes backward is to forget the gradient. The epoch's figures are
            # those of the first look; batch norm's statistics see both.
            kept, self.learned = self.learned, Tally()
            optimizer_closure()
            self.learned = kept
            with torch.no_grad():
                torch._foreach_sub_(weights, climbed)
            return loss

        optimizer.step(closure=look)


class Plateau(FaceTask):
    """SWA's learning rate: linear to a fifth, then constant (Izmailov et al. 2018, https://arxiv.org/abs/1803.05407).

    Unlike there, batch norm's statistics are averaged as the weights are, not taken again from the training faces.
    """

    def configure_optimizers(self):
        """The recipe's optimizer with the other schedule."""
        configured = super().configure_optimizers()
        steps = int(self.trainer.estimated_stepping_batches)

        def factor(step: int) -> float:
            least = 0.2 if step >= self.recipe.warmup * steps else 0.0
            return max(least, learning_rate_factor(self.recipe, step, steps))

        configured["lr_scheduler"]["scheduler"] = LambdaLR(configured["optimizer"], factor)
        return configured


class EqualAverage(MovingAverage):
    """SWA's average: every step of the last quarter weighs the same."""

    def __init__(self, decay: float, every: int) -> None:
        super().__init__(decay, every)
        self._first = 0

    def on_train_start(self, trainer, pl_module) -> None:
        """Know when the last quarter begins."""
        self._first = round(AVERAGED_FROM * int(trainer.estimated_stepping_batches))
        super().on_train_start(trainer, pl_module)

    def _average(self, averaged, current, _) -> None:
        since = self._updates - self._first // self._every
        if averaged[0].is_floating_point():
            torch._foreach_lerp_(list(averaged), list(current), 1.0 if since <= 0 else 1 / (since + 1))
        else:
            super()._average(averaged, current, _)


class Whitening(FaceTask):
    """The stem begins as what whitens patches of training faces, and stays so with `sgd` (as in CIFAR airbench)."""

    def on_fit_start(self) -> None:
        """Set as many filters as patches have directions, twice with either sign, and keep them."""
        super().on_fit_start()
        stem = self.network.features.stem
        side, half = stem.kernel_size[0], stem.kernel_size[0] ** 2
        faces = as_input(next(iter(self.trainer.datamodule.train_dataloader())).pixels)
        patches = functional.unfold(faces, side).transpose(1, 2).reshape(-1, half)
        values, vectors = torch.linalg.eigh(patches.T.cov())
        filters = (vectors / (values + 1e-2).sqrt()).T.reshape(half, 1, side, side)
        kept = min(2 * half, stem.out_channels)
        with torch.no_grad():
            stem.weight[:kept] = torch.cat([filters, -filters])[:kept]
        # Their gradient is what weight decay will add, with the other sign.
        still = -self.recipe.weight_decay * stem.weight[:kept].detach().clone()
        stem.weight.register_hook(lambda gradient: torch.cat([still.to(gradient), gradient[kept:]]))


def trivial(faces: Tensor) -> Tensor:
    """One operation of TrivialAugment a face, its strength at random (Müller & Hutter 2021, https://arxiv.org/abs/2103.10158).

    Of its operations those that gray faces (n, 1, h, w) can have, prepared, and among them none at all: sharpness as a
    blur or its opposite, posterizing and solarizing within the face's own range.
    """
    n, device = len(faces), faces.device
    drawn, strength = torch.randint(13, (n,), device=device), torch.rand(n, device=device) * 2 - 1
    still = torch.eye(2, 3, device=device).repeat(n, 1, 1)
    angle = strength * math.radians(45)
    turned = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], 1).reshape(n, 2, 2)
    moves = still.clone()
    moves[:, :, :2] = torch.where((drawn == 0)[:, None, None], turned, moves[:, :, :2])
    for operation, (row, column) in {1: (0, 1), 2: (1, 0), 3: (0, 2), 4: (1, 2)}.items():
        moves[:, row, column] += torch.where(drawn == operation, strength * 0.6, 0.0)
    with torch.autocast(device.type, enabled=False):  # a grid in bf16 would be off by a tenth of a pixel
        grid = functional.affine_grid(moves, list(faces.shape), align_corners=False)
    found = functional.grid_sample(faces, grid, padding_mode="border", align_corners=False)
    low, high = found.amin(dim=(1, 2, 3), keepdim=True), found.amax(dim=(1, 2, 3), keepdim=True)
    blurred = functional.avg_pool2d(functional.pad(found, (1, 1, 1, 1), mode="replicate"), 3, 1)
    far, spread = strength[:, None, None, None], (high - low).clamp(min=1e-3)
    levels = (2 ** (2 + 6 * far.abs())).round()
    changed = {
        5: found + far * 0.5 * spread,
        6: (found - found.mean(dim=(1, 2, 3), keepdim=True)) * (1 + 0.9 * far)
        + found.mean(dim=(1, 2, 3), keepdim=True),
        7: found + (found - blurred) * 2 * far,
        8: torch.where(found > low + spread * far.abs(), high + low - found, found),
        9: ((found - low) / spread * levels).round() / levels * spread + low,
        10: prepare(255 * (found - low) / spread),  # contrast as high as it goes
        11: prepare(255 * _ranks(found)),
    }
    for operation, faces_then in changed.items():
        found = torch.where((drawn == operation)[:, None, None, None], faces_then, found)
    return found


def _ranks(faces: Tensor) -> Tensor:
    """Each pixel's share of its face's pixels that are no brighter, as equalizing takes it: float (n, 1, h, w)."""
    flat = faces.flatten(1).contiguous()
    return (torch.searchsorted(flat.sort(dim=1).values, flat, right=True) / flat.shape[1]).reshape(faces.shape)


class Trivial(FaceTask):
    """TrivialAugment after the recipe's own moves, which TrivialAugment's papers call flip and crop."""

    def _lesson(self, batch: Batch) -> tuple[Tensor, Tensor]:
        faces, targets = super()._lesson(batch)
        return trivial(faces), targets


class Votes(FaceTask):
    """A second head that learns FER+'s votes, which are extra annotation (Barsoum et al. 2016).

    https://arxiv.org/abs/1608.01041
    """

    table: Tensor
    """Float (n, 10): for each training face the share of the votes of each answer; zeros where there are none."""

    def __init__(self, recipe, lessons=None) -> None:
        super().__init__(recipe, lessons)
        self.second = nn.Linear(self.network.linear.in_features, self.table.shape[1])

    def on_fit_start(self) -> None:
        """Take the votes to where the network is."""
        super().on_fit_start()
        type(self).table = self.table.to(self.device)

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:
        """The recipe's loss and that of the votes, from the same look at the faces."""
        seen: list[Tensor] = []
        with self.network.dropout.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0])):
            loss = super().training_step(batch, batch_index)
        votes = self.table[batch.places]
        told = -(votes * self.second(seen[0]).float().log_softmax(dim=1)).sum(dim=1).mean()
        return loss + VOTES_WEIGHT * told

    def configure_optimizers(self):
        """The second head learns as the first's weights do."""
        configured = super().configure_optimizers()
        # Not to Muon's matrices: a bias is none.
        first = next(group for group in configured["optimizer"].param_groups if not group.get("matrices"))
        first["params"] += list(self.second.parameters())
        return configured


@dataclass(frozen=True, kw_only=True)
class Trick:
    """What a trick changes about a training."""

    task: type[FaceTask] = FaceTask
    average: type[MovingAverage] = MovingAverage
    changes: Mapping[str, Any] = field(default_factory=dict)


TRICKS: Mapping[str, Trick] = {
    "none": Trick(),
    "sam": Trick(task=Sharpness),
    "swa": Trick(task=Plateau, average=EqualAverage, changes={"ema_every": 1}),
    "muon": Trick(changes={"optimizer": "muon", "learning_rate": 0.02, "weight_decay": 0.015}),
    "whitening": Trick(task=Whitening),
    "trivial": Trick(
        task=Trivial,
        changes={"augmentation.rotation_degrees": 0.0, "augmentation.brightness": 0.0, "augmentation.contrast": 0.0},
    ),
    "votes": Trick(task=Votes),
    # What the recipes have, left out one at a time, or put in another's place.
    "no_ema": Trick(changes={"ema_decay": None}),
    "no_smoothing": Trick(changes={"label_smoothing": 0.0}),
    "no_decay": Trick(changes={"weight_decay": 0.0}),
    "no_attention": Trick(changes={"architecture.attention": False}),
    "no_dropout": Trick(changes={"architecture.dropout": 0.0}),
    "no_erasing": Trick(changes={"augmentation.erasing": 0.0}),
    "no_light": Trick(changes={"augmentation.brightness": 0.0, "augmentation.contrast": 0.0}),
    "no_moves": Trick(
        changes={"augmentation.rotation_degrees": 0.0, "augmentation.shift": 0.0, "augmentation.scale": 0.0}
    ),
    "no_growing": Trick(changes={"sizes": []}),
    "mixup": Trick(changes={"mixup": 0.2}),
    "cosine": Trick(changes={"schedule": "cosine"}),
    "adam": Trick(changes={"optimizer": "adam", "learning_rate": 1e-3, "weight_decay": 0.05}),
}


def votes_of(faces: Faces, path: Path) -> Tensor:
    """Float (n, 10): the votes in fer2013new.csv for the training faces, by their row in fer2013.csv."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    numbers = faces.of("train").rows
    if numbers.max() > len(rows) or any(rows[number - 1][0] != "Training" for number in numbers):
        sys.exit(f"{path}: its rows are not those of these faces. Votes go with a CSV in the order of fer2013.csv.")
    table = torch.tensor([[float(count) for count in rows[number - 1][2:]] for number in numbers])
    return table / table.sum(dim=1, keepdim=True).clamp(min=1)


def run(options: argparse.Namespace) -> None:
    trick = TRICKS[options.trick]
    recipe = read_recipe(options.recipe).changed(read_changes(options.changes))
    recipe = recipe.changed({**trick.changes, "seed": options.seed, "name": options.trick})
    faces = open_data(options.data).faces
    if trick.task is Votes:
        Votes.table = votes_of(faces, options.votes)
    folder = options.out / f"{options.trick}-{options.seed}"
    with patch.object(training, "FaceTask", trick.task), patch.object(training, "MovingAverage", trick.average):
        record = training.train(recipe, faces, folder)
    print(f"{folder}: {told(record)}, {record.seconds:,.0f} s on {record.machine.device}")


def told(record: Record) -> str:
    accuracies = [
        record.scores.validation_accuracy,
        *([record.scores.flipped.accuracy] if record.scores.flipped else []),
    ]
    return " · ".join(f"{100 * accuracy:.2f} %" for accuracy in accuracies)


def compare(out: Path) -> None:
    records = {path.parent.name: Record.load(path) for path in sorted(out.glob("*/record.json"))}
    if not records:
        sys.exit(f"{out}: no records of trained tricks there.")
    print(f"PublicTest, one view, less the same seed's without; n = {next(iter(records.values())).data.validation:,}")
    for key, one in records.items():
        name = key.split("-")[0]
        without = records.get(f"none-{one.recipe.seed}", one)
        fitting = [without.recipe.changed(TRICKS[name].changes).fingerprint]
        if name == "muon":  # it was a trick outside the recipe before it came into the library
            fitting.append(without.recipe.fingerprint)
        if without.data.checksum != one.data.checksum or one.recipe.fingerprint not in fitting:
            sys.exit(f"{out / key}: differs from none-{one.recipe.seed} in more than {name}; not to be compared.")
    for name in TRICKS:
        with_it = {
            one.recipe.seed: one.scores.validation_accuracy for key, one in records.items() if key.split("-")[0] == name
        }
        paired = {seed: accuracy for seed, accuracy in with_it.items() if f"none-{seed}" in records}
        differences = [
            100 * (accuracy - records[f"none-{seed}"].scores.validation_accuracy) for seed, accuracy in paired.items()
        ]
        if differences:
            error = f" ± {stdev(differences) / math.sqrt(len(differences)):.2f}" if len(differences) > 1 else ""
            average = 100 * mean(paired.values())
            print(f"  {name:<10}{average:6.2f} %   {mean(differences):+.2f}{error} points   {len(differences)} seeds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "compare"))
    parser.add_argument("trick", nargs="?", choices=TRICKS, default="none")
    parser.add_argument("--data", default="drawn")
    parser.add_argument("--recipe", default="large")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--set", dest="changes", action="append", default=[])
    parser.add_argument("--votes", type=Path, default=Path("fer2013new.csv"))
    parser.add_argument("--out", type=Path, default=Path("fine"))
    options = parser.parse_args()
    if options.what == "compare":
        compare(options.out)
    else:
        run(options)


if __name__ == "__main__":
    main()
