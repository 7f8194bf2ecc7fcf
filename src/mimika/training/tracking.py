"""Every run mirrored to W&B: online with a login, otherwise offline, to be sent later by `mimika study mirror`.

Never a prompt, never a failed training: what goes wrong here is said once and the run goes on. Beside the W&B report
the only module that imports wandb.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import numpy.typing as npt

from mimika.emotions import EMOTIONS
from mimika.errors import first_line
from mimika.recipe import Frozen, Recipe
from mimika.record import EpochRow, Predictions, Record
from mimika.training.offline import OfflineRun
from mimika.training.tracked import (
    CONFUSION,
    EPOCH,
    MISTAKES,
    confusion_rows,
    epoch_values,
    mistake_rows,
    origin_values,
    summary_values,
)

if TYPE_CHECKING:
    import wandb

logger = logging.getLogger("mimika")

PROJECTS: Final = {
    "depth": "depth_experiment",
    "regularization": "regularization_exp",
    "architecture": "advanced_architecture_experiment",
}
"""The reference's W&B project of each stage; any other stage gives its project its own name."""

ALONE: Final = "mimika"
"""The W&B project of runs that belong to no stage."""

SERVER_TIMEOUT_SECONDS: Final = 10
FINISH_TIMEOUT_SECONDS: Final = 120.0

_DATA_DIR: Final = "WANDB_DATA_DIR"

# W&B's own process may still be writing when its `finish` has returned.
_LOOKS: Final = 5
_SECONDS_BETWEEN_LOOKS: Final = 0.3


class Tracking(Frozen):
    """Where a run is mirrored to, and whether faces go with it.

    Attributes:
        project: the W&B project.
        group: what the runs of a study have in common.
        entity: the W&B user or team; None: the login's own.
        folder: in whose `wandb` folder W&B writes; None: the run's.
        page: where the study's page will be found.
        faces: whether the table of the worst mistakes shows the faces. Drawn faces belong to nobody; to send those of
            real people to a server is for the user to decide.
    """

    project: str
    group: str | None = None
    entity: str | None = None
    folder: Path | None = None
    page: str | None = None
    faces: bool = False


class Mirror:
    """One run's mirror; does nothing once W&B has failed it."""

    def __init__(self, run: "wandb.Run | None", tracking: Tracking | None = None) -> None:
        self._run = run
        self._tracking = tracking

    @classmethod
    def start(
        cls,
        tracking: Tracking | None,
        recipe: Recipe,
        key: str,
        out: Path,
        *,
        mode: str | None = None,
        continued: bool = False,
    ) -> Self:
        """Begin mirroring, or an idle mirror where there is nothing to mirror to.

        Args:
            tracking: where to; None: nowhere.
            recipe: what is trained.
            key: as `Record.key`, the run's id in W&B.
            out: the run's folder.
            mode: one of W&B's; None: what `WANDB_MODE` says, otherwise online with a login that works.
            continued: whether some of its epochs were done before: a run of the same id in W&B then goes on; otherwise
                its place is taken.
        """
        if tracking is None or find_spec("wandb") is None:
            return cls(None)
        try:
            folder = tracking.folder or out
            return cls(_begin(tracking, recipe, key, folder, mode or _mode(), continued=continued), tracking)
        except Exception as error:  # whatever W&B raises, the training must not
            logger.warning(
                "W&B: %s is not mirrored (%s); its record has everything.", _title(recipe), first_line(error)
            )
            _forget_process()
            return cls(None)

    @property
    def address(self) -> str | None:
        """Where the run can be seen, if it is online."""
        return self._run.url if self._run is not None and not self._run.offline else None

    def catch_up(self, rows: Sequence[EpochRow]) -> None:
        """Mirror the epochs of an earlier call that this mirror has not seen."""

        def send(run: "wandb.Run") -> None:
            first = run.step
            for row in rows:
                if row.epoch >= first:
                    run.log(epoch_values(row), step=row.epoch, commit=True)

        self._try(send)

    def log_epoch(self, row: EpochRow) -> None:
        """Mirror one epoch, at once."""
        self._try(lambda run: run.log(epoch_values(row), step=row.epoch, commit=True))

    def finish(self, record: Record, predictions: Predictions, pixels: npt.NDArray[np.uint8] | None = None) -> bool:
        """Mirror the result and end; whether all of it arrived, as far as that can be told.

        Args:
            record: what the run left.
            predictions: what it answered on the validation faces.
            pixels: those faces uint8 (n, 48, 48), of which the worst mistakes are shown where `Tracking` allows it.
        """

        def end(run: "wandb.Run") -> None:
            run.config.update(origin_values(record), allow_val_change=True)  # type: ignore[no-untyped-call]
            with _staging(Path(run.dir).parent):
                run.summary.update({**summary_values(record), **self._tables(predictions, pixels), **self._page()})
                run.finish()

        run = self._run
        self._try(end)
        if self._run is None or run is None or not run.offline:
            return self._run is not None
        file = Path(run.dir).parent / f"run-{run.id}.wandb"
        if _arrived(file, record):
            return True
        logger.warning("W&B: %s is incomplete, the disk may be full; the run's record has everything.", file)
        return False

    def abandon(self) -> None:
        """End without a result: the run was interrupted."""
        self._try(lambda run: run.finish(exit_code=1))

    def _page(self) -> dict[str, str]:
        return {"page": self._tracking.page} if self._tracking and self._tracking.page else {}

    def _tables(self, predictions: Predictions, pixels: npt.NDArray[np.uint8] | None) -> dict[str, Any]:
        """The confusion in counts, and the worst mistakes."""
        import wandb

        places, rows = mistake_rows(predictions)
        columns: list[str | int] = ["face", "label", "answer", *EMOTIONS]
        if pixels is not None and self._tracking is not None and self._tracking.faces:
            columns = ["picture", *columns]
            rows = [[wandb.Image(pixels[place]), *row] for place, row in zip(places, rows, strict=True)]
        return {
            CONFUSION: wandb.Table(columns=["label", *EMOTIONS], data=[*confusion_rows(predictions)]),
            MISTAKES: wandb.Table(columns=columns, data=[*rows]),
        }

    def _try(self, act: "Callable[[wandb.Run], object]") -> None:
        if self._run is None:
            return
        try:
            act(self._run)
        except Exception as error:  # whatever W&B raises, the training must not
            logger.warning(
                "W&B: the mirror of %s ends here (%s); the training goes on, and its record has everything.",
                self._run.name,
                first_line(error),
            )
            self._run = None
            _forget_process()


def project_of(stage: str) -> str:
    """The W&B project of a stage's runs, and of those that belong to none."""
    return PROJECTS.get(stage, stage) if stage else ALONE


def has_login() -> bool:
    """Whether runs can be sent: a key is at hand, and the server takes it. Asks without a prompt, once a process."""
    return find_spec("wandb") is not None and _login_works()


def _begin(
    tracking: Tracking, recipe: Recipe, key: str, folder: Path, mode: str, *, continued: bool
) -> "wandb.Run | None":
    import wandb

    if mode == "disabled":
        return None
    settings = wandb.Settings(
        silent=True,
        console="off",
        init_timeout=SERVER_TIMEOUT_SECONDS,
        finish_timeout=FINISH_TIMEOUT_SECONDS,
        finish_timeout_raises=True,
        x_disable_stats=True,
        disable_code=True,
    )

    def begin(mode: str) -> "wandb.Run":
        run = wandb.init(
            project=tracking.project,
            entity=tracking.entity,
            group=tracking.group,
            name=_title(recipe),
            id=key,
            resume="allow" if continued and mode == "online" else None,
            config=recipe.model_dump(mode="json"),
            dir=folder,
            mode=mode,  # type: ignore[arg-type]  # WANDB_MODE is the user's word; wandb checks it
            settings=settings,
        )
        # The summary is the record's: an epoch's values do not belong in it.
        run.define_metric(f"{EPOCH}*", summary="none")
        for handler in logging.getLogger("wandb").handlers:  # its own log, which on a full disk would be told as well
            handler.handleError = lambda record: None  # type: ignore[method-assign]
        return run

    try:
        return begin(mode)
    except Exception as error:
        if mode != "online":
            raise
        _say_once(f"W&B: no answer from the server ({first_line(error)}); runs are mirrored offline.")
        _forget_process()
        return begin("offline")


def _mode() -> str:
    return os.environ.get("WANDB_MODE") or ("online" if _login_works() else "offline")


@cache
def _login_works() -> bool:
    """Asked once a process, since a server that does not answer takes seconds to be known as such."""
    import wandb

    try:
        return bool(wandb.login(prompt=False))
    except Exception as error:  # a key of the wrong form, one that is refused, no network: several kinds
        _say_once(f"W&B: the login does not work ({first_line(error)}); runs are mirrored offline.")
        return False


@contextmanager
def _staging(folder: Path) -> Iterator[None]:
    """Tables and faces wait below a folder until they are sent, where W&B would have them wait in the user's home."""
    before = os.environ.get(_DATA_DIR)
    os.environ[_DATA_DIR] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(_DATA_DIR)
        if before is not None:
            os.environ[_DATA_DIR] = before


def _arrived(file: Path, record: Record) -> bool:
    for look in range(_LOOKS):
        time.sleep(look and _SECONDS_BETWEEN_LOOKS)
        found = OfflineRun.read(file)
        if found is not None and found.holds(record):
            return True
    return False


def _forget_process() -> None:
    """Let W&B start a new process for the next run: that of a run which failed may be gone or busy."""
    import wandb

    with suppress(Exception):
        wandb.teardown()


@cache
def _say_once(line: str) -> None:
    logger.warning("%s", line)


def _title(recipe: Recipe) -> str:
    return f"{recipe.name or recipe.fingerprint}-seed{recipe.seed}"
