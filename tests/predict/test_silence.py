"""OpenCV is silent while anybody opens a video, and speaks again when the last one has."""

import os
import threading

import pytest
from cv2.utils import logging

from mimika.predict.silence import muted, muted_opening

SILENT = logging.LOG_LEVEL_SILENT


@pytest.fixture
def level(monkeypatch):
    monkeypatch.delenv("OPENCV_FFMPEG_LOGLEVEL", raising=False)
    before = logging.setLogLevel(logging.LOG_LEVEL_WARNING)
    yield logging.LOG_LEVEL_WARNING
    logging.setLogLevel(before)


def test_threads_that_overlap_give_back_what_was_there(level):
    inside, may_leave = threading.Event(), threading.Event()

    def stay():
        with muted_opening():
            inside.set()
            may_leave.wait(10)

    thread = threading.Thread(target=stay)
    with muted_opening():
        thread.start()
        assert inside.wait(10)
    assert logging.getLogLevel() == SILENT, "the other thread is still in"
    assert "OPENCV_FFMPEG_LOGLEVEL" in os.environ
    may_leave.set()
    thread.join()
    assert logging.getLogLevel() == level
    assert "OPENCV_FFMPEG_LOGLEVEL" not in os.environ


def test_what_goes_wrong_inside_leaves_the_level_as_it_was(level):
    with pytest.raises(ZeroDivisionError), muted():
        assert logging.getLogLevel() == SILENT
        raise ZeroDivisionError
    assert logging.getLogLevel() == level


def test_a_level_that_the_user_has_set_stays(level, monkeypatch):
    monkeypatch.setenv("OPENCV_FFMPEG_LOGLEVEL", "32")
    with muted_opening():
        assert os.environ["OPENCV_FFMPEG_LOGLEVEL"] == "32"
    assert os.environ["OPENCV_FFMPEG_LOGLEVEL"] == "32"
