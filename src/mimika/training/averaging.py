"""The exponential moving average of a run's weights, which is what its recipe keeps where it asks for one."""

from collections.abc import Sequence

import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import WeightAveraging
from torch import Tensor

WARMUP = 10
"""The decay grows as (1 + updates) / (WARMUP + updates) until the recipe's is reached."""


class MovingAverage(WeightAveraging):
    """Lightning's weight averaging with a decay that grows, so that the first weights are soon forgotten.

    Averaging what a training passes through is Polyak & Juditsky's (1992, https://doi.org/10.1137/0330046). Lightning's
    own `EMAWeightAveraging` starts with the full decay: at 0.998 and an update every fourth step, the random weights of
    the start would still make up a third of the average after 2,000 steps. The growing decay is that of TensorFlow's
    ExponentialMovingAverage with `num_updates`.
    """

    def __init__(self, decay: float, every: int) -> None:
        super().__init__(multi_avg_fn=self._average)
        self._decay = decay
        self._every = every
        self._updates = 0

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        """Lay the average where the network will be: Lightning moves that there only after this."""
        self._device = trainer.strategy.root_device
        super().setup(trainer, pl_module, stage)

    def should_update(self, step_idx: int | None = None, epoch_idx: int | None = None) -> bool:
        """Whether this step, counted from 0, is one of those after which the average is updated."""
        if step_idx is None:
            return False
        # Derived from the step rather than counted, so that a continued run goes on where it was.
        self._updates, left = divmod(step_idx + 1, self._every)
        # Until the first of them every step is one: an epoch may be shorter, and random weights would be its average.
        return left == 0 or self._updates == 0

    def _average(self, averaged: Sequence[Tensor], current: Sequence[Tensor], _: Tensor | int) -> None:
        decay = min(self._decay, (1 + self._updates) / (WARMUP + self._updates))
        if averaged[0].is_floating_point():
            torch._foreach_lerp_(list(averaged), list(current), 1 - decay)
        else:  # a batch norm's count of batches
            for mean, now in zip(averaged, current, strict=True):
                mean.copy_(now)
