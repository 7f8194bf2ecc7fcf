"""Moving whole batches of faces at random, on the device they live on."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from mimika.data.faces import SIDE
from mimika.data.prepare import STD
from mimika.recipe import Augmentation


def augment(faces: Tensor, how: Augmentation, side: int = SIDE) -> Tensor:
    """Prepared faces, float (n, 1, h, w), each flipped, turned, shifted, scaled and lit on its own, at another size.

    Draws from torch's default random stream of the faces' device. Where a face leaves the picture, its border is
    continued: a black frame would be a thing to learn. Brightness and contrast change before a rectangle is erased.

    Returns:
        Float (n, 1, side, side).
    """
    n = len(faces)

    def uniform(largest: float) -> Tensor:
        return (torch.rand(n, device=faces.device) * 2 - 1) * largest

    angle = uniform(math.radians(how.rotation_degrees))
    size = 1 + uniform(how.scale)
    mirror = torch.where(torch.rand(n, device=faces.device) < 0.5, -1.0, 1.0) if how.flip else torch.ones_like(angle)
    # The grid says for each pixel of the result where to look, so the face's own move is the inverse of this one.
    rows = (
        torch.stack([mirror * angle.cos() / size, -angle.sin() / size, 2 * uniform(how.shift)], dim=1),
        torch.stack([mirror * angle.sin() / size, angle.cos() / size, 2 * uniform(how.shift)], dim=1),
    )
    grid = functional.affine_grid(torch.stack(rows, dim=1), [n, 1, side, side], align_corners=False)
    moved = functional.grid_sample(faces, grid.to(faces.dtype), padding_mode="border", align_corners=False)
    # Nothing is drawn for what a recipe does not ask for, so that new choices leave older recipes' figures as they are.
    if how.contrast:
        moved = moved * (1 + uniform(how.contrast))[:, None, None, None]
    if how.brightness:
        moved = moved + uniform(how.brightness / STD)[:, None, None, None]
    return erase(moved, how.erasing) if how.erasing else moved


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
