"""A picture with its faces marked: a box and a label with the expression and seven small bars, their legend below.

A sure answer has a whole box in its emotion's color, an unsure one only the box's corners, in white. A picture that was
taken as one face, the whole of it, has no box; what was answered stands below it.
"""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path, PurePath
from typing import Final, TypeAlias

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from mimika.emotions import COLORS
from mimika.errors import PictureError
from mimika.files import replacing
from mimika.predict.face import UNSURE, Box, Face
from mimika.predict.pictures import Bytes, Picture, name_of
from mimika.wording import percent

_Font: TypeAlias = ImageFont.FreeTypeFont
_Size: TypeAlias = tuple[int, int]

GROUND: Final = (22, 25, 30)
"""Behind text: dark, so that it and the seven colors are readable on any picture."""

_TEXT: Final = (255, 255, 255)
_QUIET: Final = (190, 196, 204)
_TRACK: Final = (58, 63, 71)
_HALO: Final = (0, 0, 0, 190)

_SMALL: Final = 480
"""Pixels: a picture with a shorter longer side is enlarged by a whole number, so that text fits in."""

_NARROW: Final = 200
_SMALLEST_TEXT: Final = 11
_JPEG: Final = (".jpg", ".jpeg")
_JPEG_SIDE: Final = 65_500
_MARK: Final = "mimika"


def annotate(picture: Picture, faces: Sequence[Face]) -> Image.Image:
    """A copy of a picture in RGB with its faces marked; larger than the picture where that is small or has a legend.

    Args:
        picture: as it was recognised.
        faces: the answer to it.
    """
    enlarged = max(1, round(_SMALL / max(picture.size)))
    image = Image.fromarray(picture.pixels).convert("RGB")
    if enlarged > 1:
        image = image.resize((image.width * enlarged, image.height * enlarged), Image.Resampling.NEAREST)
    if not faces:
        return image
    canvas = (max(image.width, _NARROW), image.height)
    text = max(_SMALLEST_TEXT, round(max(canvas) / 52))
    whole = [face for face in faces if face.detection_score is None]
    below = _answer(whole[0], canvas[0], text) if whole else _legend(canvas[0], text)
    drawn = Image.new("RGB", (canvas[0], canvas[1] + below.height), GROUND)
    drawn.paste(image, (0, 0))
    drawn.paste(below, (0, canvas[1]))
    if not whole:
        _mark(drawn, canvas, faces, enlarged, [_told(face) for face in faces])
    return drawn


def annotate_frame(frame: Bytes, faces: Sequence[Face], names: Sequence[str]) -> Image.Image:
    """A copy of a video's frame, as large as it, with its faces marked and named.

    Args:
        frame: uint8 (height, width, 3), RGB.
        faces: the answer to it.
        names: of each face, which come before its expression.
    """
    drawn = Image.fromarray(frame)
    told = [f"{name}  {_told(face)}" for name, face in zip(names, faces, strict=True)]
    _mark(drawn, drawn.size, faces, 1, told)
    return drawn


def drawn_name(inside: PurePath) -> PurePath:
    """What the drawing of a picture is called: as the picture, if its name is a JPEG's or PNG's; else with .png.

    >>> str(drawn_name(PurePath("a/b.JPG"))), str(drawn_name(PurePath("a/b.webp")))
    ('a/b.JPG', 'a/b.webp.png')
    """
    return inside if inside.suffix.lower() in (*_JPEG, ".png") else inside.with_name(f"{inside.name}.png")


def save_drawing(image: Image.Image, path: Path) -> None:
    """Write a drawing as JPEG or PNG, by the suffix, all or nothing; of what stands there it replaces drawings alone.

    Raises:
        PictureError: another file of that name stands there, or a JPEG cannot be as large.
    """
    if os.path.lexists(path) and not _is_drawing(path):
        raise PictureError(f"{name_of(path)}: not drawn, as another file has that name. Name another folder.")
    is_jpeg = path.suffix.lower() in _JPEG
    if is_jpeg and max(image.size) > _JPEG_SIDE:
        raise PictureError(f"{name_of(path)}: not drawn, as a JPEG has at most {_JPEG_SIDE:,} pixels a side.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        if is_jpeg:
            image.save(part, format="JPEG", quality=92, subsampling=0, comment=_MARK.encode())
        else:
            notes = PngInfo()
            notes.add_text("Software", _MARK)
            image.save(part, format="PNG", pnginfo=notes)


def _is_drawing(path: Path) -> bool:
    """Whether a file was drawn by us, which it says itself."""
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as image:
            return image.info.get("Software") == _MARK or image.info.get("comment") == _MARK.encode()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # PIL's words for what it cannot read
        return False


# Boxes and labels


def _mark(drawn: Image.Image, canvas: _Size, faces: Sequence[Face], enlarged: int, told: Sequence[str]) -> None:
    """Draw the boxes, then the labels, largest faces first, each where it hides least."""
    boxes = [_enlarged(face.box, enlarged) for face in faces]
    for face, box in zip(faces, boxes, strict=True):
        _draw_box(drawn, canvas, box, face)
    taken: list[Box] = []
    order = sorted(range(len(faces)), key=lambda number: -boxes[number][2])
    for number in order:
        others = [box for other, box in enumerate(boxes) if other != number]
        label, place = _fitting_label(
            partial(_label, faces[number], told[number]), boxes[number], others, taken, canvas
        )
        drawn.paste(label, place, label)
        taken.append((*place, *label.size))


def _draw_box(drawn: Image.Image, canvas: _Size, box: Box, face: Face) -> None:
    """A line around a box, in the emotion's color between two dark ones; of an unsure answer the corners alone."""
    x, y, width, height = box
    line = max(2, round(min(width, height) / 60), round(max(canvas) / 500))
    halo = max(1, round(0.6 * line))
    outside = line + halo
    # Where the box touches the border of the picture, its line lies inside.
    left, top = max(x - outside, 0), max(y - outside, 0)
    patch = Image.new(
        "RGBA",
        (min(x + width + outside, canvas[0]) - left, min(y + height + outside, canvas[1]) - top),
    )
    draw = ImageDraw.Draw(patch)
    right, bottom = patch.width - 1, patch.height - 1
    draw.rounded_rectangle((0, 0, right, bottom), 3 * line, outline=_HALO, width=line + 2 * halo)
    if right > 2 * halo and bottom > 2 * halo:
        draw.rounded_rectangle((halo, halo, right - halo, bottom - halo), 2 * line, outline=_color(face), width=line)
    if face.expression == UNSURE:
        across, down = patch.width // 4 + line, patch.height // 4 + line
        if across < right - across:
            draw.rectangle((across, 0, right - across, bottom), fill=(0, 0, 0, 0))
        if down < bottom - down:
            draw.rectangle((0, down, right, bottom - down), fill=(0, 0, 0, 0))
    drawn.paste(patch, (left, top), patch)


def _fitting_label(
    labelled: Callable[[int], Image.Image], box: Box, others: Sequence[Box], taken: Sequence[Box], canvas: _Size
) -> tuple[Image.Image, tuple[int, int]]:
    """A label and its upper left corner: as large as the face suggests, smaller where it would hide something else."""
    smallest = max(_SMALLEST_TEXT, max(canvas) // 130)
    text = min(max(smallest, round(box[2] / 10)), max(smallest, max(canvas) // 28))
    best: tuple[float, Image.Image, tuple[int, int]] | None = None
    while True:
        label = labelled(text)
        hidden, place = min(
            (_hidden(place, label.size, box, others, taken) + 0.001 * rank, place)
            for rank, place in enumerate(_places(box, label.size, canvas, text // 4))
        )
        if best is None or hidden < best[0] - 0.1:
            best = (hidden, label, place)
        if hidden < 0.1 or text == smallest:
            return best[1], best[2]
        text = max(smallest, round(0.8 * text))


def _places(box: Box, size: _Size, canvas: _Size, gap: int) -> list[tuple[int, int]]:
    """Where a label may stand, the best first: above and below, beside, and within its own box; inside the canvas."""
    x, y, width, height = box
    right, bottom = x + width - size[0], y + height - size[1]
    above, below = y - size[1] - gap, y + height + gap
    before, after = x - size[0] - gap, x + width + gap
    places = [
        *((x, above), (x, below), (right, above), (right, below)),
        *((after, y), (before, y), (after, bottom), (before, bottom)),
        *((x, bottom), (x, y), (right, bottom), (right, y)),
    ]
    return [
        (min(max(left, 0), max(canvas[0] - size[0], 0)), min(max(top, 0), max(canvas[1] - size[1], 0)))
        for left, top in places
    ]


def _hidden(place: tuple[int, int], size: _Size, box: Box, others: Sequence[Box], taken: Sequence[Box]) -> float:
    """How bad it is what a label hides there: other labels most, other faces next; its own face hardly, below 0.1."""
    here = (*place, *size)
    own = _overlap(here, box) / (size[0] * size[1])
    faces = sum(_overlap(here, other) / (other[2] * other[3]) for other in others)
    labels = sum(_overlap(here, label) / (label[2] * label[3]) for label in taken)
    return 10 * labels + 5 * faces + 0.08 * own


def _overlap(one: Box, other: Box) -> int:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(across, 0) * max(down, 0)


def _label(face: Face, told: str, text: int) -> Image.Image:
    """What is told of a face, and a small bar for each emotion, on a rounded ground."""
    font = _font(text)
    pad, bar, gap = round(0.45 * text), max(2, round(0.32 * text)), max(1, round(0.12 * text))
    bars = 7 * bar + 6 * gap
    width = 3 * pad + round(font.getlength(told)) + bars
    height = round(1.6 * text)
    label = Image.new("RGBA", (width, height), (*GROUND, 0))
    label.paste((*GROUND, 235), (0, 0), _rounded((width, height), round(0.35 * text)))
    draw = ImageDraw.Draw(label)
    foot = height - round(0.42 * text)
    most = foot - round(0.35 * text)
    draw.text((pad, foot), told, font=font, fill=_TEXT, anchor="ls")
    for number, (emotion, probability) in enumerate(face.probabilities.items()):
        left = width - pad - bars + number * (bar + gap)
        draw.rectangle((left, foot - most, left + bar - 1, foot - 1), fill=_TRACK)
        top = foot - max(1, round(probability * most))
        draw.rectangle((left, top, left + bar - 1, foot - 1), fill=COLORS[emotion])
    return label


# What stands below the picture


def _legend(width: int, text: int) -> Image.Image:
    """The colors of the seven emotions, in lines that fit a width."""
    font, pad = _font(text), round(0.7 * text)
    mark = round(0.7 * text)
    x, y, places = pad, pad, []
    for emotion in COLORS:
        wide = round(mark + 0.4 * text + font.getlength(emotion))
        if x > pad and x + wide > width - pad:
            x, y = pad, y + round(1.5 * text)
        places.append((x, y))
        x += wide + round(0.9 * text)
    legend = Image.new("RGB", (width, y + text + pad), GROUND)
    draw = ImageDraw.Draw(legend)
    for (left, top), (emotion, color) in zip(places, COLORS.items(), strict=True):
        middle = top + text // 2
        draw.rectangle((left, middle - mark // 2, left + mark, middle - mark // 2 + mark), fill=color)
        draw.text((left + mark + round(0.4 * text), middle), emotion, font=font, fill=_QUIET, anchor="lm")
    return legend


def _answer(face: Face, width: int, text: int) -> Image.Image:
    """The expression and seven bars with names and figures."""
    text = max(_SMALLEST_TEXT, min(text + text // 3, width // 14))
    font, heading, pad = _font(text), _font(round(1.35 * text)), round(0.9 * text)
    row = round(1.45 * text)
    names = round(max(font.getlength(emotion) for emotion in COLORS))
    figures = round(font.getlength(percent(1, 0)))
    left, right = pad + names + pad, width - pad - figures - pad
    head = round(2.6 * text)
    answer = Image.new("RGB", (width, head + 7 * row + pad), GROUND)
    draw = ImageDraw.Draw(answer)
    draw.text((pad, head // 2), _told(face), font=heading, fill=_TEXT, anchor="lm")
    for number, (emotion, probability) in enumerate(face.probabilities.items()):
        middle = head + number * row + row // 2
        thick = round(0.32 * text)
        draw.text((pad, middle), emotion, font=font, fill=_QUIET, anchor="lm")
        draw.rectangle((left, middle - thick, right, middle + thick), fill=_TRACK)
        end = left + round(probability * (right - left))
        if end > left:
            draw.rectangle((left, middle - thick, end, middle + thick), fill=COLORS[emotion])
        draw.text((width - pad, middle), percent(probability, 0), font=font, fill=_QUIET, anchor="rm")
    return answer


# Small parts


def _told(face: Face) -> str:
    return UNSURE if face.expression == UNSURE else f"{face.expression} {percent(max(face.probabilities.values()), 0)}"


def _color(face: Face) -> str:
    return COLORS.get(face.expression, "#FFFFFF")


def _enlarged(box: Box, by: int) -> Box:
    x, y, width, height = box
    return x * by, y * by, width * by, height * by


def _rounded(size: _Size, radius: int) -> Image.Image:
    """A mask with smooth round corners."""
    mask = Image.new("L", (4 * size[0], 4 * size[1]))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), 4 * radius, fill=255)
    return mask.reduce(4)


@lru_cache(maxsize=64)
def _font(pixels: int) -> _Font:
    font = ImageFont.load_default(pixels)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's wheels have FreeType
    return font
