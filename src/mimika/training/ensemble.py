"""Networks that answer together: the mean of their probabilities, judged on validation beside each of them alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from mimika.data.faces import Faces
from mimika.data.twins import identical_in
from mimika.metrics import accuracies
from mimika.models.layers import multiply_adds, parameters
from mimika.recipe import Recipe
from mimika.recipes import names_apart
from mimika.training.scoring import flipped_faces, probabilities


@dataclass(frozen=True)
class Accuracies:
    """Shares from 0 to 1 of the validation faces: all of them, and those without an identical one in train."""

    all: float
    without_twins: float


@dataclass(frozen=True, kw_only=True)
class Member:
    """A network, or several together, on validation.

    Attributes:
        name: what tables call it.
        parameters: weights that training changed, of all its networks.
        multiply_adds: what one face costs, one view of it.
        one_view: each face answered as it is.
        with_flip: each answered by the mean over itself and its mirror image, at twice the cost.
    """

    name: str
    parameters: int
    multiply_adds: int
    one_view: Accuracies
    with_flip: Accuracies


@dataclass(frozen=True, kw_only=True)
class Ensemble:
    """How an ensemble does on `faces` validation faces, `twins` of which have an identical one in train."""

    members: tuple[Member, ...]
    together: Member
    faces: int
    twins: int


def judge_ensemble(
    networks: Sequence[nn.Module], recipes: Sequence[Recipe], faces: Faces, device: torch.device | str = "cpu"
) -> Ensemble:
    """Judge networks alone and together on the validation faces.

    No weights for the members and no choice among them: nothing here is fitted to the faces that judge it.

    Args:
        networks: the ensemble; their probabilities are averaged.
        recipes: what each network was trained by.
        faces: whose validation split they answer; at least one face.
        device: where they answer.
    """
    validation = faces.of("validation")
    turned = flipped_faces(validation)
    twins = identical_in(validation, faces.of("train"))

    def judge(name: str, described: Sequence[Recipe], straight: _Answers, flip: _Answers) -> Member:
        return Member(
            name=name,
            parameters=sum(parameters(recipe.architecture) for recipe in described),
            multiply_adds=sum(multiply_adds(recipe.architecture) for recipe in described),
            one_view=_judged(straight, validation, twins),
            with_flip=_judged(straight + flip, validation, twins),
        )

    straight = [probabilities(network, validation, device) for network in networks]
    flip = [probabilities(network, turned, device) for network in networks]
    return Ensemble(
        members=tuple(
            judge(name, [recipe], *answers)
            for name, recipe, *answers in zip(names_apart(recipes), recipes, straight, flip, strict=True)
        ),
        together=judge("together", recipes, np.sum(straight, axis=0), np.sum(flip, axis=0)),
        faces=len(validation),
        twins=int(twins.sum()),
    )


_Answers = npt.NDArray[np.float32]


def _judged(answers: _Answers, faces: Faces, twins: npt.NDArray[np.bool_]) -> Accuracies:
    return Accuracies(*accuracies(answers.argmax(axis=1) == faces.emotions, twins))
