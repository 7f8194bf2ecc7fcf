"""What a video costs: memory while it gets longer, and where the time of a frame goes.

    python benchmarks/video.py [--minutes 10] [--network FILE.onnx]

A clip of 160×120 pixels at 5 frames a second, with two drawn faces that pass each other, is watched from beginning to
end, rows written, frames drawn. Memory must not grow with length: it is printed after 1, 5 and 10 minutes. Times
are the process's own, so that others on the machine do not count. Without --network, a linear one answers: memory and
the share of detection are then a little better than with a real one.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.predict.files import write_network

from mimika.data.drawn import draw_faces
from mimika.predict.drawing import annotate_frame
from mimika.predict.footage import open_footage
from mimika.predict.recogniser import load
from mimika.predict.recording import recording
from mimika.predict.table import VIDEO_COLUMNS, video_rows, writing_csv
from mimika.predict.video import watch

RATE = 5.0
SIZE = (160, 120)
SIDE = 56


def make_clip(path, minutes):
    """Two faces that go to and fro, one above the other."""
    faces = draw_faces(14, seed=3).pixels
    upper, lower = (cv2.resize(faces[number], (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) for number in (5, 12))
    ground = np.random.default_rng(0).normal(128, 4, SIZE[::-1]).round().clip(0, 255).astype(np.uint8)
    with recording(path, SIZE, RATE) as add:
        for number in range(round(60 * minutes * RATE)):
            pixels = ground.copy()
            x = round((SIZE[0] - SIDE) * (0.5 + 0.5 * np.sin(number / RATE)))
            pixels[2 : 2 + SIDE, x : x + SIDE] = upper
            pixels[62 : 62 + SIDE, SIZE[0] - SIDE - x : SIZE[0] - x] = lower
            add(np.repeat(pixels[:, :, None], 3, axis=2), number / RATE)


def memory():
    """What the process holds now (Linux alone tells) and held at most, in MB: loading may have held more."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    held = Path("/proc/self/statm")
    now = int(held.read_text().split()[1]) * resource.getpagesize() / (1 << 20) if held.exists() else float("nan")
    return f"memory {now:6.1f} MB, peak {most:6.1f} MB"


def timed(function, seconds):
    """The function, which adds to a list how much of the process's time each call takes."""

    def call(*arguments):
        start = time.process_time()
        found = function(*arguments)
        seconds.append(time.process_time() - start)
        return found

    return call


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--network", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        clip, network = Path(scratch) / "clip.mp4", options.network or Path(scratch) / "network.onnx"
        make_clip(clip, options.minutes)
        if not options.network:
            write_network(network)
        recogniser = load(network, "haar")
        parts = {"detection": [], "network": [], "drawing": []}
        recogniser.detector.find = timed(recogniser.detector.find, parts["detection"])
        recogniser.network.probabilities = timed(recogniser.network.probabilities, parts["network"])
        with (
            open_footage(clip) as footage,
            writing_csv(Path(scratch) / "rows.csv", VIDEO_COLUMNS) as write_row,
            recording(Path(scratch) / "drawn.mp4", footage.size, footage.rate) as record,
        ):
            follow(watch(recogniser, footage), write_row, timed(draw_on(record), parts["drawing"]), parts)


def draw_on(record):
    def draw(frame):
        faces = [one.smoothed for one in frame.sightings]
        names = [str(one.person) for one in frame.sightings]
        record(np.asarray(annotate_frame(frame.pixels, faces, names)), frame.seconds)

    return draw


def follow(frames, write_row, draw, parts):
    looks = faces = 0
    people = set()
    due = [60.0, 300.0, 600.0]
    print(f"at the start       {memory()}")
    start = time.process_time()
    for frame in frames:
        for row in video_rows("clip", frame):
            write_row(row)
        draw(frame)
        people |= {one.person for one in frame.sightings}
        looks += 1
        faces += len(frame.sightings)
        if due and frame.seconds + 1 / RATE >= due[0] - 1e-6:
            print(f"after {due.pop(0) / 60:2.0f} minutes   {memory()}", flush=True)
    spent = time.process_time() - start
    print(f"{looks:,} frames, {faces:,} faces, {len(people):,} people; {looks / spent:,.0f} frames/s of processor time")
    shares = {name: sum(seconds) for name, seconds in parts.items()}
    shares["the rest"] = spent - sum(shares.values())
    for name, seconds in shares.items():
        print(f"  {name:<9}  {1000 * seconds / looks:6.2f} ms a frame  {seconds / spent:4.0%}")


if __name__ == "__main__":
    main()
