"""Every picture is read right, or refused in one clear line."""

import os
import struct
import warnings
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageOps

from mimika.errors import PictureError
from mimika.predict.pictures import name_of, read_picture

RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (9, 14, 3)).astype(np.uint8)
GRAY = RNG.integers(0, 256, (9, 14)).astype(np.uint8)
SMOOTH = np.linspace(40, 215, 9 * 14 * 3).reshape(9, 14, 3).round().astype(np.uint8)

NOT_READ = "not a picture in a form that is read: JPEG, PNG, WebP, GIF, BMP, TIFF, PPM."
TOO_LARGE = "more than 67,108,864 pixels, the most that is read. Make it smaller."


def saved(image, form, **options):
    """The content of an image's file."""
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def refusal_of(source):
    with pytest.raises(PictureError) as refusal:
        read_picture(source)
    return str(refusal.value)


def png(width, height, *, bits=8, color=0, data=b""):
    """A PNG with any header."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


# Right answers


@pytest.mark.parametrize(
    ("form", "options"),
    [("PNG", {}), ("WEBP", {"lossless": True}), ("BMP", {}), ("TIFF", {"compression": "tiff_lzw"}), ("PPM", {})],
)
def test_a_lossless_form_gives_its_pixels(form, options):
    picture = read_picture(saved(RGB, form, **options))
    assert picture.size == (14, 9)
    assert picture.pixels.dtype == np.uint8
    assert np.array_equal(picture.pixels, RGB)


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "PPM", "GIF"])
def test_a_gray_file_gives_its_gray_values(form):
    assert np.array_equal(read_picture(saved(GRAY, form)).gray, GRAY)


def test_a_jpeg_is_read_in_color_and_in_gray():
    assert np.abs(read_picture(saved(SMOOTH, "JPEG", quality=95)).pixels.astype(int) - SMOOTH).max() < 12
    assert read_picture(saved(GRAY, "JPEG")).pixels.shape == (9, 14)


def test_gray_pixels_in_color_keep_their_gray_values():
    colored = np.repeat(GRAY[:, :, None], 3, axis=2)
    assert np.array_equal(read_picture(colored).gray, GRAY)
    assert np.array_equal(read_picture(saved(colored, "PNG")).gray, GRAY)


def test_a_path_its_content_and_its_image_give_the_same(tmp_path):
    path = tmp_path / "Frau Łącka\n“happy” 🙂 .txt"  # the name says nothing
    path.write_bytes(saved(RGB, "PNG"))
    content = path.read_bytes()
    strided = memoryview(np.repeat(np.frombuffer(content, np.uint8), 2))[::2]
    for source in (path, str(path), content, bytearray(content), memoryview(content), strided):
        assert np.array_equal(read_picture(source).pixels, RGB)
    with Image.open(path) as image:
        assert np.array_equal(read_picture(image).pixels, RGB)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_is_turned_as_its_exif_says(form, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(SMOOTH, form, exif=exif)
    with Image.open(BytesIO(content)) as image:
        image.load()
        upright = np.asarray(ImageOps.exif_transpose(image))
    picture = read_picture(content)
    assert np.array_equal(picture.pixels, upright)
    assert picture.size == ((14, 9) if orientation < 5 else (9, 14))
    with Image.open(BytesIO(content)) as image:
        assert np.array_equal(read_picture(image).pixels, upright)


def test_broken_exif_leaves_a_picture_as_it_is():
    content = saved(SMOOTH, "JPEG", exif=b"Exif\0\0MM\0*" + b"\xff" * 40)
    assert read_picture(content).size == (14, 9)


@pytest.mark.parametrize("form", ["PNG", "TIFF", "PPM"])
def test_sixteen_bits_become_eight(form):
    deep = GRAY.astype(np.uint16) * 257
    assert np.array_equal(read_picture(saved(deep, form)).pixels, GRAY)


def test_each_value_of_sixteen_bits_becomes_the_nearest_of_eight():
    every = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
    assert np.abs(read_picture(every).pixels - every / 257).max() <= 0.502


def test_sixteen_bits_a_color_are_read():
    data = b"".join(b"\0" + (RGB[row].astype(">u2") * 257).astype(">u2").tobytes() for row in range(9))
    assert np.array_equal(read_picture(png(14, 9, bits=16, color=2, data=data)).pixels, RGB)


def test_what_is_transparent_lies_over_white():
    pixels = np.dstack([RGB, np.full((9, 14), 255, np.uint8)])
    pixels[0, 0, 3], pixels[0, 1] = 0, (0, 100, 255, 51)
    for source in (pixels, saved(pixels, "PNG"), saved(pixels, "WEBP", lossless=True), Image.fromarray(pixels)):
        seen = read_picture(source).pixels
        assert seen[0, 0].tolist() == [255, 255, 255]
        assert seen[0, 1].tolist() == [204, 224, 255]
        assert np.array_equal(seen[1:], RGB[1:])


def test_transparency_beside_gray_and_palettes_lies_over_white():
    gray = Image.merge("LA", (Image.fromarray(GRAY), Image.new("L", (14, 9), 0)))
    palette = Image.fromarray(GRAY).convert("P")
    clear = int(palette.getpixel((0, 0)))
    assert (read_picture(saved(gray, "PNG")).gray == 255).all()
    for form in ("PNG", "GIF"):
        assert read_picture(saved(palette, form, transparency=clear)).pixels[0, 0].tolist() == [255, 255, 255]


def test_palettes_bilevel_and_cmyk_are_read():
    palette = Image.fromarray(RGB).quantize(16)
    assert np.array_equal(read_picture(saved(palette, "PNG")).pixels, np.asarray(palette.convert("RGB")))
    assert set(np.unique(read_picture(saved(Image.fromarray(GRAY).convert("1"), "PNG")).pixels)) <= {0, 255}
    cmyk = Image.fromarray(SMOOTH).convert("CMYK")
    for form, options in (("JPEG", {"quality": 95}), ("TIFF", {})):
        assert np.abs(read_picture(saved(cmyk, form, **options)).pixels.astype(int) - SMOOTH).max() < 12


@pytest.mark.parametrize(("form", "options"), [("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("TIFF", {})])
def test_of_several_frames_the_first_is_taken(form, options):
    others = [Image.new("L", (14, 9), gray) for gray in (100, 200)]
    content = saved(Image.new("L", (14, 9), 30), form, save_all=True, append_images=others, **options)
    assert (read_picture(content).gray == 30).all()


def test_one_pixel_is_a_picture():
    assert read_picture(saved(np.array([[7]], np.uint8), "PNG")).gray.tolist() == [[7]]


# Arrays


def test_numbers_of_any_kind_are_pixels():
    for kind in (np.int64, np.int32, np.uint32, np.int16):
        assert np.array_equal(read_picture(GRAY.astype(kind)).pixels, GRAY)
    for kind in (np.float16, np.float32, np.float64):
        assert np.array_equal(read_picture((RGB / 255).astype(kind)).pixels, RGB)
    assert np.array_equal(read_picture(GRAY[:, :, None]).pixels, GRAY)


def test_the_order_of_an_arrays_bytes_changes_nothing():
    for kind in (np.uint16, np.int32, np.float32):
        array = np.array([[0.0, 0.2], [0.6, 1.0]]) if kind == np.float32 else np.array([[0, 1], [200, 255]])
        numbers = (array * (257 if kind == np.uint16 else 1)).astype(kind)
        for order in "<>":
            swapped = numbers.astype(numbers.dtype.newbyteorder(order))
            assert np.array_equal(read_picture(swapped).pixels, read_picture(numbers).pixels)


def test_a_masked_array_is_a_picture_only_where_nothing_is_masked():
    assert np.array_equal(read_picture(np.ma.array(GRAY)).pixels, GRAY)
    line = "array of 9×14: some of its pixels are masked. Fill them first."
    assert refusal_of(np.ma.array(GRAY.astype(int), mask=GRAY > 100)) == line


def test_a_view_is_read_as_it_looks():
    assert np.array_equal(read_picture(RGB[::-1, ::2, ::-1]).gray, read_picture(RGB[::-1, ::2, ::-1].copy()).gray)


@given(
    arrays.arrays(
        st.sampled_from([np.uint8, np.uint16, np.int64, np.float32, np.bool_, np.complex64]),
        arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=7),
    )
)
@settings(max_examples=200, deadline=None)
def test_any_array_is_a_picture_or_refused_in_one_line(array):
    try:
        picture = read_picture(array)
    except PictureError as refusal:
        assert "\n" not in str(refusal)
    else:
        assert picture.size == (array.shape[1], array.shape[0])
        assert picture.gray.dtype == np.uint8
        assert picture.gray.shape == array.shape[:2]


@pytest.mark.parametrize(
    ("array", "fault"),
    [
        (
            np.zeros((5, 48, 48), np.uint8),
            "array of 5×48×48: a picture is (h, w), gray, (h, w, 3), RGB, or (h, w, 4), RGBA. "
            "Give several pictures as a list.",
        ),
        (
            np.zeros(2304, np.uint8),
            "array of 2304: a picture is (h, w), gray, (h, w, 3), RGB, or (h, w, 4), RGBA. "
            "Give several pictures as a list.",
        ),
        (np.zeros((0, 48), np.uint8), "array of 0×48: there is nothing to see."),
        (
            np.full((4, 4), 128.0),
            "array of float64: its pixels go from 128.0 to 128.0, not from 0 to 1. Divide them by 255.",
        ),
        (np.full((4, 4), 256.0), "array of float64: its pixels go from 256.0 to 256.0, not from 0 to 1."),
        (np.full((4, 4), np.nan), "array of float64: its pixels go from nan to nan, not from 0 to 1."),
        (np.full((4, 4), -1), "array of int64: its pixels go from -1 to -1, not from 0 to 255."),
        (np.zeros((4, 4), bool), "array of bool: pixels are whole numbers or floats."),
    ],
)
def test_an_array_that_is_no_picture_is_refused(array, fault):
    assert refusal_of(array) == fault


# Clear lines


def test_what_is_not_there_or_no_file_is_refused(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert refusal_of(tmp_path / "no.png") == f"{tmp_path}/no.png: no such file."
    assert refusal_of("no\0.png") == "no\\x00.png: no such file."
    assert refusal_of(tmp_path) == f"{tmp_path}: a folder, not a picture."
    assert refusal_of(pipe) == f"{pipe}: not a file. Read it, and give its bytes."
    assert refusal_of("a" * 300) == f"{'a' * 300}: File name too long."


def test_a_name_is_told_in_one_line_whatever_it_is():
    assert name_of("a\nb\t\x1b[31m\udcff ü🙂") == "a\\nb\\t\\x1b[31m\\udcff ü🙂"
    assert name_of(Path("x.png")) == "x.png"
    assert name_of("") == "''"
    assert name_of(np.zeros(3)) == "array"
    assert name_of(Image.new("L", (1, 1))) == "Image"


def test_a_path_in_bytes_is_told_and_read(tmp_path):
    (tmp_path / "a\nb.png").write_bytes(saved(RGB, "PNG"))
    (entry,) = os.scandir(os.fsencode(tmp_path))
    assert name_of(entry) == f"{tmp_path}/a\\nb.png"
    assert np.array_equal(read_picture(entry).pixels, RGB)


def test_what_is_no_source_is_refused():
    assert refusal_of(None) == "NoneType: not a picture. Give a path, bytes, an open file, an array or a PIL image."
    assert refusal_of({}) == "dict: not a picture. Give a path, bytes, an open file, an array or a PIL image."


def test_an_open_file_is_read_and_one_that_gives_no_bytes_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(saved(RGB, "PNG"))
    with (tmp_path / "a.png").open("rb") as file:
        assert np.array_equal(read_picture(file).pixels, RGB)
    assert refusal_of(file) == 'BufferedReader: it gives no bytes. Open a file with "rb".'
    with (tmp_path / "a.png").open(encoding="utf-8") as text:
        assert refusal_of(text) == 'TextIOWrapper: it gives no bytes. Open a file with "rb".'
    assert np.array_equal(read_picture(BytesIO(saved(RGB, "PNG"))).pixels, RGB)


def test_nothing_is_downloaded():
    line = "nothing is downloaded. Download it, and give the file."
    for url in ("https://example.org/a.jpg", f"http://example.org/a.jpg?key={'k' * 300}"):
        assert refusal_of(url) == f"{url}: {line}"
    assert refusal_of(Path("https://example.org/a.jpg")) == f"https:/example.org/a.jpg: {line}"


@pytest.mark.parametrize(("brand", "form"), [("heic", "HEIC"), ("hevc", "HEIC"), ("mif1", "HEIF"), ("avif", "AVIF")])
def test_a_known_form_that_is_not_read_is_named(brand, form):
    content = b"\0\0\0\x1cftyp" + brand.encode() + b"\0\0\0\0"
    assert refusal_of(content) == f"bytes: a picture in the form {form}, which is not read. Save it as JPEG."


def test_a_video_is_no_picture_and_told_where_it_belongs():
    for content in (b"\0\0\0\x20ftypisom\0\0", (b"G" + bytes(187)) * 3):
        assert refusal_of(content) == (
            "bytes: a video, not a picture. Give its file to `mimika predict` or to mimika.watch."
        )


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "b.jpg").write_text("emotion,pixels\n")
    assert refusal_of(tmp_path / "a.png") == f"{tmp_path}/a.png: empty, zero bytes."
    assert refusal_of(tmp_path / "b.jpg") == f"{tmp_path}/b.jpg: {NOT_READ}"
    assert refusal_of(b"") == "bytes: empty, zero bytes."
    for content in (b"%PDF-1.7", b"RIFF\0\0\0\0WAVEfmt ", b"\0", saved(RGB, "ICO")):
        assert refusal_of(content) == f"bytes: {NOT_READ}"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF", "PPM"])
def test_a_file_that_is_cut_off_is_refused(form):
    noise = RNG.integers(0, 256, (64, 64, 3)).astype(np.uint8)
    content = saved(noise, form.upper())
    for share in (0.05, 0.3, 0.7, 0.95):
        rest = content[: max(16, int(share * len(content)))]
        assert refusal_of(rest) == f"bytes: a {form} picture, but damaged or cut off."


def test_a_picture_that_pil_cannot_finish_is_refused(tmp_path):
    path = tmp_path / "cut.png"
    path.write_bytes(saved(RGB, "PNG")[:60])
    with Image.open(path) as image:
        assert refusal_of(image) == "PngImageFile: damaged, cut off, or its file is closed."
    assert refusal_of(Image.new("RGB", (0, 5))) == "Image: 0×5 pixels, so there is nothing to see."


def test_pixels_without_a_known_white_are_refused():
    for image, mode in ((Image.new("F", (4, 4)), "F"), (Image.new("LAB", (4, 4)), "LAB")):
        content = saved(image, "TIFF")
        assert refusal_of(content) == (
            f"bytes: pixels of the kind {mode}, which is not read. Save it as 8-bit RGB or gray."
        )


@pytest.mark.parametrize("side", [8_193, 10_000, 20_000, 100_000])
def test_a_header_that_promises_too_much_is_refused_before_anything_is_decoded(side):
    jpeg = saved(RGB, "JPEG")
    at = jpeg.index(b"\xff\xc0") + 5
    side_of_jpeg = min(side, 65_535)
    headers = [
        png(side, side),
        jpeg[:at] + struct.pack(">HH", side_of_jpeg, side_of_jpeg) + jpeg[at + 4 :],
        b"P5 %d %d 255\n" % (side, side),
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0),
    ]
    for content in headers:
        assert refusal_of(content) == f"bytes: {TOO_LARGE}"


def test_the_most_pixels_that_are_read_are_read():
    assert read_picture(saved(Image.new("1", (8_192, 8_192)), "PNG")).size == (8_192, 8_192)


def test_no_warning_leaks_and_the_filters_stay():
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        read_picture(saved(Image.new("1", (8_192, 8_192)), "PNG"))
        read_picture(saved(SMOOTH, "JPEG", exif=b"Exif\0\0MM\0*" + b"\xff" * 40))
    assert not seen
    assert list(warnings.filters) == before


@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM"]),
    st.lists(st.tuples(st.integers(12, 10_000), st.integers(0, 255)), min_size=1, max_size=8),
)
@settings(max_examples=150, deadline=None)
def test_changed_bytes_give_a_picture_or_one_line(form, changes):
    content = bytearray(saved(RGB, form))
    for place, value in changes:
        content[place % len(content)] = value
    try:
        assert read_picture(bytes(content)).gray.size
    except PictureError as refusal:
        assert "\n" not in str(refusal)


def test_whole_numbers_mean_the_same_as_an_array_and_as_an_image():
    numbers = np.arange(48, dtype=np.int32).reshape(6, 8) * 5
    as_image = Image.fromarray(numbers)
    assert as_image.mode == "I"
    assert np.array_equal(read_picture(as_image).pixels, read_picture(numbers).pixels)
    with pytest.raises(PictureError, match=r"its pixels go from 0 to 705, not from 0 to 255"):
        read_picture(Image.fromarray(numbers * 3))


@pytest.mark.parametrize("form", ["bytes", "image"])
def test_a_lack_of_memory_is_not_taken_for_damage(monkeypatch, form):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr("mimika.predict.pictures._upright_pixels", full)
    image = Image.new("L", (9, 9))
    file = BytesIO()
    image.save(file, format="PNG")
    with pytest.raises(MemoryError):
        read_picture(file.getvalue() if form == "bytes" else image)
