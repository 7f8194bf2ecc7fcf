"""How much faster is `mimika data import` than the plain way, and how much memory does it take?

    python benchmarks/importing.py fer2013.csv [--repeats 3]

The plain way is pandas and one numpy array a row, unchecked and kept in memory; mimika checks every row, says which
copy it is and stores it. Both run in turn, each in a process of its own, with the file in the system's cache and
without the time of their imports. Peak memory is an upper bound: the process's own peak and, for each core, that of its
largest child.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median


def plain(path: Path) -> dict[str, float]:
    import numpy as np
    import pandas as pd

    start = time.perf_counter()
    frame = pd.read_csv(path)
    pixels = np.stack([np.array(text.split(), dtype=np.uint8).reshape(48, 48) for text in frame["pixels"]])
    emotions = frame["emotion"].to_numpy()
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "faces": len(pixels), "emotions": len(emotions)}


def stored(path: Path) -> dict[str, float]:
    from mimika.data.store import import_data, open_data

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        faces = import_data(path, Path(folder) / "stored").provenance
        seconds = time.perf_counter() - start
        start = time.perf_counter()
        again = open_data(Path(folder) / "stored")
        reopening = time.perf_counter() - start
    total = sum(sum(counts.values()) for counts in faces.counts.values())
    assert len(again.faces) <= total
    return {"seconds": seconds, "faces": total, "reopening": reopening}


def measured(way: str, path: Path) -> dict[str, float]:
    """Run one way in a process of its own."""
    command = [sys.executable, __file__, str(path), "--way", way]
    answer: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer


def peak_mib() -> float:
    """Upper bound of what this process and its children held at once."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest_child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return (own + (os.cpu_count() or 1) * largest_child) * unit / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--way", choices=("plain", "stored"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        answer = (plain if arguments.way == "plain" else stored)(arguments.csv)
        print(json.dumps({**answer, "peak_mib": peak_mib()}))
        return
    arguments.csv.read_bytes()
    runs = [(measured("plain", arguments.csv), measured("stored", arguments.csv)) for _ in range(arguments.repeats)]
    for place, name in enumerate(("plain way", "mimika")):
        seconds = sorted(pair[place]["seconds"] for pair in runs)
        peak = max(pair[place]["peak_mib"] for pair in runs)
        print(
            f"{name:10} {median(seconds):6.2f} s (n = {len(runs)}, {seconds[0]:.2f} to {seconds[-1]:.2f})   "
            f"peak memory at most {peak:,.0f} MiB   {runs[0][place]['faces']:,} faces"
        )
    ratios = [first["seconds"] / second["seconds"] for first, second in runs]
    print(f"mimika is {median(ratios):.1f} times as fast ({min(ratios):.1f} to {max(ratios):.1f})")
    print(f"opening again: {1000 * median(second['reopening'] for _, second in runs):.1f} ms")


if __name__ == "__main__":
    main()
