"""Faces on a device, as uint8, in batches, and as what networks take: no workers, no image at a time. No Lightning."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import torch
from torch import Tensor

from mimika.data.faces import Faces
from mimika.data.prepare import prepare
from mimika.training.randomness import order


class Batch(NamedTuple):
    """Some of a split's faces.

    Attributes:
        pixels: uint8 (n, 1, 48, 48).
        emotions: int64 (n,).
        places: int64 (n,), which of the split's faces each is, from 0.
    """

    pixels: Tensor
    emotions: Tensor
    places: Tensor


EVALUATION_BATCH: Final = 256
"""Faces at a time where nothing is learned from them: more does not go faster on two cores."""


def as_tensors(faces: Faces, device: torch.device | str = "cpu") -> Batch:
    """All the faces, copied to a device."""
    return Batch(
        pixels=torch.from_numpy(faces.pixels.copy()).unsqueeze(1).to(device),
        emotions=torch.from_numpy(faces.emotions.astype("int64")).to(device),
        places=torch.arange(len(faces), device=device),
    )


def as_input(pixels: Tensor) -> Tensor:
    """Pixels uint8 (n, 1, 48, 48) as what networks take: prepared floats, channels last."""
    return prepare(pixels.float()).contiguous(memory_format=torch.channels_last)


class Batches:
    """Batches of faces that live on one device, as Lightning takes them in a loader's place.

    With a seed, in a new order every epoch; without, all faces in their own order. With several processes, each takes
    its share of every batch, so the batch size is that of the recipe.

    Args:
        faces: all of them, on the device.
        batch_size: faces in a batch, over all processes.
        seed: of the orders; None: the faces' own order.
        rank: which of the processes this is, from 0.
        world: how many processes there are.
    """

    def __init__(
        self, faces: Batch, batch_size: int, *, seed: int | None = None, rank: int = 0, world: int = 1
    ) -> None:
        self._faces = faces
        self._size = batch_size
        self._seed = seed
        self._epoch = 0
        self._rank = rank
        self._world = world

    def set_epoch(self, epoch: int) -> None:
        """Which epoch's order to take from the next iteration on."""
        self._epoch = epoch

    def __len__(self) -> int:
        # In training, a last batch of one face would have no batch statistics, and every process needs its share.
        least = 1 if self._seed is None else max(2, self._world)
        return len(self._faces.places) // self._size + (len(self._faces.places) % self._size >= least)

    def __iter__(self) -> Iterator[Batch]:
        n = len(self._faces.places)
        indices = torch.arange(n) if self._seed is None else order(n, self._seed, self._epoch)
        indices = indices.to(self._faces.pixels.device)
        for start in range(0, len(self) * self._size, self._size):
            chosen = indices[start : min(start + self._size, n)][self._rank :: self._world]
            yield Batch(*(values[chosen] for values in self._faces))
