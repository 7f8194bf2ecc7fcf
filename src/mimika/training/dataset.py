"""`FaceDataset`: faces for people's own training loops, one at a time, as plain PyTorch expects them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image
from torch.utils.data import Dataset

from mimika.data.faces import Faces
from mimika.data.split import SPLITS
from mimika.errors import DataError


class FaceDataset(Dataset[tuple[Any, int]]):
    """A map-style dataset of `(image, emotion)`: a gray 48×48 PIL image, or what `transform` makes of it, and an index.

    Works with any `DataLoader`, workers included, and with torchvision's transforms. mimika's own training does not use
    it: whole batches on the device are many times faster.

    Args:
        faces: those of one split, for instance `mimika.read("fer2013.csv").of("train")`.
        transform: called with each image.

    Raises:
        DataError: when the faces are of several splits.
    """

    def __init__(self, faces: Faces, transform: Callable[[Image.Image], Any] | None = None) -> None:
        present = [split for split in SPLITS if faces.count(split)]
        if len(present) > 1:
            raise DataError(
                f"FaceDataset: faces of {' and '.join(present)}, which a loop keeps apart. "
                f'Give it one split: faces.of("{present[0]}").'
            )
        self.faces = faces
        self.transform = transform

    def __len__(self) -> int:
        return len(self.faces)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """The face at an index, negative ones from the end; raises IndexError beyond it."""
        image = Image.fromarray(np.array(self.faces.pixels[index]))
        return (image if self.transform is None else self.transform(image)), int(self.faces.emotions[index])
