"""Import once, memory-map ever after.

A stored data set is a folder: `dataset.json` (where the faces come from), `pixels.npy` and `table.npy` (train and
validation, in the source's order) and, where the source has test faces, `test.sealed.npz`, which only `mimika final`
opens.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

import numpy as np
from pydantic import AwareDatetime, ValidationError

from mimika.data import sources
from mimika.data.cut import cut_validation
from mimika.data.faces import Faces
from mimika.data.known import describe, same_faces
from mimika.data.placing import exchange, free_folder, put, scratch_beside
from mimika.data.sealed import write_sealed
from mimika.data.sources.form import Found, Place, Progress, missing
from mimika.data.split import SPLITS, Split
from mimika.errors import DataError, RunError, SealedError, SourceBroken, SourceMissing, SplitMissing, in_one_line
from mimika.files import UNREADABLE
from mimika.recipe import Frozen
from mimika.record import Data, now

CARD: Final = "dataset.json"
"""The name under which a stored data set says where it comes from."""

_PIXELS: Final = "pixels.npy"
_ROWS: Final = "table.npy"
_SEALED: Final = "test.sealed.npz"
_FILES: Final = (CARD, _PIXELS, _ROWS, _SEALED)
_TABLE: Final = np.dtype([("row", np.int64), ("emotion", np.uint8), ("split", np.uint8)])
_DRAWN_FACES: Final = 7_000
_SAMPLE_FACES: Final = 35


class Provenance(Frozen):
    """Where a stored data set comes from and what it holds.

    `checksum` is that of the train and validation faces; `md5` that of the one file they were read from.
    """

    format: Literal[1] = 1
    source: str
    form: str
    description: str
    counts: dict[Split, dict[str, int]]
    checksum: str
    md5: str | None = None
    skipped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    imported: AwareDatetime
    mimika: str

    def faces_of(self, split: Split) -> int:
        """How many faces a split has."""
        return sum(self.counts[split].values())


@dataclass(frozen=True, kw_only=True, eq=False)
class Stored:
    """A stored data set: its folder, where it comes from, and its train and validation faces, memory-mapped."""

    path: Path
    provenance: Provenance
    faces: Faces

    @property
    def sealed(self) -> Path | None:
        """Where the test faces lie, unopened, or None where the source has none."""
        return _sealed(self.path) if self.provenance.faces_of("test") else None


def import_data(
    source: Path, out: Path, *, skip_bad: bool = False, keep_existing: bool = False, progress: Progress | None = None
) -> Stored:
    """Read and check every face of a source in any known form and store it in the folder `out`, all or nothing.

    Args:
        source: a file, an archive or a folder.
        out: a folder that is new, empty, or a stored data set, whose files are then replaced.
        skip_bad: leave bad rows and images out, and record which, instead of refusing the source.
        keep_existing: do not replace a data set that another process has put there in the meantime.
        progress: told which share of the source has been read.

    Raises:
        SourceMissing: nothing is there.
        SourceUnknown: the content is none of the known forms, or several of which one must be named.
        SourceBroken: it is, but damaged.
        DataError: `out` is something else already.
    """
    if (source / CARD).is_file():
        raise DataError(f"{in_one_line(str(source))}: imported already. Give it as DATA to any command.")
    with scratch_beside(free_folder(out, CARD), out) as scratch:
        found = sources.read(source, scratch=scratch, skip_bad=skip_bad, progress=progress)
    description = describe(found.faces.counts, found.md5)
    name = in_one_line(source.name or str(source))
    return save(found, out, source=name, description=description, keep_existing=keep_existing)


def save(found: Found, out: Path, *, source: str, description: str, keep_existing: bool = False) -> Stored:
    """Store faces of all splits in the folder `out`, all or nothing, and open them.

    Args:
        found: the faces and what is to be said of them.
        out: a folder that is new, empty, or a stored data set, whose files are then replaced.
        source: what the faces came from, as a name for people.
        description: what they are, as a phrase that follows the name.
        keep_existing: do not replace a data set that another process has put there in the meantime.

    Raises:
        DataError: `out` is something else already.
    """
    folder = free_folder(out, CARD)
    is_open = found.faces.splits != SPLITS.index("test")
    seen = found.faces if is_open.all() else found.faces[is_open]
    provenance = Provenance(
        source=source,
        form=found.form,
        description=description,
        counts=found.faces.counts,
        checksum=seen.checksum,
        md5=found.md5,
        skipped=found.skipped,
        notes=found.notes,
        imported=now(),
        mimika=version("mimika"),
    )
    table = np.empty(len(seen), _TABLE)
    table["row"], table["emotion"], table["split"] = seen.rows, seen.emotions, seen.splits
    with scratch_beside(folder, out) as scratch:
        (part := scratch / "part").mkdir()
        np.save(part / _PIXELS, seen.pixels, allow_pickle=False)
        np.save(part / _ROWS, table, allow_pickle=False)
        if provenance.faces_of("test"):
            write_sealed(found.faces.of("test"), _sealed(part))
        (part / CARD).write_text(provenance.model_dump_json(indent=1) + "\n", encoding="utf-8")
        if folder.is_dir() and not keep_existing:
            exchange(part, folder, scratch, _FILES)
        else:
            put(part, folder, CARD)
    return _open(folder)


def open_data(data: str | Path, *, validation: float | None = None, progress: Progress | None = None) -> Stored:
    """Open a data set: a stored one, any importable source, or the word "drawn".

    A source is imported on first use and kept under `$MIMIKA_HOME` (by default the user's cache folder), where it is
    found again as long as path, size and time of the source stay the same.

    Args:
        data: a stored data set's folder, a source, or "drawn" (7,000 drawn faces, seed 0).
        validation: where there is no validation split, the share of train to make one of; twins stay together.
        progress: told which share has been read, where a source is imported.

    Raises:
        SplitMissing: `validation` was given, but the data set has a validation split already.
        DataError: as `import_data` raises it, or where "drawn" may also mean a folder.
    """
    path = Path(data)
    if data == "drawn":
        if (path / CARD).is_file():
            raise DataError("drawn: a word for drawn faces, and a data set stored here. Write ./drawn for the folder.")
        stored = draw_data(_DRAWN_FACES)
    elif (path / CARD).is_file():
        stored = _open(path)
    else:
        kept = cache_folder(path)
        is_kept = (kept / CARD).is_file()
        stored = _open(kept) if is_kept else import_data(path, kept, keep_existing=True, progress=progress)
    return stored if validation is None else _with_validation(stored, validation)


def draw_data(
    n: int, *, seed: int = 0, label_noise: float = 0.0, copies: float = 0.0, out: Path | None = None
) -> Stored:
    """Draw faces, as `draw_faces` does, and store them in `out`, or in the cache, where the same ones are found again.

    Raises:
        DataError: when the numbers cannot be meant, or something else stands in `out`.
    """
    from mimika.data.drawn import draw_faces

    # A few faces tell whether drawing has changed since the cached ones were drawn.
    sample = draw_faces(_SAMPLE_FACES).checksum[:8]
    kept = out or home() / "data" / f"drawn-{n}-{seed}-{label_noise:g}-{copies:g}-{sample}"
    if out is None and (kept / CARD).is_file():
        return _open(kept)
    faces = draw_faces(n, seed=seed, label_noise=label_noise, copies=copies)
    planted = ((label_noise, "training faces carry a wrong label"), (copies, "faces are copies of others"))
    notes = tuple(f"{100 * share:g} % of the {what}, on purpose." for share, what in planted if share)
    found = Found(faces=faces, form="drawn", notes=notes)
    return save(found, kept, source="drawn", description=faces.description, keep_existing=out is None)


def require_splits(stored: Stored) -> None:
    """Raise `SplitMissing` unless the data set has both a train and a validation split."""
    source = stored.provenance.source
    if not stored.provenance.faces_of("train"):
        raise SplitMissing(f"{source} has no train split, so nothing can be trained on it.")
    if not stored.provenance.faces_of("validation"):
        raise SplitMissing(f"{source} has no validation split. Cut one from train with --validation 0.1.")


def check_same_faces(stored: Stored, seen: Data, *, whose: Path) -> None:
    """Hold the train and validation faces against those that a run or study, `whose`, was trained on.

    Raises:
        RunError: when they are others, of which some may be faces that it was trained on.
    """
    here = stored.provenance
    train, validation = here.faces_of("train"), here.faces_of("validation")
    data = Data(
        checksum=here.checksum, description=here.description, train=train, validation=validation, validation_twins=0
    )
    if not same_faces(seen, data):
        described = f"{seen.description}, " if seen.description else ""
        raise RunError(
            f"{whose}: trained on other faces ({described}checksum {seen.checksum[:8]}) than {here.source} has "
            f"({here.checksum[:8]}). Name the data set it was trained on, with --validation if it was cut."
        )


def read(
    source: str | Path, splits: Split | Sequence[Split] = ("train", "validation"), *, validation: float | None = None
) -> Faces:
    """The faces of a data set, memory-mapped where all are asked for; imported on first use.

    Args:
        source: a stored data set's folder, a source in any known form, or "drawn".
        splits: which split or splits; those that the data set lacks are left out.
        validation: where there is no validation split, the share of train to make one of; twins stay together.

    Raises:
        SealedError: if the test split is asked for: `mimika final` opens it, once.
        SplitMissing: if the data set has none of the splits, or `validation` was given and there is one already.
        DataError: as `import_data` raises it.
    """
    splits = (splits,) if isinstance(splits, str) else splits
    if "test" in splits:
        raise SealedError("The test split stays sealed: `mimika final` opens it, once. Ask for train and validation.")
    unknown = [split for split in splits if split not in SPLITS]
    if unknown or not splits:
        raise DataError(f"No split is called {', '.join(unknown) or 'nothing'}. Ask for train, validation or both.")
    stored = open_data(source, validation=validation)
    codes = [SPLITS.index(split) for split in splits]
    chosen = np.isin(stored.faces.splits, codes)
    if not chosen.any():
        raise SplitMissing(f"{stored.provenance.source} has no {' and no '.join(splits)} split.")
    return stored.faces if chosen.all() else stored.faces[chosen]


def cache_folder(source: Path) -> Path:
    """Where an imported source is kept: it changes with the place, the size or the time of any file that is read.

    Raises:
        SourceMissing: if there is no such source.
    """
    if not source.exists():
        raise SourceMissing(missing(source))
    path = source.resolve()
    digest = hashlib.sha256()
    for file in Place.at(path).files:
        status = file.stat()
        digest.update(os.fsencode(file) + f"\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return home() / "data" / f"{path.name}-{digest.hexdigest()[:16]}"


def home() -> Path:
    """`$MIMIKA_HOME`, or the user's cache folder."""
    from platformdirs import user_cache_path

    named = os.environ.get("MIMIKA_HOME")
    return Path(named) if named else user_cache_path("mimika", appauthor=False)


def _open(path: Path) -> Stored:
    """A stored data set, its pixels memory-mapped; nothing is read that need not be."""
    try:
        provenance = Provenance.model_validate_json((path / CARD).read_text(encoding="utf-8"))
        pixels = np.load(path / _PIXELS, mmap_mode="r", allow_pickle=False)
        table = np.load(path / _ROWS, allow_pickle=False)
        faces = Faces(pixels=pixels, emotions=table["emotion"], splits=table["split"], rows=table["row"])
        faces = faces.described(provenance.description)
        if {**faces.counts, "test": provenance.counts["test"]} != provenance.counts:
            raise ValueError
        if provenance.faces_of("test") and not _sealed(path).is_file():
            raise ValueError
    except PermissionError:
        raise
    except (*UNREADABLE, IndexError, DataError, ValidationError):
        raise SourceBroken(
            f"{in_one_line(str(path))}: a stored data set that is damaged or of another version of mimika. Remove it "
            "and import again."
        ) from None
    # Known from the import: computing it would read every pixel.
    faces.__dict__["checksum"] = provenance.checksum
    return Stored(path=path, provenance=provenance, faces=faces)


def _with_validation(stored: Stored, share: float) -> Stored:
    """The same data set with a validation split cut from train."""
    if stored.provenance.faces_of("validation"):
        raise SplitMissing(f"{stored.provenance.source} has a validation split already: leave --validation out.")
    faces = cut_validation(stored.faces, share)
    counts = {**faces.counts, "test": stored.provenance.counts["test"]}
    note = f"The validation split is {100 * share:g} % of train, cut off by mimika; it is not FER2013's."
    provenance = stored.provenance.model_copy(
        update={"counts": counts, "checksum": faces.checksum, "notes": (*stored.provenance.notes, note)}
    )
    return Stored(path=stored.path, provenance=provenance, faces=faces)


def _sealed(folder: Path) -> Path:
    return folder / _SEALED
