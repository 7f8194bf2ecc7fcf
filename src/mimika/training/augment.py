"""Moving whole batches of faces at random, on the device they live on."""

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.distributions import Beta
from torch.nn import functional

from mimika.data.faces import SIDE
from mimika.data.prepare import STD
from mimika.recipe import Augmentation


class Moves(NamedTuple):
    """How each of n faces is moved and lit: drawn apart from the faces, so that the same views can be made again.

    Attributes:
        affine: float (..., 2, 3), for each pixel of the result where to look, as `affine_grid` takes it.
        contrast: float (...), the factor on each prepared face.
        brightness: float (...), what is then added to it.
    """

    affine: Tensor
    contrast: Tensor
    brightness: Tensor

    def at(self, *where: Tensor) -> "Moves":
        """The moves at some places, as indices into each leading dimension."""
        return Moves(*(part[where] for part in self))

    def mirrored(self, which: Tensor) -> "Moves":
        """The moves to the same pictures, of which those where `which`, bool (...), holds are mirror images."""
        rows = torch.where(which, -1.0, 1.0)[..., None].expand(self.affine.shape[:-1])
        columns = torch.stack([rows, *[torch.ones_like(rows)] * 2], dim=-1)
        return self._replace(affine=self.affine * columns)

    def to(self, device: torch.device | str) -> "Moves":
        """The same moves on another device."""
        return Moves(*(part.to(device) for part in self))


def draw_moves(
    n: int, how: Augmentation, device: torch.device | str = "cpu", generator: torch.Generator | None = None
) -> Moves:
    """Moves for n faces: flip, turn, shift, size and light, each face's on its own.

    Draws from `generator`, or from torch's default stream of the device. Erasing is no move: see `erase`.
    """

    def uniform(largest: float) -> Tensor:
        return (torch.rand(n, device=device, generator=generator) * 2 - 1) * largest

    angle = uniform(math.radians(how.rotation_degrees))
    size = 1 + uniform(how.scale)
    mirror = torch.ones_like(angle)
    if how.flip:
        mirror = torch.where(torch.rand(n, device=device, generator=generator) < 0.5, -1.0, 1.0)
    # The grid says for each pixel of the result where to look, so the face's own move is the inverse of this one.
    rows = (
        torch.stack([mirror * angle.cos() / size, -angle.sin() / size, 2 * uniform(how.shift)], dim=1),
        torch.stack([mirror * angle.sin() / size, angle.cos() / size, 2 * uniform(how.shift)], dim=1),
    )
    return Moves(
        affine=torch.stack(rows, dim=1),
        # Nothing is drawn for what a recipe does not ask for, so that new choices leave older recipes' figures alone.
        contrast=1 + uniform(how.contrast) if how.contrast else torch.ones_like(angle),
        brightness=uniform(how.brightness / STD) if how.brightness else torch.zeros_like(angle),
    )


def moved(faces: Tensor, moves: Moves, side: int = SIDE) -> Tensor:
    """Prepared faces, float (n, 1, h, w), moved and lit, at another size: float (n, 1, side, side).

    Where a face leaves the picture, its border is continued: a black frame would be a thing to learn.
    """
    with torch.autocast(faces.device.type, enabled=False):  # a grid in bf16 would be off by a tenth of a pixel
        grid = functional.affine_grid(moves.affine, [len(faces), 1, side, side], align_corners=False)
    found = functional.grid_sample(faces, grid, padding_mode="border", align_corners=False)
    return found * moves.contrast[:, None, None, None] + moves.brightness[:, None, None, None]


def augment(faces: Tensor, how: Augmentation, side: int = SIDE) -> Tensor:
    """Prepared faces, float (n, 1, h, w), each moved and lit on its own, some with a rectangle erased, at another size.

    Draws from torch's default random stream of the faces' device.

    Returns:
        Float (n, 1, side, side).
    """
    found = moved(faces, draw_moves(len(faces), how, faces.device), side)
    return erase(found, how.erasing) if how.erasing else found


def mix(faces: Tensor, targets: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """Mixup (Zhang et al. 2018, https://arxiv.org/abs/1710.09412): each face laid over another of the batch.

    One share for the batch, drawn from a beta distribution with both parameters `alpha`. The larger share is the
    face's own, so that an accuracy against its own label keeps a meaning.

    Args:
        faces: float (n, 1, h, w).
        targets: float (n, 7), a distribution over emotions for each face.
        alpha: greater than 0; the smaller, the less is mixed.

    Returns:
        Faces and targets, mixed in the same shares; shapes stay.
    """
    drawn = float(Beta(alpha, alpha).sample())
    share = max(drawn, 1 - drawn)
    others = torch.randperm(len(faces), device=faces.device)
    return torch.lerp(faces[others], faces, share), torch.lerp(targets[others], targets, share)


def erase(faces: Tensor, share: float) -> Tensor:
    """Random erasing (Zhong et al. 2020, https://arxiv.org/abs/1708.04896): a rectangle of noise in some of the faces.

    The rectangle covers 2 to 33 % of a face, is at most 3.3 times as long as wide, and keeps the batch's gray levels.
    """
    n, _, height, width = faces.shape
    device = faces.device
    area = torch.empty(n, device=device).uniform_(0.02, 0.33)
    aspect = torch.empty(n, device=device).uniform_(math.log(0.3), math.log(3.3)).exp()
    tall = (area * aspect).sqrt().clamp(max=1) * height
    wide = (area / aspect).sqrt().clamp(max=1) * width
    top = torch.rand(n, device=device) * (height - tall)
    left = torch.rand(n, device=device) * (width - wide)
    row = torch.arange(height, device=device)
    column = torch.arange(width, device=device)
    inside_rows = (row >= top[:, None]) & (row < (top + tall)[:, None])
    inside_columns = (column >= left[:, None]) & (column < (left + wide)[:, None])
    chosen = torch.rand(n, device=device) < share
    hidden = inside_rows[:, :, None] & inside_columns[:, None, :] & chosen[:, None, None]
    noise = torch.randn_like(faces) * faces.std() + faces.mean()
    return torch.where(hidden[:, None], noise, faces)
