"""Tiny copies of FER2013 in the forms found in the wild, with random pixels."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from mimika.data.faces import SIDE, Faces
from mimika.data.split import SPLIT_OF_USAGE, SPLITS
from mimika.emotions import EMOTIONS

USAGE = {SPLITS.index(split): usage for usage, split in SPLIT_OF_USAGE.items()}
FACE = " ".join(["7"] * SIDE * SIDE)


def random_faces(n: int = 21, seed: int = 0, splits: Sequence[int] = (0, 0, 0, 0, 0, 1, 2)) -> Faces:
    rng = np.random.default_rng(seed)
    return Faces(
        pixels=rng.integers(0, 256, (n, SIDE, SIDE), np.uint8),
        emotions=(np.arange(n) % 7).astype(np.uint8),
        splits=np.sort(np.resize(splits, n)).astype(np.uint8),
        rows=np.arange(1, n + 1),
    )


def text_of(face: np.ndarray) -> str:
    return " ".join(map(str, face.ravel().tolist()))


def write_csv(path: Path, faces: Faces, header: str = "emotion,pixels,Usage") -> Path:
    """A CSV with the columns of the header, which may be in any order and have blanks."""
    with path.open("w", newline="") as file:
        file.write(header + "\n")
        writer = csv.writer(file, lineterminator="\n")
        for pixels, emotion, split in zip(faces.pixels, faces.emotions, faces.splits, strict=True):
            cells = {"emotion": int(emotion), "pixels": text_of(pixels), "usage": USAGE[int(split)]}
            writer.writerow([cells[name.strip().lower()] for name in header.split(",")])
    return path


def write_rows(path: Path, *rows: str, header: str = "emotion,pixels,Usage") -> Path:
    path.write_text("\n".join([header, *rows, ""]))
    return path


def write_images(folder: Path, faces: Faces, name: str = "{split}/{emotion}/{usage}_{row}.png") -> Path:
    """Image folders; `name` may use split (Kaggle's train or test), emotion, usage and row."""
    for pixels, emotion, split, row in zip(faces.pixels, faces.emotions, faces.splits, faces.rows, strict=True):
        kaggle = "train" if split == 0 else "test"
        file = folder / name.format(split=kaggle, emotion=EMOTIONS[emotion], usage=USAGE[int(split)], row=row)
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(file)
    return folder


def write_parquet(
    path: Path, faces: Faces, names: Sequence[str] | None = None, told: Sequence[str] | None = None
) -> Path:
    """A mirror as Hugging Face has them: images as bytes, labels as numbers in the order of `names`.

    The metadata tell the names, or `told` in their place, or nothing where no names are given.
    """
    import pyarrow as pa
    from pyarrow import parquet

    images = []
    for pixels in faces.pixels:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "png")
        images.append({"bytes": file.getvalue(), "path": None})
    order = names or EMOTIONS
    labels = [order.index(EMOTIONS[emotion]) for emotion in faces.emotions]
    table = pa.table(
        {
            "image": pa.array(images, pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
            "label": pa.array(labels, pa.int64()),
        }
    )
    if names:
        features = {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": list(told or names)}}
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(table, path)
    return path


def write_zip(path: Path, *files: Path, names: Sequence[str] = ()) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, name in zip(files, names or [file.name for file in files], strict=True):
            archive.write(file, name)
    return path


def same(faces: Faces, others: Faces) -> bool:
    return all(
        np.array_equal(getattr(faces, name), getattr(others, name)) for name in ("pixels", "emotions", "splits", "rows")
    )
