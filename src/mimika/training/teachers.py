"""Teachers: what an ensemble answers to fixed views of each training face, for a student to learn from.

Hinton, Vinyals & Dean 2015, https://arxiv.org/abs/1503.02531. That teachers and student must look at the very same
views is what Beyer et al. 2022, https://arxiv.org/abs/2106.05237, found to matter most.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from pydantic import ValidationError
from torch import nn

from mimika.data.faces import Faces
from mimika.emotions import EMOTIONS
from mimika.errors import RecipeError, RunError
from mimika.files import UNREADABLE, replacing
from mimika.recipe import Augmentation, Distillation, Frozen, Recipe, first_fault
from mimika.training.augment import moved
from mimika.training.batches import EVALUATION_BATCH, Batches, as_input, as_tensors
from mimika.training.lessons import Lessons, draw_views
from mimika.training.scoring import exactly


class TeachersCard(Frozen):
    """Whose answers they are, and to what: the faces by checksum, the views by what they are drawn with."""

    teachers: tuple[str, ...]
    faces: str
    augmentation: Augmentation
    mirrored: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Teachers:
    """What an ensemble answered together.

    Attributes:
        card: whose answers, to which views of which faces.
        probabilities: float16 (views, n, 7), the mean over the teachers, for each training face in its order.
        written: the card as their file has it; None: they come from no file.
    """

    card: TeachersCard
    probabilities: npt.NDArray[np.float16]
    written: str | None = None

    def __post_init__(self) -> None:
        if self.probabilities.ndim != 3 or self.probabilities.shape[2] != len(EMOTIONS):
            raise RunError(f"Teachers' answers have the shape {self.probabilities.shape}, not (views, faces, 7).")

    @cached_property
    def checksum(self) -> str:
        """Sixteen hex digits that tell these answers from all others; a student's recipe carries them."""
        digest = hashlib.sha256(self._card_text.encode())
        digest.update(np.ascontiguousarray(self.probabilities).data)
        return digest.hexdigest()[:16]

    @property
    def _card_text(self) -> str:
        """The card in letters that stay: a field that a later version adds makes no other answers of these."""
        return self.written or self.card.model_dump_json()

    def save(self, path: Path) -> None:
        """Write a compressed .npz, all or nothing."""
        with replacing(path) as part, part.open("wb") as file:
            np.savez_compressed(file, probabilities=self.probabilities, card=np.array(self._card_text))

    @classmethod
    def load(cls, path: Path) -> Self:
        """The answers in a file; raises `RunError` if they are missing or damaged."""
        if not path.is_file():
            raise RunError(f"{path}: no such file; `mimika ensemble CHECKPOINT... --out {path}` writes one.")
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                text = str(arrays["card"])
                card = TeachersCard.model_validate_json(text)
                return cls(card=card, probabilities=arrays["probabilities"], written=text)
        except ValidationError as error:
            raise RunError(f"{path}: not teachers' answers of this version: {first_fault(error)}.") from None
        except UNREADABLE:
            raise RunError(f"{path}: not teachers' answers, or damaged; `mimika ensemble` writes them.") from None


def require_lessons(student: Recipe) -> tuple[Augmentation, Distillation]:
    """What views a student's recipe draws, and how it learns from the answers.

    Raises:
        RecipeError: when the recipe has no distillation.
    """
    if student.distillation is None or student.augmentation is None:
        raise RecipeError(f"{student.name or 'The recipe'} does not distil: no views to answer. Take distil.")
    return student.augmentation, student.distillation


def teach(
    networks: Sequence[nn.Module],
    names: Sequence[str],
    faces: Faces,
    student: Recipe,
    device: torch.device | str = "cpu",
) -> Teachers:
    """Ask an ensemble about the views that a student's recipe draws of each training face.

    Args:
        networks: the ensemble; their probabilities are averaged.
        names: what to call each.
        faces: whose train split is looked at.
        student: a recipe with distillation; where it mirrors, the mean over a view and its mirror image is the answer.
        device: where the networks answer.

    Raises:
        RecipeError: when the student's recipe has no distillation.
        RunError: when a network's weights have diverged.
    """
    how, lessons = require_lessons(student)
    train = faces.of("train")
    moves = draw_views(len(train), how, lessons.views).to(device)
    answers = np.zeros((lessons.views, len(train), len(EMOTIONS)), np.float32)
    pixels = as_tensors(train, device)
    with torch.inference_mode(), exactly():
        for name, network in zip(names, networks, strict=True):
            network.eval().to(device)
            for batch in Batches(pixels, EVALUATION_BATCH):
                prepared = as_input(batch.pixels)
                for view in range(lessons.views):
                    seen = moved(prepared, moves.at(torch.full_like(batch.places, view), batch.places))
                    looks = (seen, seen.flip(dims=(3,))) if lessons.mirrored else (seen,)
                    answer = torch.stack([network(look).float().softmax(dim=1) for look in looks]).mean(dim=0)
                    answers[view, batch.places.cpu().numpy()] += answer.cpu().numpy()
            if not np.isfinite(answers).all():
                raise RunError(f"{name}: its weights have diverged, and it answers nothing. Leave it out.")
    return Teachers(
        card=TeachersCard(
            teachers=tuple(names),
            faces=faces.checksum,
            augmentation=_moving(how),
            mirrored=lessons.mirrored,
        ),
        probabilities=(answers / len(networks)).astype(np.float16),
    )


def enrol(recipe: Recipe, teachers: Teachers | None, faces: Faces) -> tuple[Recipe, Lessons | None]:
    """The recipe with its teachers written into it, and their lessons; without distillation, the recipe as it is.

    Raises:
        RecipeError: when recipe and teachers do not belong together, or the teachers saw other faces.
    """
    if recipe.distillation is None or recipe.augmentation is None:
        if teachers is not None:
            raise RecipeError("Teachers were given to a recipe without distillation. Leave them out, or take distil.")
        return recipe, None
    if teachers is None:
        raise RecipeError(
            "The recipe distils and needs its teachers' answers: --teachers FILE, from `mimika ensemble --out`."
        )
    views, n, _ = teachers.probabilities.shape
    if teachers.card.faces != faces.checksum or n != faces.count("train"):
        raise RecipeError(
            f"The teachers answered other faces (checksum {teachers.card.faces[:8]}) than these "
            f"({faces.checksum[:8]}). Ask them again: `mimika ensemble`."
        )
    asked = _named(recipe.distillation.views, recipe.distillation.mirrored, _moving(recipe.augmentation))
    answered = _named(views, teachers.card.mirrored, teachers.card.augmentation)
    other = next((field for field in asked if asked[field] != answered[field]), None)
    if other is not None:
        here, there = json.dumps(asked[other]), json.dumps(answered[other])
        raise RecipeError(
            f"The teachers answered other views than the recipe's: {other} is {here} here and was {there} there. "
            f"Ask them again, with the student's recipe: `mimika ensemble --student`."
        )
    if recipe.distillation.teachers not in ("", teachers.checksum):
        raise RecipeError(
            f"The recipe names other teachers ({recipe.distillation.teachers}) than were given ({teachers.checksum}). "
            f"Give those, or leave distillation.teachers out."
        )
    lessons = Lessons(
        moves=draw_views(n, recipe.augmentation, views),
        answers=torch.from_numpy(teachers.probabilities.astype(np.float32)),
        mirrored=recipe.distillation.mirrored,
    )
    return recipe.changed({"distillation.teachers": teachers.checksum}), lessons


def _named(views: int, mirrored: bool, how: Augmentation) -> dict[str, Any]:
    moves = {f"augmentation.{field}": value for field, value in how.model_dump().items()}
    return {"distillation.views": views, "distillation.mirrored": mirrored, **moves}


def _moving(how: Augmentation) -> Augmentation:
    """What the teachers' views depend on: a student may have rectangles erased that its teachers saw."""
    return how.model_copy(update={"erasing": 0.0})
