"""Where a network looked: what covering each part of a face costs the answer, from the exported file alone.

Occlusion sensitivity after Zeiler & Fergus 2014, https://arxiv.org/abs/1311.2901. A part is covered by a blurred copy
of the face rather than by a gray square, whose edges would be something to see themselves.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from mimika.data.faces import SIDE
from mimika.emotions import EMOTIONS
from mimika.predict.drawing import GROUND
from mimika.predict.face import Face
from mimika.predict.network import Network
from mimika.predict.pictures import Bytes
from mimika.wording import numbered, percent

_RADII: Final = (4, 7)
"""Of the round patches, in pixels of the 48: an eye or a corner of the mouth, and a whole mouth."""

_STEP: Final = 4
_BLUR: Final = 12.0
_BATCH: Final = 64

_ZOOM: Final = 6
_WORTH_COLOR: Final = 0.05  # what shines in full at least: less would light up what hardly matters
_FOR: Final = (255, 140, 0)
_AGAINST: Final = (40, 120, 255)


def occlusion_map(network: Network, crop: Bytes, emotion: int) -> npt.NDArray[np.float32]:
    """How much of an emotion's probability hangs on each pixel of a face.

    Args:
        network: an exported one.
        crop: uint8 (48, 48), as the network saw the face.
        emotion: which one's probability is looked at, an index into `EMOTIONS`.

    Returns:
        Float32 (48, 48): how much the probability falls, on average over the patches that cover the pixel; below 0
        where the answer is surer without it.
    """
    masks = _masks()
    blurred = _blurred(crop)
    covered = (masks * blurred + (1 - masks) * crop).round().astype(np.uint8)
    faces = np.concatenate([crop[None], covered])
    answers = np.concatenate(
        [network.probabilities(faces[start : start + _BATCH])[:, emotion] for start in range(0, len(faces), _BATCH)]
    )
    falls = answers[0] - answers[1:]
    return np.asarray(np.tensordot(falls, masks, axes=1) / masks.sum(axis=0), dtype=np.float32)


def explain(network: Network, crop: Bytes, face: Face) -> Image.Image:
    """A face beside itself with the parts colored that its most probable emotion hangs on: orange for it, blue against.

    Args:
        network: an exported one.
        crop: uint8 (48, 48), as the network saw the face.
        face: what it answered.
    """
    emotion = max(EMOTIONS, key=lambda name: face.probabilities[name])
    importance = occlusion_map(network, crop, EMOTIONS.index(emotion))
    side = SIDE * _ZOOM
    plain = Image.fromarray(crop).resize((side, side), Image.Resampling.NEAREST).convert("RGB")
    share = np.abs(importance) / max(float(np.abs(importance).max()), _WORTH_COLOR)
    heat = Image.fromarray((255 * 0.75 * share).astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
    tint = np.where((importance > 0)[..., None], np.array(_FOR, np.uint8), np.array(_AGAINST, np.uint8))
    color = Image.fromarray(tint.astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
    lit = Image.composite(color, plain, heat)

    font = ImageFont.load_default(17)
    small = ImageFont.load_default(13)
    gap, foot = 6, 64
    drawn = Image.new("RGB", (2 * side + 3 * gap, side + 2 * gap + foot), GROUND)
    drawn.paste(plain, (gap, gap))
    drawn.paste(lit, (side + 2 * gap, gap))
    draw = ImageDraw.Draw(drawn)
    answer = f"{emotion} {percent(face.probabilities[emotion], 0)}"
    if face.expression != emotion:
        answer = f"{face.expression}: {answer}"
    draw.text((gap + 4, side + gap + 12), answer, font=font, fill="white")
    draw.text((gap + 4, side + gap + 38), _told(importance, emotion), font=small, fill=(190, 196, 204))
    return drawn


def _told(importance: npt.NDArray[np.float32], emotion: str) -> str:
    """What the strongest colors stand for."""
    costs, adds = round(100 * float(importance.max())), round(-100 * float(importance.min()))
    told = [f"orange costs up to {numbered(costs, 'point')} of {emotion}"] if costs > 0 else []
    if adds > 0:
        told.append(f"blue adds up to {adds}" if told else f"blue adds up to {numbered(adds, 'point')} of {emotion}")
    if not told:
        return f"Covering any one part costs and adds nothing of {emotion}."
    return f"Covered, {', '.join(told)} (means over patches)."


def _masks() -> npt.NDArray[np.float32]:
    """Soft round patches float32 (patches, 48, 48), 1 where a face is covered; together they cover all of it."""
    places = np.arange(_STEP // 2, SIDE, _STEP)
    y, x = np.mgrid[:SIDE, :SIDE]
    found = [
        np.clip(radius + 0.5 - np.hypot(y - row, x - column), 0, 1)
        for radius in _RADII
        for row in places
        for column in places
    ]
    return np.asarray(found, dtype=np.float32)


def _blurred(crop: Bytes) -> npt.NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.GaussianBlur(crop.astype(np.float32), (0, 0), _BLUR, borderType=cv2.BORDER_REPLICATE))
