"""The forms in which FER2013 is found in the wild, one file each; `recognise` picks by content, not by name."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from mimika.data.sources import archives, folders, official, parquet, split_files
from mimika.data.sources.form import Form, Found, Place, Progress, split_of
from mimika.data.sources.table import has_no_labels, plain, read_header
from mimika.errors import SourceUnknown, in_one_line

# In this order: a folder may hold the same faces several times, and the first form that fits loses least.
FORMS: Final[tuple[Form, ...]] = (official, split_files, parquet, folders)


def recognise(place: Place) -> Form:
    """The form of what lies at a place, by its content.

    Raises:
        SourceUnknown: if it is none that is known; says what was found instead.
    """
    for form in FORMS:
        if form.fits(place):
            return form
    raise SourceUnknown(_unknown(place))


def read(source: Path, *, scratch: Path, skip_bad: bool = False, progress: Progress | None = None) -> Found:
    """The faces of a source in any known form, all splits, every one checked.

    Args:
        source: a file, an archive or a folder.
        scratch: an empty folder that archives may be unpacked into.
        skip_bad: leave bad rows and images out instead of refusing the source.
        progress: told which share of the source has been read.

    Raises:
        SourceMissing: nothing is there.
        SourceUnknown: the content is none of the known forms, or several archives.
        SourceBroken: it is, but damaged.
    """
    place = Place.at(source)
    packed: list[str] = []
    # Two deep: the competition's .zip has had a fer2013.tar.gz in it.
    for depth in range(2):
        archive = _archive_in(place)
        if archive is None:
            break
        name = place.name_of(archive)
        packed.append(str(archives.packing_of(archive)))
        (into := scratch / str(depth)).mkdir()
        around = split_of(archive, place) if place.path.is_dir() else place.own_split
        place = replace(archives.unpacked(archive, name, into), split=around)
    found = recognise(place).read(place, skip_bad=skip_bad, progress=progress)
    return replace(found, form=" in a ".join([found.form, *(f".{packing}" for packing in reversed(packed))]))


def _archive_in(place: Place) -> Path | None:
    """The file itself if it is an archive, or the one in a folder that holds no form of FER2013 otherwise."""
    if place.path.is_dir() and any(form.fits(place) for form in FORMS):
        return None
    packed = [file for file in place.files if archives.packing_of(file)]
    if len(packed) > 1:
        names = [in_one_line(file.relative_to(place.path).as_posix()) for file in packed]
        shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
        raise SourceUnknown(
            f"{place.name}: {len(names):,} archives in this folder ({shown}). Name the one that is meant, or unpack "
            "them into one folder and import that."
        )
    return packed[0] if packed else None


def _unknown(place: Place) -> str:
    forms = (
        "mimika takes CSV files with the columns emotion and pixels, folders of images named by emotion, and parquet."
    )
    if place.path.is_dir():
        kinds = sorted({file.suffix.lower() or "no suffix" for file in place.files})
        return f"{place.name}: no form of FER2013 in this folder ({', '.join(kinds) or 'empty'}). {forms}"
    if place.path.stat().st_size == 0:
        return f"{place.name}: an empty file. Get it again."
    header = read_header(place.path)
    if not header:
        return f"{place.name}: neither text nor an archive nor parquet. {forms}"
    names = plain(header)
    if "nf" in names and "contempt" in names:
        return (
            f"{place.name}: the votes of FER+, which have no pixels and are not read. Import the fer2013.csv that they "
            "belong to."
        )
    if has_no_labels(names):
        return f"{place.name}: faces without labels, as in the competition's test.csv. Import its train.csv instead."
    shown = ", ".join(name.strip()[:20] for name in header[:6]) + (", …" if len(header) > 6 else "")
    return f"{place.name}: the header is {shown}, but FER2013 has emotion, pixels and Usage. {forms}"
