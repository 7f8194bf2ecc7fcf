"""What a training sets for the whole process, and gives back."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import torch

from mimika.recipe import Recipe
from mimika.training.scoring import exactly


def threads_for(recipe: Recipe) -> int:
    """How many threads a run may use: the recipe's word, the environment's, or every core that this process has."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return recipe.threads or (int(asked) if asked.isdecimal() else 0) or cores or 1


@contextmanager
def torch_settings(threads: int) -> Iterator[None]:
    """What a training sets for the whole process, given back in the end; `FaceTask` does so in processes of its own."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with exactly():
            yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def quiet(
    logger_name: str, *, message: str = "", category: type[Warning] = Warning, module: str = ""
) -> Iterator[None]:
    """With errors alone from a library's logger, and without warnings, told as `warnings.filterwarnings` takes them."""
    logger = logging.getLogger(logger_name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message, category, module)
            yield
    finally:
        logger.setLevel(level)


def quiet_lightning() -> AbstractContextManager[None]:
    """Without Lightning's advice on loaders and folders that are meant as they are."""
    return quiet("lightning.pytorch", module="lightning")
