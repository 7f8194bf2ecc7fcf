"""Lessons: fixed views of each training face, and the answers that a student is to give to them."""

from dataclasses import dataclass, replace
from typing import Final

import torch
from torch import Tensor

from mimika.recipe import Augmentation
from mimika.training.augment import Moves, draw_moves
from mimika.training.randomness import stream

VIEWS_SEED: Final = 0
"""Views are the same for every ensemble and every student, so that answers may be compared."""


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Views and answers on the device on which a student learns.

    Attributes:
        moves: how each view of each training face is made; leading shape (views, n).
        answers: float (views, n, 7).
        mirrored: whether each answer is the one to its view's mirror image as well.
    """

    moves: Moves
    answers: Tensor
    mirrored: bool = False

    def draw(self, places: Tensor) -> tuple[Moves, Tensor]:
        """For each face, by its place, one of its views, perhaps mirrored, and the answer: moves, and float (n, 7).

        Draws from torch's default random stream of the places' device.
        """
        views = torch.randint(len(self.answers), places.shape, device=places.device)
        moves = self.moves.at(views, places)
        if self.mirrored:
            moves = moves.mirrored(torch.rand(places.shape, device=places.device) < 0.5)
        return moves, self.answers[views, places]

    def to(self, device: torch.device | str) -> "Lessons":
        """The same lessons on another device."""
        return replace(self, moves=self.moves.to(device), answers=self.answers.to(device))


def draw_views(n: int, how: Augmentation, views: int) -> Moves:
    """The fixed views of n training faces, with leading shape (views, n): the same in every call, on any device."""
    generator = torch.Generator().manual_seed(stream(VIEWS_SEED, 0, "views"))
    drawn = [draw_moves(n, how, generator=generator) for _ in range(views)]
    return Moves(*map(torch.stack, zip(*drawn, strict=True)))
