"""All pictures of a run or of a study, as far as what is at hand goes; for each that is not made, one line of why."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from mimika.data.faces import Faces
from mimika.errors import ExtraMissing, RunError, require, require_networks
from mimika.figures import data, judging, networks, training
from mimika.figures.embedding import NEIGHBOURS, embedding
from mimika.figures.gradients import gradients
from mimika.figures.looking import looking
from mimika.figures.mistakes import mistakes
from mimika.figures.style import save, title_of
from mimika.metrics import confusion
from mimika.record import PREDICTIONS, Predictions, Record, weights_of
from mimika.study.study import RUNS, run_folder
from mimika.training.fit import verdict_of
from mimika.wording import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import nn

    from mimika.data.store import Stored
    from mimika.report.findings import Findings

SHOWN_FACES: Final = ("data-faces.png", "data-mean.png", "data-variance.png", "mistakes.png", "looking.png")
"""The pictures that show faces, or what several look like on average."""

FROM_DATA: Final = ("data-distribution.svg", *SHOWN_FACES[:3], "data-gray_levels.svg")
FROM_ANSWERS: Final = ("recall.svg", "confusion.svg", "reliability.svg", "confused_pairs.svg", "mistakes.png")
FROM_WEIGHTS: Final = ("embedding.png", "looking.png")


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A picture that was not made, and why."""

    name: str
    why: str


class Album:
    """A folder of pictures: SVG where they are lines and text, PNG where they are faces or thousands of dots.

    An SVG stays sharp at any size, follows the reader's light or dark setting and tells figures under the pointer; of
    faces it would make smoothed ones, and of dots megabytes. With `pdf`, PDF stands in the place of SVG.
    """

    def __init__(self, folder: Path, *, faces: bool, pdf: bool = False) -> None:
        self.folder = folder
        self._pdf = pdf
        self.made: list[tuple[str, str]] = []
        """Names of the files, and what each is headed with."""
        self.left_out: list[LeftOut] = []
        if not faces:
            self.leave_out(SHOWN_FACES, "shows faces, and --no-faces was asked for")

    def wants(self, name: str) -> bool:
        """Whether a picture has not been left out."""
        return all(name != one.name for one in self.left_out)

    def add(self, name: str, figure: "Figure") -> None:
        """Save a picture, unless it was left out."""
        if self.wants(name):
            self.folder.mkdir(parents=True, exist_ok=True)
            path = other = self.folder / name
            if path.suffix == ".svg":
                pdf = path.with_suffix(".pdf")
                path, other = (pdf, path) if self._pdf else (path, pdf)
            save(figure, path)
            if other != path:
                other.unlink(missing_ok=True)  # of an earlier call that wrote the other form
            self.made.append((path.name, title_of(figure)))

    def leave_out(self, names: Sequence[str], why: str) -> None:
        """Do without some pictures, and without what an earlier call has left of them."""
        for name in names:
            if self.wants(name):
                self.left_out.append(LeftOut(name=name, why=why))
                for left in (self.folder / name, self.folder / Path(name).with_suffix(".pdf")):
                    left.unlink(missing_ok=True)

    def tidy(self, kinds: Sequence[str]) -> None:
        """Remove the pictures of some kinds, `KIND-NAME.svg` or .pdf, that only an earlier call made."""
        made = {name for name, _ in self.made}
        for path in [path for kind in kinds for path in self.folder.glob(f"{kind}-*")]:
            if path.suffix in (".svg", ".pdf") and path.name not in made:
                path.unlink()


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What the pictures of a run can be made from, beside its record.

    Attributes:
        folder: where the run's weights would be.
        stored: the faces it was trained on, if they were named.
        map_faces: how many faces of each emotion a mean occlusion map is made from.
    """

    folder: Path
    stored: "Stored | None"
    map_faces: int


def draw_run(album: Album, record: Record, sources: Sources) -> None:
    """Every picture of a run, from its folder."""
    album.add("network.svg", networks.drawing(record.recipe))
    album.add("gradients.svg", gradients(record))
    album.add("curves.svg", training.curves(record, verdict_of(record)))
    try:
        predictions = Predictions.load(sources.folder / PREDICTIONS)
    except RunError as error:
        album.leave_out((*FROM_ANSWERS, *FROM_WEIGHTS), str(error))
    else:
        _draw_answers(album, record, predictions, sources)
    _draw_data(album, sources.stored)


def draw_study(album: Album, findings: "Findings", stored: "Stored | None", map_faces: int) -> None:
    """Every picture of a study, from its ledger; of the chosen network those too that need weights or faces."""
    from mimika.report.pictures import cost_figure, curves_figure, path_figure

    chosen = findings.chosen
    if chosen is None:
        raise RunError(f"{findings.folder}: no run of this study is finished; `mimika study run` goes on with it.")
    started = [(one, stage) for one, stage in zip(findings.outcomes, findings.stages, strict=True) if stage]
    album.add("path.svg", path_figure([one for one, _ in started], [stage for _, stage in started]))
    album.add("cost.svg", cost_figure(findings.networks, findings.standings))
    for one, stage in started:
        name = one.stage.name
        album.add(f"curves-{name}.svg", curves_figure(stage))
        several = {reading.name: reading.records for reading in stage if len(reading.records) > 1}
        if several:
            album.add(f"seeds-{name}.svg", training.seeds(several))
        else:
            album.leave_out([f"seeds-{name}.svg"], "each network has one seed; --seeds 3 trains more")
    drawn = set()
    for reading in findings.networks:
        record = reading.typical
        # A network that is trained in several ways is drawn once.
        if record.recipe.architecture not in drawn:
            album.add(f"network-{reading.name}.svg", networks.drawing(record.recipe))
            drawn.add(record.recipe.architecture)
        shown = _with_seed(record) if len(reading.records) > 1 else record
        album.add(f"gradients-{reading.name}.svg", gradients(shown))
    album.tidy(("curves", "seeds", "network", "gradients"))  # of stages and networks that the study had before
    best = chosen.candidate.best
    folder = findings.folder / RUNS / run_folder(best.recipe)
    sources = Sources(folder=folder, stored=stored, map_faces=map_faces)
    predictions = findings.ledger.predictions(best)
    shown = _with_seed(best) if len(chosen.records) > 1 else best
    album.add("curves.svg", training.curves(shown, verdict_of(best)))
    _draw_answers(album, shown, predictions, sources)
    _draw_data(album, stored)


def _with_seed(record: Record) -> Record:
    """A run under a name that tells its seed: one of several must not stand for its network."""
    name = f"{record.name}, seed {record.recipe.seed}"
    return record.model_copy(update={"recipe": record.recipe.model_copy(update={"name": name})})


def _draw_answers(album: Album, record: Record, predictions: Predictions, sources: Sources) -> None:
    """How one run judges the validation faces: first what its answers tell, then what needs the faces, too."""
    table = confusion(predictions.emotions, predictions.answers)
    album.add("recall.svg", judging.recall_bars(table))
    album.add("confusion.svg", judging.confusion(table))
    album.add("reliability.svg", judging.reliability(predictions.probabilities, predictions.emotions))
    album.add("confused_pairs.svg", judging.confused_pairs(table))
    if sources.stored is None:
        album.leave_out(("mistakes.png", *FROM_WEIGHTS), _NO_DATA)
        return
    faces = sources.stored.faces.of("validation")
    if not np.array_equal(faces.emotions, predictions.emotions):  # another copy, whose faces stand in another order
        album.leave_out(("mistakes.png", "looking.png"), "needs the faces in the order in which they were answered")
    if album.wants("mistakes.png"):
        album.add("mistakes.png", mistakes(faces.pixels, predictions.emotions, predictions.probabilities))
    network = _network(album, record, sources.folder)
    if network is not None:
        from mimika.cli.maps import choose_faces

        _draw_embedding(album, record.name, network, faces)
        _draw_looking(album, record.name, network, faces, choose_faces(predictions, sources.map_faces))


_NO_DATA: Final = "needs the faces; name them with --data"


def _network(album: Album, record: Record, folder: Path) -> "nn.Module | None":
    """The run's network; None, with the reason told, where there is no PyTorch or where there are no weights."""
    try:
        require_networks("a picture made from weights")
    except ExtraMissing as error:
        album.leave_out(FROM_WEIGHTS, str(error))
        return None
    from mimika.training.checkpoint import load_network

    weights = weights_of(folder, record.recipe)
    if not weights.is_file():
        album.leave_out(FROM_WEIGHTS, f"needs the weights, and there is no {weights}")
        return None
    network = load_network(weights)[0]
    if not all(bool(values.isfinite().all()) for values in network.state_dict().values()):
        album.leave_out(FROM_WEIGHTS, "its weights are not finite: the training diverged")
        return None
    return network


def _draw_embedding(album: Album, name: str, network: "nn.Module", faces: Faces) -> None:
    from mimika.training.embedding import embed
    from mimika.training.scoring import device_here

    if len(faces) <= NEIGHBOURS:
        album.leave_out(["embedding.png"], f"needs more than {NEIGHBOURS} validation faces, and there are {len(faces)}")
        return
    album.add("embedding.png", embedding(embed(network, faces, device_here()), faces.emotions, name))


def _draw_looking(
    album: Album, name: str, network: "nn.Module", faces: Faces, chosen: dict[str, npt.NDArray[np.int64]]
) -> None:
    if not album.wants("looking.png"):
        return
    try:
        for module in ("onnx", "onnxscript"):
            require(module, "export", "a picture of where a network looks")
    except ExtraMissing as error:
        album.leave_out(["looking.png"], str(error))
        return
    from mimika.cli.maps import as_exported, mean_maps
    from mimika.cli.progress import counting

    counts = {emotion: len(indices) for emotion, indices in chosen.items()}
    if not sum(counts.values()):
        album.leave_out(["looking.png"], "needs faces that were answered right, and there are none")
        return
    exported = as_exported(network.cpu())
    with counting(f"faces looked at by {name}", sum(counts.values())) as tell:
        maps = mean_maps(exported, faces, chosen, tell)
    album.add("looking.png", looking(data.means_of(faces), maps, counts, name))


def _draw_data(album: Album, stored: "Stored | None") -> None:
    if stored is None:
        album.leave_out(FROM_DATA, _NO_DATA)
        return
    faces = stored.faces
    album.add("data-distribution.svg", data.distribution(stored.provenance.counts))
    for name, draw in (
        ("data-faces.png", data.face_sheet),
        ("data-mean.png", data.mean_faces),
        ("data-variance.png", data.variance_faces),
    ):
        if album.wants(name):
            album.add(name, draw(faces))
    album.add("data-gray_levels.svg", data.gray_levels(faces))


def told(album: Album) -> list[str]:
    """What was made, each with what it shows, then what was left out, each with the reason."""
    width = max(len(name) for name in [*(name for name, _ in album.made), *(one.name for one in album.left_out)])
    lines = [f"{counted(len(album.made), 'picture')} in {album.folder}"]
    lines += [f"  {name:<{width}}  {title}" for name, title in album.made]
    if album.left_out:
        lines += ["", "left out"]
        lines += [f"  {one.name:<{width}}  {one.why}" for one in album.left_out]
    return lines
