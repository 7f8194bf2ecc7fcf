"""Faces: many 48×48 gray images with what is known of each."""

import hashlib
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import numpy.typing as npt

from mimika.data.split import SPLIT_OF_USAGE, SPLITS, USAGES, Split, split_of_usage
from mimika.emotions import EMOTIONS, NUMBERED, emotion_in
from mimika.errors import DataError, require

if TYPE_CHECKING:
    import pandas as pd

SIDE: Final = 48
"""Pixels along one side of a FER2013 face."""

Pixels = npt.NDArray[np.uint8]
"""Gray faces, uint8, shape (n, 48, 48)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Faces:
    """Faces with emotion, split and source row, checked at birth; arrays may be memory-mapped and are read-only.

    Attributes:
        pixels: uint8 (n, 48, 48), 0 black to 255 white.
        emotions: uint8 (n,), index into `EMOTIONS`.
        splits: uint8 (n,), index into `SPLITS`.
        rows: int64 (n,), the row (from 1) or file number in the source, so that a finding can name it; 1 to n if not
            given.
        description: what records, pages and model cards call the faces, as `described` sets it; faces that are derived
            from others, by `replace` or by choosing some, have none.

    Raises:
        DataError: when shapes, types or ranges do not fit.
    """

    pixels: Pixels
    emotions: npt.NDArray[np.uint8]
    splits: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.int64] = None  # type: ignore[assignment]  # counted at birth
    description: str = field(default="", init=False)

    def __post_init__(self) -> None:
        n = len(self.pixels)
        if self.pixels.dtype != np.uint8 or self.pixels.shape != (n, SIDE, SIDE):
            raise DataError(
                f"Faces are uint8 of shape (n, {SIDE}, {SIDE}), not {self.pixels.dtype} of shape {self.pixels.shape}."
            )
        for name, values, known in (("emotions", self.emotions, EMOTIONS), ("splits", self.splits, SPLITS)):
            if values.dtype != np.uint8 or values.shape != (n,) or (n and values.max() >= len(known)):
                raise DataError(f"{name} must be uint8 of shape ({n},), each below {len(known)}.")
        if self.rows is None:
            object.__setattr__(self, "rows", np.arange(1, n + 1))
        if self.rows.dtype != np.int64 or self.rows.shape != (n,):
            raise DataError(f"rows must be int64 of shape ({n},), not {self.rows.dtype} of shape {self.rows.shape}.")
        self._make_read_only()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._make_read_only()  # copied arrays come writable

    def _make_read_only(self) -> None:
        for one in fields(self):
            values = getattr(self, one.name)
            if isinstance(values, np.ndarray) and values.flags.writeable:  # a write would leave the checksum behind
                (view := values.view()).flags.writeable = False
                object.__setattr__(self, one.name, view)

    def __len__(self) -> int:
        return len(self.pixels)

    def __repr__(self) -> str:
        counts = ", ".join(f"{split} {self.count(split):,}" for split in SPLITS if self.count(split))
        return f"<Faces: {counts or 'none'}{f'; {self.description}' if self.description else ''}>"

    def __getitem__(self, chosen: int | slice | npt.NDArray[np.bool_] | npt.NDArray[np.integer[Any]]) -> Self:
        """The chosen faces, by index, slice, mask or indices; by one index, a `Faces` of one."""
        if isinstance(chosen, int | np.integer):
            chosen = np.array([chosen])
        return replace(
            self,
            pixels=self.pixels[chosen],
            emotions=self.emotions[chosen],
            splits=self.splits[chosen],
            rows=self.rows[chosen],
        )

    def described(self, description: str) -> Self:
        """The same faces, called so."""
        faces = replace(self)
        object.__setattr__(faces, "description", description)
        return faces

    def of(self, split: Split) -> Self:
        """The faces of one split, in their order; possibly none. `DataError` if no split is called so."""
        return self[self.splits == _code(split)]

    def count(self, split: Split) -> int:
        """How many faces a split has."""
        return int((self.splits == _code(split)).sum())

    @property
    def counts(self) -> dict[Split, dict[str, int]]:
        """How many faces each split has of each emotion."""
        return {
            split: dict(
                zip(
                    EMOTIONS,
                    np.bincount(self.emotions[self.splits == code], minlength=len(EMOTIONS)).tolist(),
                    strict=True,
                )
            )
            for code, split in enumerate(SPLITS)
        }

    @cached_property
    def checksum(self) -> str:
        """sha256 of the train and validation faces (pixels, emotions), the same however a copy was stored."""
        digest = hashlib.sha256()
        for split in SPLITS[:2]:
            part = self.of(split)
            digest.update(f"{split} {len(part)}".encode())
            digest.update(np.ascontiguousarray(part.pixels).data)
            digest.update(np.ascontiguousarray(part.emotions).data)
        return digest.hexdigest()

    @classmethod
    def from_frame(cls, frame: "pd.DataFrame") -> Self:
        """Faces from a pandas frame with the official columns `emotion`, `pixels` and, if known, `Usage`.

        Raises:
            DataError: naming the first row that does not fit.
        """
        named = {str(column).strip().casefold(): frame[column] for column in frame.columns}
        if "split" in named and "usage" not in named:
            raise DataError(f"The frame has a column split, which is not read. Call it Usage, with the words {USAGES}.")
        missing = [column for column in ("emotion", "pixels") if column not in named]
        if missing:
            raise DataError(f"The frame lacks the column {missing[0]}; it has {', '.join(map(str, frame.columns))}.")
        pixels = np.empty((len(frame), SIDE, SIDE), np.uint8)
        for position, given in enumerate(named["pixels"]):
            try:
                values = _whole(given)
            except (ValueError, TypeError, OverflowError):
                raise DataError(f"Row {position + 1} of the frame: pixels that are not whole numbers.") from None
            if values.size != SIDE * SIDE or values.min() < 0 or values.max() > 255:
                extent = f", from {values.min():g} to {values.max():g}" if values.size else ""
                raise DataError(
                    f"Row {position + 1} of the frame: a face has {SIDE * SIDE:,} pixels from 0 to 255; this has "
                    f"{values.size:,}{extent}."
                )
            pixels[position] = values.reshape(SIDE, SIDE)
        usage = named.get("usage", ["Training"] * len(frame))
        return cls(
            pixels=pixels,
            emotions=np.array([_emotion(row, given) for row, given in enumerate(named["emotion"], 1)], np.uint8),
            splits=np.array([_split(row, given) for row, given in enumerate(usage, 1)], np.uint8),
        )

    def to_frame(self) -> "pd.DataFrame":
        """A pandas frame with the official columns `emotion`, `pixels` (text) and `Usage`.

        Raises:
            ExtraMissing: without pandas.
        """
        require("pandas", "train", "Faces.to_frame")
        import pandas as pd

        usage_of_split = {SPLITS.index(split): usage for usage, split in SPLIT_OF_USAGE.items()}
        return pd.DataFrame(
            {
                "emotion": self.emotions.astype(np.int64),
                "pixels": [" ".join(map(str, face.ravel().tolist())) for face in self.pixels],
                "Usage": [usage_of_split[code] for code in self.splits.tolist()],
            }
        )

    @classmethod
    def joined(cls, *parts: "Faces") -> Self:
        """One `Faces` from several, in their order."""
        return cls(
            pixels=np.concatenate([part.pixels for part in parts]),
            emotions=np.concatenate([part.emotions for part in parts]),
            splits=np.concatenate([part.splits for part in parts]),
            rows=np.concatenate([part.rows for part in parts]),
        )


def _code(split: str) -> int:
    if split not in SPLITS:
        raise DataError(f"No split is called {split}. Ask for {', '.join(SPLITS[:-1])} or {SPLITS[-1]}.")
    return SPLITS.index(split)


def _emotion(row: int, given: object) -> int:
    # Where a row has none, pandas makes floats of the numbers.
    text = f"{given:g}" if isinstance(given, float) else str(given)
    number = emotion_in(text)
    if number is None:
        raise DataError(f"Row {row} of the frame: emotion {text}, but FER2013 has {NUMBERED}.")
    return number


def _split(row: int, given: object) -> int:
    split = split_of_usage(str(given))
    if split is None:
        raise DataError(f"Row {row} of the frame: Usage {given}, but FER2013 has {USAGES}.")
    return SPLITS.index(split)


def _whole(pixels: object) -> npt.NDArray[np.number[Any]]:
    """A face's pixels as whole numbers, from text or anything array-like; raises `ValueError` where they are not."""
    if isinstance(pixels, str):
        return np.asarray(pixels.split()).astype(np.int64)
    values = np.asarray(pixels)
    if values.dtype.kind not in "biu":
        values = values.astype(np.float64)
        if not (np.isfinite(values) & (values == np.floor(values))).all():
            raise ValueError("not whole")
    return values
