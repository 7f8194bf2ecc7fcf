"""One training as Lightning sees it: a step, a validation step, an optimizer with its schedule."""

import math
from collections.abc import Iterator
from typing import Any

import torch
from lightning.pytorch import LightningModule
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import SGD, AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR

from mimika.data.faces import SIDE
from mimika.emotions import EMOTIONS
from mimika.models.build import build
from mimika.recipe import Recipe
from mimika.training.augment import augment, erase, mix, moved
from mimika.training.batches import Batch, as_input
from mimika.training.lessons import Lessons
from mimika.training.muon import Muon

GRADIENT_NORM_EVERY = 8
"""Steps between two looks at the gradient: each costs a pass over all weights."""


class Tally:
    """Sums over an epoch, kept on the device so that no step waits for a copy to the CPU."""

    def __init__(self) -> None:
        self._sums: Tensor | None = None

    def add(self, *values: Tensor | float) -> None:
        """Add one batch's values to the sums."""
        device = next((value.device for value in values if isinstance(value, Tensor)), None)
        row = torch.stack(
            [
                value.detach().double()
                if isinstance(value, Tensor)
                else torch.full((), value, dtype=torch.float64, device=device)  # filled there: no copy to wait for
                for value in values
            ]
        )
        self._sums = row if self._sums is None else self._sums + row

    @property
    def sums(self) -> Tensor:
        """What has been added up."""
        if self._sums is None:
            raise RuntimeError("nothing has been tallied")
        return self._sums


class FaceTask(LightningModule):
    """A network that learns from batches of uint8 faces by a recipe, and from its teachers' lessons if it has any."""

    def __init__(self, recipe: Recipe, lessons: Lessons | None = None) -> None:
        super().__init__()
        self.recipe = recipe
        self._lessons = lessons
        self.network = build(recipe.architecture)
        self.learned = Tally()
        self.validated = Tally()
        self.gradients = Tally()

    def on_fit_start(self) -> None:
        """Take the lessons to where the network is, and set up this process; each device has one of its own."""
        torch.backends.cudnn.deterministic, torch.backends.cudnn.allow_tf32 = True, False
        if self.recipe.threads:
            torch.set_num_threads(self.recipe.threads)
        if self._lessons is not None:
            self._lessons = self._lessons.to(self.device)

    def on_train_epoch_start(self) -> None:
        """Forget the epoch before."""
        self.learned, self.validated, self.gradients = Tally(), Tally(), Tally()

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:
        """Mean cross entropy of a batch, augmented as the recipe says.

        With label smoothing: Szegedy et al. 2016, https://arxiv.org/abs/1512.00567.
        """
        self._looked_at = batch_index % GRADIENT_NORM_EVERY == 0
        faces, targets = self._lesson(batch)
        logits = self.network(faces)
        loss = functional.cross_entropy(logits, targets, label_smoothing=self.recipe.label_smoothing)
        n = len(batch.emotions)
        self.learned.add(loss.detach() * n, (logits.argmax(dim=1) == batch.emotions).sum(), n)
        return loss

    def _lesson(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """What the network is shown of a batch, and what it is to answer: emotions (n,) or distributions (n, 7)."""
        recipe, side = self.recipe, self.recipe.side_at(self.current_epoch) or SIDE
        faces, targets = as_input(batch.pixels), batch.emotions
        if self._lessons is not None and recipe.distillation is not None:
            moves, answers = self._lessons.draw(batch.places)
            faces = moved(faces, moves, side)
            if recipe.augmentation is not None and recipe.augmentation.erasing:
                faces = erase(faces, recipe.augmentation.erasing)
            targets = torch.lerp(_one_hot(targets), answers, recipe.distillation.share)
        elif recipe.augmentation is not None:
            faces = augment(faces, recipe.augmentation, side)
        elif side != faces.shape[-1]:
            faces = functional.interpolate(faces, size=side, mode="bilinear", antialias=True)
        if recipe.mixup:
            faces, targets = mix(faces, targets if targets.ndim == 2 else _one_hot(targets), recipe.mixup)
        return faces, targets

    def on_before_optimizer_step(self, optimizer: Optimizer) -> None:
        """Look at the size of the gradient now and then."""
        if self._looked_at:
            gradients = [weight.grad for weight in self.network.parameters() if weight.grad is not None]
            self.gradients.add(nn.utils.get_total_norm(gradients), 1)

    def validation_step(self, batch: Batch, batch_index: int) -> None:
        """Tally loss and hits of a batch, in 32 bits whatever the training's precision: as the run is judged."""
        with torch.autocast(self.device.type, enabled=False):
            logits = self.network(as_input(batch.pixels))
        loss = functional.cross_entropy(logits, batch.emotions, reduction="sum")
        self.validated.add(loss, (logits.argmax(dim=1) == batch.emotions).sum(), len(batch.emotions))

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        """The recipe's optimizer, with its learning rate scheduled by the step."""
        recipe = self.recipe
        groups: list[dict[str, Any]] = list(_weight_groups(self.network, recipe.weight_decay))
        optimizer: Optimizer
        if recipe.optimizer == "muon":
            optimizer = Muon(groups, recipe.learning_rate)
        elif recipe.optimizer == "sgd":
            # Nesterov as in Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html
            optimizer = SGD(groups, lr=recipe.learning_rate, momentum=0.9, nesterov=True, fused=True)
        else:
            # Without weight decay this is Adam (Kingma & Ba 2015, https://arxiv.org/abs/1412.6980); with it, the decay
            # is decoupled (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101).
            optimizer = AdamW(groups, lr=recipe.learning_rate, fused=True)
        steps = int(self.trainer.estimated_stepping_batches)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {
                "scheduler": LambdaLR(optimizer, lambda step: learning_rate_factor(recipe, step, steps)),
                "interval": "step",
            },
        }


def _one_hot(emotions: Tensor) -> Tensor:
    return functional.one_hot(emotions, len(EMOTIONS)).float()


def learning_rate_factor(recipe: Recipe, step: int, steps: int) -> float:
    """The share of the recipe's learning rate at a step: rising through the warm-up, then as the schedule says.

    The warm-up is that of Goyal et al. 2017, https://arxiv.org/abs/1706.02677, the cosine that of Loshchilov & Hutter
    2017, https://arxiv.org/abs/1608.03983, without restarts.
    """
    warm = recipe.warmup * steps
    if step < warm:
        return (step + 1) / (warm + 1)
    if recipe.schedule == "constant":
        return 1.0
    progress = min(1.0, (step - warm) / max(1.0, steps - warm))
    return 1 - progress if recipe.schedule == "linear" else 0.5 * (1 + math.cos(math.pi * progress))


def _weight_groups(network: nn.Module, weight_decay: float) -> Iterator[dict[str, Any]]:
    """Weights, which decay, and biases and norms, which do not."""
    weights = list(network.parameters())
    yield {"params": [weight for weight in weights if weight.ndim > 1], "weight_decay": weight_decay}
    yield {"params": [weight for weight in weights if weight.ndim <= 1], "weight_decay": 0.0}
