"""A crop is framed as measured, wherever the box lies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimika.data.prepare import resize
from mimika.predict.crop import cut

RNG = np.random.default_rng(0)


def ramp(height, width):
    """A picture whose gray values tell where they are."""
    return (np.arange(width)[None, :] + np.arange(height)[:, None]).astype(np.uint8)


def test_a_box_of_48_pixels_is_cut_as_it_is():
    picture = RNG.integers(0, 256, (100, 120)).astype(np.uint8)
    assert np.array_equal(cut(picture, (30, 20, 48, 48)), picture[20:68, 30:78])


def test_a_crop_is_a_copy():
    picture = RNG.integers(0, 256, (48, 48)).astype(np.uint8)
    before = picture.copy()
    for crop in (resize(picture), cut(picture, (0, 0, 48, 48))):
        picture[:] = 0
        assert np.array_equal(crop, before)
        picture[:] = before


def test_twice_the_side_is_averaged():
    picture = RNG.integers(0, 256, (96, 96)).astype(np.uint8)
    means = picture.reshape(48, 2, 48, 2).mean(axis=(1, 3))
    assert np.abs(resize(picture) - means).max() <= 0.5


def test_a_square_beside_the_picture_still_holds_a_pixel_of_it():
    picture = ramp(10, 10)
    assert np.array_equal(cut(picture, (-50, 0, 10, 10))[:, -1], resize(picture[:, :1])[:, -1])
    assert cut(picture, (40, 40, 10, 10)).min() == picture[9, 9]


def test_of_a_box_that_is_no_square_the_mean_side_counts():
    picture = ramp(200, 200)
    assert np.array_equal(cut(picture, (80, 80, 40, 56)), picture[84:132, 76:124])


def test_past_the_border_its_edge_is_repeated():
    picture = RNG.integers(0, 256, (48, 48)).astype(np.uint8)
    around = np.pad(picture, 24, mode="edge")
    assert np.array_equal(cut(picture, (-12, -12, 48, 48)), around[12:60, 12:60])
    assert np.array_equal(cut(picture, (12, 12, 48, 48)), around[36:84, 36:84])


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 3), (47, 49), (48, 300), (700, 31)])
def test_any_shape_becomes_a_face(shape):
    crop = resize(np.full(shape, 77, np.uint8))
    assert crop.shape == (48, 48)
    assert crop.dtype == np.uint8
    assert (crop == 77).all()


@given(st.data())
def test_any_box_inside_any_picture_gives_a_crop_of_its_gray_values(data):
    height, width = data.draw(st.integers(1, 90)), data.draw(st.integers(1, 90))
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    box = (x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
    crop = cut(np.full((height, width), 201, np.uint8), box)
    assert crop.shape == (48, 48)
    assert crop.dtype == np.uint8
    assert (crop == 201).all()
