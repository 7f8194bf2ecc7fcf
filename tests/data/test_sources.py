"""Every form found in the wild gives the same faces, recognised by its content."""

import gzip
import io
import tarfile
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mimika.data.faces import Faces
from mimika.data.prepare import resize
from mimika.data.sources import images, read
from mimika.data.sources.form import MIXED_TEST, Found
from mimika.emotions import EMOTIONS
from mimika.errors import ClassUnknown, ExtraMissing, SourceBroken, SourceMissing, SourceUnknown
from mimika.predict.pictures import read_picture
from tests.data.copies import (
    FACE,
    USAGE,
    random_faces,
    same,
    write_csv,
    write_images,
    write_parquet,
    write_rows,
    write_zip,
)

FORMS = "mimika takes CSV files with the columns emotion and pixels, folders of images named by emotion, and parquet."
ALPHABETICAL = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]


@pytest.fixture
def faces() -> Faces:
    return random_faces()


@pytest.fixture
def found(tmp_path_factory):
    """Reads a source, with an empty folder for what must be unpacked."""

    def read_it(source, **options) -> Found:
        return read(source, scratch=tmp_path_factory.mktemp("scratch"), **options)

    return read_it


def message(error: pytest.ExceptionInfo) -> str:
    return str(error.value)


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("emotion,pixels,Usage", "official CSV"),
        ("emotion, Usage, pixels", "icml CSV"),
        (" Usage ,PIXELS,Emotion", "icml CSV"),
    ],
)
def test_the_official_columns_are_found_in_any_order_and_with_blanks(tmp_path, faces, found, header, form):
    source = found(write_csv(tmp_path / "any-name.dat", faces, header))
    assert same(source.faces, faces)
    assert source.form == form


def test_byte_order_mark_line_ends_and_quotes_change_nothing(tmp_path, faces, found):
    text = write_csv(tmp_path / "plain.csv", faces).read_text()
    header, *rows = text.splitlines()
    quoted = ['"' + row.replace(",", '","') + '"' for row in rows]
    path = tmp_path / "fer2013.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([header, *quoted]).encode())
    assert same(found(path).faces, faces)


def test_a_large_file_is_parsed_in_child_processes_with_the_same_result(tmp_path, found, monkeypatch):
    monkeypatch.setattr("mimika.data.sources.table._SMALL_BYTES", 0)
    monkeypatch.setattr("mimika.data.sources.table._BLOCK_BYTES", 50_000)
    faces = random_faces(100)
    path = write_csv(tmp_path / "fer2013.csv", faces)
    shares: list[float] = []
    assert same(found(path, progress=shares.append).faces, faces)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    path.write_text(path.read_text() + f"0,{FACE} 1,Training\n")
    with pytest.raises(SourceBroken) as error:
        found(path)
    assert message(error) == (
        "fer2013.csv, row 101: 2,305 pixels, but a face has 2,304 (48×48). "
        "Mend the row, or import with --skip-bad to leave it out."
    )


@pytest.mark.parametrize("header", ["pixels", "Id,pixels"])
def test_the_competitions_pair_gives_train_and_says_that_test_has_no_labels(tmp_path, faces, found, header):
    train = faces.of("train")
    write_csv(tmp_path / "train.csv", train, "emotion,pixels")
    write_rows(tmp_path / "test.csv", header=header)
    source = found(tmp_path)
    assert same(source.faces, train)
    assert source.form == "competition CSV"
    assert source.notes == (f"{tmp_path.name}/test.csv has no labels and was left out.",)


def test_three_files_take_their_split_from_their_names(tmp_path, faces, found):
    for name, split in (("train", "train"), ("val", "validation"), ("test", "test")):
        write_csv(tmp_path / f"{name}.csv", faces.of(split), "emotion,pixels")
    source = found(tmp_path)
    assert source.faces.counts == faces.counts
    assert source.form == "CSV per split"
    assert np.array_equal(source.faces.of("validation").pixels, faces.of("validation").pixels)
    assert source.faces.of("test").rows.tolist() == [1, 2, 3]


def test_a_file_without_usage_and_without_a_split_in_its_name_is_train(tmp_path, faces, found):
    source = found(write_csv(tmp_path / "faces.csv", faces, "pixels,emotion"))
    assert len(source.faces.of("train")) == len(faces)
    assert source.notes == ("faces.csv has no Usage, nor a split in its name: its faces count as train.",)


@pytest.mark.parametrize("form", ["csv", "parquet", "images"])
def test_a_split_may_stand_in_a_folders_name(tmp_path, faces, found, form):
    for number, name in enumerate(("train", "validation", "test")):
        write_split(tmp_path / "fer" / name, faces[faces.splits == number], form)
    assert found(tmp_path / "fer").faces.counts == faces.counts


@pytest.mark.parametrize("form", ["csv", "parquet", "images"])
def test_the_faces_of_a_test_folder_never_pass_for_train_however_it_is_given(tmp_path, faces, found, monkeypatch, form):
    folder = write_split(tmp_path / "test", faces, form)
    files = [file for file in folder.rglob("*") if file.is_file()]
    zipped = write_zip(tmp_path / "test.zip", *files, names=[str(file.relative_to(folder)) for file in files])
    monkeypatch.chdir(folder)
    for place in (folder, Path(), zipped, *(files if len(files) == 1 else ())):
        assert found(place).faces.count("test") == len(faces)


@pytest.mark.parametrize("form", ["csv", "parquet", "images"])
def test_what_says_no_split_beside_what_does_is_not_guessed(tmp_path, faces, found, form):
    for number, name in enumerate(("train", "hidden", "test")):
        write_split(tmp_path / "fer" / name, faces[faces.splits == number], form)
    with pytest.raises(SourceUnknown, match=r"^fer.*hidden.*: no name on its path|^fer: [\d]+ faces say no split"):
        found(tmp_path / "fer")


def test_the_split_may_stand_in_an_images_own_name(tmp_path, faces, found):
    folder = write_images(tmp_path / "fer", faces.of("train"), "{emotion}/train_{row}.png")
    write_images(folder, faces.of("test"), "{emotion}/test_{row}.png")
    assert len(found(folder).faces.of("test")) == len(faces.of("test"))


def test_a_folder_of_ones_own_called_dev_says_nothing(tmp_path, faces, found):
    folder = write_split(tmp_path / "dev", faces, "csv")
    assert found(folder).faces.count("train") == len(faces)


def test_a_test_folder_that_is_given_from_below_or_by_a_link_is_one(tmp_path, faces, found, monkeypatch):
    folder = write_split(tmp_path / "test", faces, "images")
    below = next(path for path in folder.iterdir() if path.is_dir())
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(below)
    for place in (Path(".."), tmp_path / "link"):
        assert found(place).faces.count("test") == len(faces)


@pytest.mark.parametrize(
    "name", ["private_test/images.zip", "private/images.zip", "test/part/images.zip", "test_images.zip"]
)
def test_what_an_archive_within_a_folder_is_called_counts_as_it_does_unpacked(tmp_path, faces, found, name):
    folder = write_images(tmp_path / "plain", faces, "{emotion}/{row}.png")
    files = [file for file in folder.rglob("*") if file.is_file()]
    (zipped := tmp_path / "fer" / name).parent.mkdir(parents=True)
    write_zip(zipped, *files, names=[str(file.relative_to(folder)) for file in files])
    assert found(tmp_path / "fer").faces.count("test") == len(faces)


@pytest.mark.parametrize("word", ["validate", "dev"])
def test_other_words_for_validation_are_known(tmp_path, faces, found, word):
    for number, name in enumerate(("train", word, "test")):
        write_csv(tmp_path / f"{name}.csv", faces[faces.splits == number], "emotion,pixels")
    assert found(tmp_path).faces.counts == faces.counts


def test_a_column_split_is_not_passed_over(tmp_path, faces, found):
    path = write_csv(tmp_path / "fer.csv", faces, "emotion,pixels,Usage")
    path.write_text(path.read_text().replace("Usage", "split"))
    with pytest.raises(SourceUnknown) as error:
        found(path)
    assert message(error) == (
        "fer.csv: a column split, which is not read. Call it Usage, with the words Training, PublicTest, PrivateTest."
    )


def test_a_file_of_a_split_that_is_empty_is_not_passed_over(tmp_path, faces, found):
    (tmp_path / "fer").mkdir()
    write_csv(tmp_path / "fer" / "train.csv", faces.of("train"), "emotion,pixels")
    (tmp_path / "fer" / "val.csv").touch()
    with pytest.raises(SourceBroken) as error:
        found(tmp_path / "fer")
    assert message(error) == "fer/val.csv: no header; the file is empty or damaged. Get it again."


def test_a_parquet_file_that_is_none_is_not_passed_over(tmp_path, faces, found):
    write_parquet(tmp_path / "fer" / "train-00000-of-00002.parquet", faces.of("train"), ALPHABETICAL)
    (tmp_path / "fer" / "train-00001-of-00002.parquet").write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(SourceBroken) as error:
        found(tmp_path / "fer")
    assert message(error) == ("fer/train-00001-of-00002.parquet: the parquet file is cut off or damaged. Get it again.")


def test_an_archive_in_a_folder_of_the_test_faces_holds_test_faces(tmp_path, faces, found):
    folder = write_images(tmp_path / "plain", faces, "{emotion}/{row}.png")
    files = [file for file in folder.rglob("*") if file.is_file()]
    (tmp_path / "test").mkdir()
    names = [str(file.relative_to(folder)) for file in files]
    zipped = write_zip(tmp_path / "test" / "images.zip", *files, names=names)
    for place in (zipped, tmp_path / "test"):
        assert found(place).faces.count("test") == len(faces)


def test_folders_that_are_there_a_second_time_are_read_once(tmp_path, faces, found):
    for place in ("images", "images/images"):
        write_images(tmp_path / place, faces, "{split}/{emotion}/{row}.png")
    # Another face under the same name is another face.
    (first, *_) = sorted((tmp_path / "images" / "images" / "train").rglob("*.png"))
    Image.new("L", (48, 48), 77).save(first)
    source = found(tmp_path)
    assert len(source.faces) == len(faces) + 1
    assert source.notes[0] == (
        f"Images that are there twice, under the same name, and were left out once: {len(faces) - 1}."
    )


def write_split(folder, faces, form):
    """Faces without a word of their split but the folder's name."""
    if form == "images":
        return write_images(folder, faces, "{emotion}/{row}.png")
    folder.mkdir(parents=True)
    if form == "csv":
        write_csv(folder / "fer.csv", faces, "emotion,pixels")
    else:
        write_parquet(folder / "0000.parquet", faces, ALPHABETICAL)
    return folder


def test_a_split_in_a_longer_name_of_the_source_says_nothing(tmp_path, faces, found):
    folder = write_split(tmp_path / "fer train and test", faces, "csv")
    assert found(folder).faces.count("train") == len(faces)


def test_kaggles_folders_give_the_splits_back_that_test_mixes(tmp_path, faces, found):
    write_images(tmp_path, faces)
    source = found(tmp_path)
    assert same(source.faces, faces)
    assert source.form == "image folders"
    assert source.notes == ()


def test_a_test_folder_that_does_not_say_which_test_is_never_validation(tmp_path, faces, found):
    write_images(tmp_path / "archive", faces, "{split}/{emotion}/im{row}.png")
    source = found(tmp_path / "archive")
    assert {split: sum(counts.values()) for split, counts in source.faces.counts.items()} == {
        "train": 15,
        "validation": 0,
        "test": 6,
    }
    assert source.notes == (MIXED_TEST,)
    alone = found(tmp_path / "archive" / "test")
    assert len(alone.faces.of("test")) == 6


def test_folders_map_by_name_in_any_usual_form(tmp_path, found):
    for number, name in enumerate(("Angry", "disgusted", "FEARFUL", "happiness", "sadness", "surprised", "Neutral")):
        (tmp_path / "validation" / name).mkdir(parents=True)
        Image.new("L", (48, 48), number).save(tmp_path / "validation" / name / "a.png")
    faces = found(tmp_path).faces
    assert faces.pixels[:, 0, 0].tolist() == faces.emotions.tolist()
    assert sorted(faces.emotions.tolist()) == [0, 1, 2, 3, 4, 5, 6]
    assert len(faces.of("validation")) == 7


def test_numbers_that_come_again_in_a_split_are_no_rows(tmp_path, found):
    for split, count in (("train", 2), ("test", 3)):
        for emotion in ("angry", "happy"):
            (tmp_path / split / emotion).mkdir(parents=True)
            for number in range(count):
                face = random_faces(1).pixels[0]
                Image.fromarray(face).save(tmp_path / split / emotion / f"im{number}.png")
    assert found(tmp_path).faces.rows.tolist() == list(range(1, 11))


def test_an_image_of_far_too_many_pixels_is_refused_and_filters_of_warnings_are_left_alone(
    tmp_path, faces, found, monkeypatch
):
    write_images(tmp_path / "fer", faces)
    monkeypatch.setattr("mimika.data.sources.images._MOST_PIXELS", 48 * 48)
    monkeypatch.setattr(warnings, "catch_warnings", None)
    assert same(found(tmp_path / "fer").faces, faces)
    Image.new("L", (49, 48)).save(tmp_path / "fer" / "train" / "angry" / "Training_1.png")
    with pytest.raises(SourceBroken) as error:
        found(tmp_path / "fer")
    assert message(error) == (
        "fer/train/angry/Training_1.png: not a readable image. "
        "Mend the image, or import with --skip-bad to leave it out."
    )


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_images_of_16_bits_are_brought_to_8(tmp_path, found, suffix):
    levels = np.linspace(0, 65_535, 48 * 48).reshape(48, 48).astype(np.uint16)
    (tmp_path / "happy").mkdir()
    Image.fromarray(levels).save(tmp_path / "happy" / f"a.{suffix}")
    assert np.array_equal(found(tmp_path).faces.pixels[0], np.rint(levels / 257))


@pytest.mark.parametrize("levels", [np.full((48, 48), 0.5, np.float32), np.full((48, 48), 70_000, np.int32)])
def test_gray_levels_of_no_known_scale_are_refused(tmp_path, found, levels):
    (folder := tmp_path / "fer" / "happy").mkdir(parents=True)
    Image.fromarray(levels).save(folder / "a.tif")
    with pytest.raises(SourceBroken) as error:
        found(tmp_path / "fer")
    assert message(error) == (
        "fer/happy/a.tif: not a readable image. Mend the image, or import with --skip-bad to leave it out."
    )


def test_images_of_another_size_and_in_color_become_faces(tmp_path, found):
    (tmp_path / "happy").mkdir()
    Image.new("RGB", (100, 120), (200, 200, 200)).save(tmp_path / "happy" / "a.jpg")
    source = found(tmp_path)
    assert (source.faces.pixels == 200).all()
    assert source.notes == (
        "JPEG has changed the pixels a little, so figures differ slightly from the CSV's.",
        "Images of another size, brought to 48×48 as they are, without looking for a face: 1.",
        "Images in no folder of a split, which count as train: 1.",
    )


@pytest.mark.parametrize("shape", [(30, 41), (200, 96), (48, 48)])
def test_an_own_photo_is_learned_from_as_it_is_predicted_on(tmp_path, found, shape):
    (tmp_path / "happy").mkdir()
    path = tmp_path / "happy" / "a.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)).save(path)
    assert np.array_equal(found(tmp_path).faces.pixels[0], resize(read_picture(path).gray))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["jpg", "png", "tif"])
def test_images_are_turned_as_their_exif_says(tmp_path, found, form, orientation):
    """As the recogniser turns them."""
    levels = np.linspace(0, 255, 48 * 48).reshape(48, 48).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    (tmp_path / "happy").mkdir()
    Image.fromarray(levels).save(path := tmp_path / "happy" / f"a.{form}", exif=exif)
    assert np.array_equal(found(tmp_path).faces.pixels[0], read_picture(path).gray)


@pytest.mark.filterwarnings("ignore::UserWarning")  # PIL's, of what is broken
def test_an_image_with_broken_exif_is_read_as_it_is(tmp_path, found):
    levels = np.linspace(0, 255, 48 * 48).reshape(48, 48).astype(np.uint8)
    (tmp_path / "happy").mkdir()
    Image.fromarray(levels).save(path := tmp_path / "happy" / "a.jpg", exif=b"Exif\0\0MM\0*" + b"\xff" * 40)
    assert np.array_equal(found(tmp_path).faces.pixels[0], read_picture(path).gray)


def test_what_is_transparent_in_an_image_lies_over_white(tmp_path, found):
    gray = Image.fromarray(random_faces(1).pixels[0])
    clear = Image.new("L", (48, 48), 255)
    clear.paste(0, (0, 0, 48, 10))
    (tmp_path / "happy").mkdir()
    Image.merge("LA", (gray, clear)).save(tmp_path / "happy" / "1.png")
    Image.merge("RGBA", (gray, gray, gray, clear)).save(tmp_path / "happy" / "2.webp", lossless=True)
    palette = gray.convert("P")
    palette.save(tmp_path / "happy" / "3.gif", transparency=int(palette.getpixel((0, 0))))
    one, two, three = found(tmp_path).faces.pixels
    assert (one[:10] == 255).all()
    assert np.array_equal(one[10:], np.asarray(gray)[10:])
    assert np.array_equal(one, two)
    assert three[0, 0] == 255


@pytest.mark.parametrize("error", [TypeError("an integer is required"), KeyError(3), AssertionError()])
def test_whatever_a_decoder_stumbles_over_is_a_damaged_image(monkeypatch, error):
    def stumble(_):
        raise error

    monkeypatch.setattr(images, "_gray", stumble)
    Image.new("L", (48, 48)).save(tiny := io.BytesIO(), "png")
    assert images.read_images([tiny.getvalue()]) == [None]


def test_a_lack_of_memory_is_not_taken_for_a_damaged_image(monkeypatch):
    def full(_):
        raise MemoryError

    monkeypatch.setattr(images, "_gray", full)
    Image.new("L", (48, 48)).save(tiny := io.BytesIO(), "png")
    with pytest.raises(MemoryError):
        images.read_images([tiny.getvalue()])


def test_parquet_maps_by_the_names_in_its_metadata(tmp_path, faces, found):
    write_parquet(tmp_path / "data" / "train-00000-of-00001.parquet", faces.of("train"), ALPHABETICAL)
    write_parquet(tmp_path / "data" / "test-00000-of-00001.parquet", faces.of("test"), ALPHABETICAL)
    source = found(tmp_path)
    assert source.form == "parquet"
    for split in ("train", "test"):
        assert np.array_equal(source.faces.of(split).pixels, faces.of(split).pixels)
        assert np.array_equal(source.faces.of(split).emotions, faces.of(split).emotions)
    assert source.notes == (MIXED_TEST,)


def test_parquet_is_known_by_its_suffix_in_any_case(tmp_path, faces, found):
    write_parquet(tmp_path / "TRAIN.PARQUET", faces, ALPHABETICAL)
    assert found(tmp_path).faces.count("train") == len(faces)


def test_parquet_whose_metadata_name_a_column_that_is_gone_is_refused(tmp_path, faces, found):
    from pyarrow import parquet

    path = write_parquet(tmp_path / "train.parquet", faces, ALPHABETICAL)
    table = parquet.read_table(path)
    parquet.write_table(table.rename_columns(["image", "number"]).replace_schema_metadata(table.schema.metadata), path)
    with pytest.raises(SourceBroken) as error:
        found(path)
    assert message(error) == (
        "train.parquet: the columns are image, number, but faces in parquet have image (bytes) and label."
    )


def test_parquet_with_numbers_but_no_names_is_refused(tmp_path, faces, found):
    with pytest.raises(SourceBroken) as error:
        found(write_parquet(tmp_path / "train.parquet", faces))
    assert message(error) == (
        "train.parquet: label holds numbers, and the metadata does not name them; their order differs from copy to "
        "copy and is not guessed. Get a copy with names."
    )


def test_parquet_with_a_label_that_is_no_emotion_names_its_rows(tmp_path, faces, found):
    path = write_parquet(tmp_path / "train.parquet", faces, ALPHABETICAL, told=[*ALPHABETICAL[:6], "contempt"])
    with pytest.raises(ClassUnknown) as error:
        found(path)
    assert message(error) == (
        "train.parquet, row 6: label contempt, but FER2013 has angry, disgust, fear, happy, sad, surprise and neutral. "
        "2 more rows like it: 13 20. Mend them, or import with --skip-bad to leave them out."
    )
    assert found(path, skip_bad=True).faces.rows.tolist() == [row for row in range(1, 22) if row not in (6, 13, 20)]


def test_parquet_takes_the_split_from_a_usage_column_and_labels_that_are_names(tmp_path, faces, found):
    import pyarrow as pa
    from pyarrow import parquet

    table = parquet.read_table(write_parquet(tmp_path / "faces.parquet", faces))
    emotions = pa.array([EMOTIONS[emotion] for emotion in faces.emotions])
    usage = pa.array([USAGE[int(split)] for split in faces.splits])
    images = pa.array([image["bytes"] for image in table["image"].to_pylist()])
    parquet.write_table(pa.table({"img": images, "emotion": emotions, "Usage": usage}), tmp_path / "faces.parquet")
    source = found(tmp_path / "faces.parquet")
    assert same(source.faces, faces)
    assert source.notes == ()


@pytest.mark.parametrize("kind", ["named", "structure"])
def test_parquet_takes_no_other_bytes_for_the_image(tmp_path, faces, found, kind):
    import pyarrow as pa
    from pyarrow import parquet

    table = parquet.read_table(write_parquet(tmp_path / "faces.parquet", faces))
    if kind == "named":
        named = pa.array([image["bytes"] for image in table["image"].to_pylist()])
        column = "Face"
    else:
        named, column = table["image"], "picture"
    others = pa.array([b"checksum"] * len(faces))
    emotions = pa.array([EMOTIONS[emotion] for emotion in faces.emotions])
    parquet.write_table(pa.table({"digest": others, column: named, "label": emotions}), tmp_path / "faces.parquet")
    assert np.array_equal(found(tmp_path / "faces.parquet").faces.pixels, faces.pixels)


@pytest.mark.parametrize("twice", ["image", "label", "split"])
def test_parquet_with_two_columns_of_one_name_is_refused(tmp_path, faces, found, twice):
    from pyarrow import parquet

    path = with_split_column(tmp_path / "faces.parquet", faces, "split", ("train", "validation", "test"))
    table = parquet.read_table(path)
    parquet.write_table(table.append_column(twice, table[twice]), path)
    with pytest.raises(SourceBroken) as error:
        found(path)
    assert message(error) == (
        f"faces.parquet: several columns are called {twice}. Rename all but the one that is meant."
    )


def with_split_column(path, faces, name, words):
    import pyarrow as pa
    from pyarrow import parquet

    table = parquet.read_table(write_parquet(path, faces, ALPHABETICAL))
    splits = pa.array([words[int(split)] for split in faces.splits])
    parquet.write_table(table.append_column(name, splits), path)
    return path


@pytest.mark.parametrize(
    ("name", "words"),
    [("split", ("train", "validation", "test")), ("Usage", (" training", "PUBLICTEST", "privatetest "))],
)
def test_parquet_reads_a_split_column_in_usual_words_and_any_case(tmp_path, faces, found, name, words):
    source = found(with_split_column(tmp_path / "faces.parquet", faces, name, words))
    assert source.faces.splits.tolist() == faces.splits.tolist()


def test_parquet_with_a_split_that_nobody_knows_is_refused(tmp_path, faces, found):
    path = with_split_column(tmp_path / "faces.parquet", faces, "split", ("train", "validation", "holdout"))
    with pytest.raises(SourceBroken) as error:
        found(path)
    assert "split holdout, but FER2013 has Training, PublicTest, PrivateTest" in message(error)


def test_parquet_without_rows_is_refused(tmp_path, faces, found):
    with pytest.raises(SourceBroken) as error:
        found(write_parquet(tmp_path / "train.parquet", faces[:0], ALPHABETICAL))
    assert message(error) == "train.parquet: no faces in it. Get it again."


def test_parquet_that_is_cut_off_is_refused(tmp_path, faces, found):
    path = write_parquet(tmp_path / "train.parquet", faces, ALPHABETICAL)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(SourceBroken) as error:
        found(path)
    assert message(error) == "train.parquet: the parquet file is cut off or damaged. Get it again."


def test_parquet_without_pyarrow_names_the_extra(tmp_path, faces, found, monkeypatch):
    path = write_parquet(tmp_path / "train.parquet", faces, ALPHABETICAL)
    monkeypatch.setattr("mimika.errors.find_spec", lambda module: None)
    with pytest.raises(ExtraMissing) as error:
        found(path)
    assert message(error) == ('reading parquet needs pyarrow, which is not installed: pip install "mimika[parquet]"')


@pytest.mark.parametrize("packing", ["zip", "tar.gz", "tar", "gz"])
def test_archives_are_opened_by_their_content(tmp_path, faces, found, packing):
    csv_path = write_csv(tmp_path / "fer2013.csv", faces)
    path = tmp_path / "download"
    if packing == "zip":
        write_zip(path, csv_path, names=["fer2013/fer2013.csv"])
    elif packing == "gz":
        path.write_bytes(gzip.compress(csv_path.read_bytes()))
    else:
        with tarfile.open(path, "w:gz" if packing == "tar.gz" else "w") as archive:
            archive.add(csv_path, "fer2013/fer2013.csv")
    source = found(path)
    assert same(source.faces, faces)
    assert source.form == f"official CSV in a .{packing}"


def test_a_zip_of_kaggles_folders_is_read_like_the_folders(tmp_path, faces, found):
    write_images(tmp_path / "images", faces)
    files = sorted((tmp_path / "images").rglob("*.png"))
    names = [str(file.relative_to(tmp_path / "images")) for file in files]
    source = found(write_zip(tmp_path / "archive.zip", *files, names=names))
    assert same(source.faces, faces)


def test_an_archive_in_an_archive_is_opened_too(tmp_path, faces, found):
    inner = tmp_path / "fer2013.tar.gz"
    with tarfile.open(inner, "w:gz") as archive:
        archive.add(write_csv(tmp_path / "fer2013.csv", faces), "fer2013/fer2013.csv")
    source = found(write_zip(tmp_path / "competition.zip", inner))
    assert same(source.faces, faces)
    assert source.form == "official CSV in a .tar.gz in a .zip"


def test_a_folder_with_several_copies_gives_the_official_file(tmp_path, faces, found):
    write_csv(tmp_path / "icml_face_data.csv", faces, "emotion, Usage, pixels")
    write_csv(tmp_path / "train.csv", faces.of("train"), "emotion,pixels")
    write_csv(tmp_path / "zz.csv", faces)
    source = found(tmp_path)
    assert source.form == "official CSV"
    assert source.notes == (f"{tmp_path.name}/icml_face_data.csv holds the same faces and was left out.",)


def test_official_files_that_are_no_copies_of_one_another_are_refused(tmp_path, faces, found):
    (folder := tmp_path / "fer").mkdir()
    for split in ("train", "validation"):
        write_csv(folder / f"{split}.csv", faces.of(split))
    with pytest.raises(SourceUnknown) as error:
        found(folder)
    assert message(error) == (
        "fer/train.csv and fer/validation.csv both have emotion, pixels and Usage, but not the same faces. Name the "
        "one that is meant, or put the rows of both into one file."
    )


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("ab", "2 archives in this folder (a.gz, b.gz)"),
        ("abcdefg", "7 archives in this folder (a.gz, b.gz, c.gz, d.gz, e.gz, …)"),
    ],
)
def test_of_several_archives_none_is_chosen(tmp_path, faces, found, names, told):
    (folder := tmp_path / "fer").mkdir()
    packed = gzip.compress(write_csv(tmp_path / "fer.csv", faces).read_bytes())
    for name in names:
        (folder / f"{name}.gz").write_bytes(packed)
    with pytest.raises(SourceUnknown) as error:
        found(folder)
    assert message(error) == (
        f"fer: {told}. Name the one that is meant, or unpack them into one folder and import that."
    )


def test_a_missing_file_says_what_exists_and_what_is_taken(tmp_path, found):
    with pytest.raises(SourceMissing) as error:
        found(tmp_path / "fer.csv")
    assert message(error) == (
        f"{tmp_path}/fer.csv: no such file or folder. FER2013 is fer2013.csv or icml_face_data.csv of the Kaggle "
        "competition challenges-in-representation-learning-facial-expression-recognition-challenge, or the image "
        "folders of kaggle.com/datasets/msambare/fer2013. Taken are those, train.csv with test.csv and val.csv, and "
        "parquet mirrors, also in .zip, .tar.gz or .gz; `drawn` stands for drawn faces and needs no download."
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "fer.csv: an empty file. Get it again."),
        (b"\x00\xff\x00\xfe", f"fer.csv: neither text nor an archive nor parquet. {FORMS}"),
        (
            b"label,image\n0,1\n",
            f"fer.csv: the header is label, image, but FER2013 has emotion, pixels and Usage. {FORMS}",
        ),
        (
            b"label,pixels\n0,1 2 3\n",
            f"fer.csv: the header is label, pixels, but FER2013 has emotion, pixels and Usage. {FORMS}",
        ),
        (
            b"Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n",
            "fer.csv: the votes of FER+, which have no pixels and are not read. Import the fer2013.csv that they "
            "belong to.",
        ),
        (
            b"pixels\n1 2 3\n",
            "fer.csv: faces without labels, as in the competition's test.csv. Import its train.csv instead.",
        ),
        (
            b"Id,pixels\n1,1 2 3\n",
            "fer.csv: faces without labels, as in the competition's test.csv. Import its train.csv instead.",
        ),
    ],
)
def test_content_of_no_known_form_is_told_from_one_another(tmp_path, found, content, text):
    path = tmp_path / "fer.csv"
    path.write_bytes(content)
    with pytest.raises(SourceUnknown) as error:
        found(path)
    assert message(error) == text


def test_a_folder_of_no_known_form_says_what_is_in_it(tmp_path, found):
    (tmp_path / "a").mkdir()
    with pytest.raises(SourceUnknown) as error:
        found(tmp_path / "a")
    assert message(error) == f"a: no form of FER2013 in this folder (empty). {FORMS}"
    (tmp_path / "a" / "x.npy").touch()
    (tmp_path / "a" / "README").touch()
    with pytest.raises(SourceUnknown) as error:
        found(tmp_path / "a")
    assert message(error) == f"a: no form of FER2013 in this folder (.npy, no suffix). {FORMS}"


def test_a_header_without_rows_is_refused(tmp_path, found):
    with pytest.raises(SourceBroken) as error:
        found(write_rows(tmp_path / "fer2013.csv"))
    assert message(error) == "fer2013.csv: a header but no rows. Get the file again."


def test_text_without_line_ends_is_one_bad_row_and_never_read_as_a_whole(tmp_path, found, monkeypatch):
    monkeypatch.setattr("mimika.data.sources.table._BLOCK_BYTES", 1000)
    monkeypatch.setattr("mimika.data.sources.rows._LONGEST_LINE", 1000)
    path = write_rows(tmp_path / "fer2013.csv", "1" * 9000)
    with pytest.raises(SourceBroken) as error:
        found(path)
    assert message(error).startswith("fer2013.csv, row 1: 1 cells, but the header has 3.")


def test_one_bad_row_is_named_with_its_remedy(tmp_path, found):
    path = write_rows(tmp_path / "fer2013.csv", f"3,{FACE},Training", f"7,{FACE},Training")
    with pytest.raises(ClassUnknown) as error:
        found(path)
    assert message(error) == (
        "fer2013.csv, row 2: emotion 7, but FER2013 has 0 (angry) to 6 (neutral). "
        "Mend the row, or import with --skip-bad to leave it out."
    )


def test_five_bad_rows_are_listed(tmp_path, found):
    short = f"0,{FACE[2:]},Training"
    path = write_rows(tmp_path / "fer2013.csv", *[f"0,{FACE},Training"] * 999, *[short] * 5)
    with pytest.raises(SourceBroken) as error:
        found(path)
    assert message(error) == (
        "fer2013.csv, row 1,000: 2,303 pixels, but a face has 2,304 (48×48). 4 more rows like it: "
        "1,001 1,002 1,003 1,004. Mend them, or import with --skip-bad to leave them out."
    )


def test_of_many_bad_rows_five_are_listed_and_the_rest_counted(tmp_path, found):
    rows = [f"0,{FACE[2:]},Training", *[f"9,{FACE},Training"] * 7]
    with pytest.raises(SourceBroken) as error:
        found(write_rows(tmp_path / "fer2013.csv", *rows))
    assert message(error) == (
        "fer2013.csv, row 1: 2,303 pixels, but a face has 2,304 (48×48). 7 more to mend, the first of them: 2 3 4 5. "
        "Mend them, or import with --skip-bad to leave them out."
    )


def test_bad_rows_are_left_out_on_demand_and_recorded(tmp_path, found):
    path = write_rows(tmp_path / "fer2013.csv", f"3,{FACE},Training", f"7,{FACE},Training", f"4,{FACE},Training")
    source = found(path, skip_bad=True)
    assert source.faces.rows.tolist() == [1, 3]
    assert source.skipped == ("fer2013.csv, row 2: emotion 7, but FER2013 has 0 (angry) to 6 (neutral)",)


def test_a_file_with_bad_rows_alone_cannot_be_skipped(tmp_path, found):
    path = write_rows(tmp_path / "fer2013.csv", *[f"7,{FACE},Training"] * 3)
    with pytest.raises(SourceBroken) as error:
        found(path, skip_bad=True)
    assert message(error) == (
        "fer2013.csv: none of its 3 rows can be taken. The first: fer2013.csv, row 1: emotion 7, but FER2013 has "
        "0 (angry) to 6 (neutral)."
    )


def test_an_unreadable_image_is_named(tmp_path, faces, found):
    write_images(tmp_path / "fer", faces)
    bad = tmp_path / "fer" / "train" / "angry" / "Training_1.png"
    bad.write_bytes(bad.read_bytes()[:300])
    with pytest.raises(SourceBroken) as error:
        found(tmp_path / "fer")
    assert message(error) == (
        "fer/train/angry/Training_1.png: not a readable image. "
        "Mend the image, or import with --skip-bad to leave it out."
    )
    source = found(tmp_path / "fer", skip_bad=True)
    assert same(source.faces, faces[1:])
    assert source.skipped == ("fer/train/angry/Training_1.png: not a readable image",)


def test_a_class_folder_nobody_knows_is_named(tmp_path, faces, found):
    write_images(tmp_path / "fer", faces)
    (tmp_path / "fer" / "train" / "angry").rename(tmp_path / "fer" / "train" / "contempt")
    with pytest.raises(ClassUnknown) as error:
        found(tmp_path / "fer")
    assert message(error) == (
        "fer/train/contempt: a folder of 3 images that no emotion is named by; FER2013 has angry, disgust, fear, "
        "happy, sad, surprise and neutral. Rename the folder, or import with --skip-bad to leave it out."
    )
    assert len(found(tmp_path / "fer", skip_bad=True).faces) == 18
