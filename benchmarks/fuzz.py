"""What does a damaged picture do? Mutates files of every form and reads each as `mimika predict` would.

python benchmarks/fuzz.py [--files 70000] [--seed 0]

Prints how many were read, how many refused with a line, and the slowest; anything else (another exception, a warning, a
picture that takes longer than its limit, memory beyond the limit) ends the run with the file that caused it.
"""

import argparse
import io
import resource
import signal
import time
import warnings
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

import mimika
from mimika.errors import PictureError
from mimika.predict.detector import Haar
from mimika.predict.pictures import read_picture

FORMS = ("JPEG", "PNG", "WebP", "GIF", "TIFF", "BMP", "PPM")
SECONDS_AT_MOST = 20
MEMORY_AT_MOST = 3 << 30  # bytes of address space, libraries included
LOOKED_AT = 10
"""One picture in so many that could be read goes to the detector as well; it sees pixels only, never the file."""


def originals() -> dict[str, list[bytes]]:
    """Small pictures of every form, in its usual kinds."""
    pixels = mimika.draw_faces(6, seed=0).pixels
    gray = Image.fromarray(np.hstack([np.vstack(pixels[:2]), np.vstack(pixels[2:4]), np.vstack(pixels[4:])]))
    color = Image.merge("RGB", (gray, gray.transpose(Image.Transpose.FLIP_LEFT_RIGHT), gray.rotate(180)))
    clear = color.copy()
    clear.putalpha(gray)
    exif = Image.Exif()
    exif[0x0112] = 6
    kinds: dict[str, list[tuple[Image.Image, dict]]] = {
        "JPEG": [(gray, {}), (color, {"progressive": True}), (color, {"exif": exif}), (color.convert("CMYK"), {})],
        "PNG": [(gray, {}), (clear, {}), (color.quantize(), {}), (gray.convert("I;16"), {}), (gray.convert("1"), {})],
        "WebP": [(color, {}), (clear, {"lossless": True}), (color, {"exif": exif})],
        "GIF": [(gray, {}), (color.quantize(), {"save_all": True, "append_images": [gray]})],
        "TIFF": [(gray, {}), (color, {"compression": "tiff_lzw"}), (clear, {"compression": "tiff_deflate"})],
        "BMP": [(gray, {}), (color, {})],
        "PPM": [(gray, {}), (color, {})],
    }
    found: dict[str, list[bytes]] = {}
    for form, variants in kinds.items():
        for image, options in variants:
            file = io.BytesIO()
            image.save(file, format=form.upper(), **options)
            found.setdefault(form, []).append(file.getvalue())
    return found


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """The file after one to four accidents: bytes changed, cut off, left out, doubled, or numbers made extreme."""
    data = bytearray(content)
    for _ in range(rng.integers(1, 5)):
        where = int(rng.integers(0, max(1, len(data) if rng.random() < 0.5 else min(len(data), 64))))
        length = int(2 ** rng.uniform(0, 8))
        accident = rng.integers(0, 6)
        if accident == 0:
            data[where : where + 1] = bytes([int(rng.integers(0, 256))])
        elif accident == 1:
            data[where : where + length] = rng.bytes(length)
        elif accident == 2:
            del data[max(1, where) :]
        elif accident == 3:
            del data[where : where + length]
        elif accident == 4:
            data[where:where] = data[where : where + length]
        else:
            extreme = (
                b"\xff\xff\xff\xff",
                b"\x00\x00\x00\x00",
                b"\x7f\xff\xff\xff",
                b"\x80\x00\x00\x00",
                b"\x00\x00N ",
            )
            data[where : where + 4] = extreme[rng.integers(0, len(extreme))]
    return bytes(data)


def with_checksums(png: bytes) -> bytes:
    """A PNG file whose chunks have right checksums again, so that its decoder sees what was mutated."""
    data, place = bytearray(png), 8
    while place + 12 <= len(data):
        end = place + 8 + int.from_bytes(data[place : place + 4], "big")
        if end + 4 > len(data):
            break
        data[end : end + 4] = zlib.crc32(data[place + 4 : end]).to_bytes(4, "big")
        place = end + 4
    return bytes(data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=70_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    def too_slow(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS_AT_MOST} seconds")

    signal.signal(signal.SIGALRM, too_slow)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_AT_MOST, MEMORY_AT_MOST))
    warnings.simplefilter("error")
    haar = Haar()
    files = originals()
    rng = np.random.default_rng(options.seed)
    counts: Counter[tuple[str, str]] = Counter()
    slowest = 0.0
    for number in range(options.files):
        form = FORMS[number % len(FORMS)]
        content = mutated(files[form][rng.integers(0, len(files[form]))], rng)
        if form == "PNG" and rng.random() < 0.9:
            content = with_checksums(content)
        signal.alarm(SECONDS_AT_MOST)
        start = time.perf_counter()
        try:
            picture = read_picture(content)
            if counts[form, "read"] % LOOKED_AT == 0:
                haar.find(picture)
            counts[form, "read"] += 1
        except PictureError as refusal:
            if "\n" in str(refusal):
                raise
            counts[form, "refused"] += 1
        except BaseException:
            Path("fuzz-found.bin").write_bytes(content)
            print(f"file {number} of seed {options.seed} is in fuzz-found.bin")
            raise
        finally:
            signal.alarm(0)
        slowest = max(slowest, time.perf_counter() - start)
    print(f"{options.files:,} files, seed {options.seed}: no crash, no hang")
    for form in FORMS:
        print(f"  {form:<5} read {counts[form, 'read']:>6,}, refused in a line {counts[form, 'refused']:>6,}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  slowest {slowest:.2f} s, most memory {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
