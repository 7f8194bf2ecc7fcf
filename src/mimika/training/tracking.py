"""Every run mirrored to W&B: online with a login, otherwise offline into the run's folder.

Never a prompt, never a failed training: what goes wrong here is said once and the run goes on. The only module that
imports wandb.
"""

import logging
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from mimika.recipe import Frozen, Recipe
from mimika.record import EpochRow, Record

if TYPE_CHECKING:
    import wandb

logger = logging.getLogger("mimika")

PROJECTS: Final = {
    "depth": "depth_experiment",
    "regularization": "regularization_exp",
    "architecture": "advanced_architecture_experiment",
}
"""The reference's W&B project of each stage; any other stage gives its project its own name."""

SERVER_TIMEOUT_SECONDS: Final = 10


class Tracking(Frozen):
    """Where a run is mirrored to."""

    project: str
    group: str | None = None
    entity: str | None = None


class Mirror:
    """One run's mirror; does nothing once W&B has failed it."""

    def __init__(self, run: "wandb.Run | None") -> None:
        self._run = run

    @classmethod
    def start(cls, tracking: Tracking | None, recipe: Recipe, key: str, out: Path) -> Self:
        """Begin mirroring, or an idle mirror where there is nothing to mirror to."""
        if tracking is None or find_spec("wandb") is None:
            return cls(None)
        try:
            return cls(_begin(tracking, recipe, key, out))
        except Exception as error:  # whatever W&B raises, the training must not
            logger.warning("W&B: the run is not mirrored (%s); the ledger has everything.", error)
            return cls(None)

    @property
    def address(self) -> str | None:
        """Where the run can be seen, if it is online."""
        return self._run.url if self._run is not None and not self._run.offline else None

    def log_epoch(self, row: EpochRow) -> None:
        """Mirror one epoch."""
        values = row.model_dump(exclude={"epoch"})
        self._try(lambda run: run.log(values, step=row.epoch))

    def finish(self, record: Record) -> None:
        """Mirror the result and end."""

        def summarise(run: "wandb.Run") -> None:
            run.summary.update(
                {
                    **record.scores.model_dump(),
                    "gap": record.scores.gap,
                    "best_epoch": record.best_epoch,
                    "parameters": record.parameters,
                    "multiply_adds": record.multiply_adds,
                }
            )
            run.finish()

        self._try(summarise)

    def abandon(self) -> None:
        """End without a result: the run was interrupted."""
        self._try(lambda run: run.finish(exit_code=1))

    def _try(self, act: "Callable[[wandb.Run], object]") -> None:
        if self._run is None:
            return
        try:
            act(self._run)
        except Exception as error:  # whatever W&B raises, the training must not
            logger.warning("W&B: mirroring stopped (%s); the ledger has everything.", error)
            self._run = None


def _begin(tracking: Tracking, recipe: Recipe, key: str, out: Path) -> "wandb.Run":
    import wandb

    settings = wandb.Settings(
        silent=True, console="off", init_timeout=SERVER_TIMEOUT_SECONDS, x_disable_stats=True, disable_code=True
    )
    mode = os.environ.get("WANDB_MODE") or ("online" if _has_login() else "offline")

    def begin(mode: str) -> "wandb.Run":
        return wandb.init(
            project=tracking.project,
            entity=tracking.entity,
            group=tracking.group,
            name=f"{recipe.name}-seed{recipe.seed}",
            id=key,
            resume="allow" if mode == "online" else None,
            config=recipe.model_dump(mode="json"),
            dir=out,
            mode=mode,  # type: ignore[arg-type]  # WANDB_MODE is the user's word; wandb checks it
            settings=settings,
        )

    try:
        return begin(mode)
    except Exception:
        if mode != "online":
            raise
        logger.warning("W&B: no answer from the server; this run is mirrored offline, into its folder.")
        wandb.teardown()
        return begin("offline")


def _has_login() -> bool:
    """Whether a key is at hand; asking must not prompt."""
    import wandb

    try:
        return bool(wandb.login(prompt=False))
    except Exception:  # wandb raises several kinds without a terminal
        return False
