"""What does the recogniser cost beside onnxruntime on the same graph alone, and how long until its first answer?

python benchmarks/inference.py [--network FILE] [--rounds 300]

Prints medians, and ratios of what was taken in turns in this one run. Faces are drawn ones of 48×48, detector none.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime

import mimika
from mimika.predict.network import INPUT, OUTPUT
from mimika.predict.recogniser import BATCH, WEIGHTS

WARM_UP = 5
FACES = 2_048


def alone(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """A session on the file, with onnxruntime's own defaults but for the threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def in_turns(rounds: int, *ways: Callable[[int], object]) -> list[list[float]]:
    """Seconds of each way in each round; all ways take each round one after the other."""
    times: list[list[float]] = [[] for _ in ways]
    for turn in range(-WARM_UP, rounds):
        for way, taken in zip(ways, times, strict=True):
            start = time.perf_counter()
            way(turn % rounds)
            if turn >= 0:
                taken.append(time.perf_counter() - start)
    return times


def ratio(first: list[float], second: list[float]) -> str:
    """Median and quartiles of the ratio of two ways, round by round."""
    low, middle, high = statistics.quantiles([one / other for one, other in zip(first, second, strict=True)], n=4)
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"


def process(code: str, count: int = 5) -> float:
    """The median seconds of new Python processes that run some code."""
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", type=Path, default=next(WEIGHTS.glob("*.onnx"), None))
    parser.add_argument("--rounds", type=int, default=300)
    options = parser.parse_args()
    if options.network is None:
        print("This version comes without a network: --network FILE.")
        return
    faces = np.ascontiguousarray(mimika.draw_faces(FACES // 4, seed=0).pixels)
    faces = np.concatenate([faces] * 4)
    cores = os.cpu_count() or 1
    print(f"{options.network.name}, onnxruntime {onnxruntime.__version__}, {cores} cores, {options.rounds} rounds")
    for threads in sorted({1, min(2, cores)}):
        ours = mimika.load(options.network, detector="none", threads=threads)
        theirs = alone(options.network, threads)
        one, graph = in_turns(
            options.rounds,
            lambda turn, ours=ours: ours.predict(faces[turn]),
            lambda turn, theirs=theirs: theirs.run([OUTPUT], {INPUT: faces[turn][None]}),
        )
        print(
            f"  one face, threads {threads}    {1000 * statistics.median(one):.2f} ms, the graph alone "
            f"{1000 * statistics.median(graph):.2f} ms: ratio {ratio(one, graph)}"
        )
        many, batches = in_turns(
            5,
            lambda _, ours=ours: list(ours.answers(faces)),
            lambda _, theirs=theirs: [
                theirs.run([OUTPUT], {INPUT: faces[start : start + BATCH]}) for start in range(0, len(faces), BATCH)
            ],
        )
        print(
            f"  batches of {BATCH}, threads {threads}  {len(faces) / statistics.median(many):,.0f} faces/s, the graph "
            f"alone {len(faces) / statistics.median(batches):,.0f}: ratio {ratio(batches, many)}"
        )
    nothing = process("pass")
    load = f"mimika.load({str(options.network)!r}, detector='haar')"
    answer = f"import mimika, numpy; {load}.predict(numpy.zeros((480, 640, 3), numpy.uint8))"
    print(f"  import mimika          {process('import mimika') - nothing:.3f} s beyond Python's own {nothing:.3f} s")
    print(f"  first answer, cold     {process(answer):.2f} s: Python, import, network, detector, a picture of 640×480")


if __name__ == "__main__":
    main()
