"""How fast does training go on this machine, and how much of it is the loader? Prints faces/s, best of three looks.

python benchmarks/training.py [--data fer2013.csv] [--seconds 20]
"""

import argparse
import time

import torch

from mimika.data.store import open_data
from mimika.recipe import Recipe
from mimika.recipes import named
from mimika.training.batches import Batches, as_input, as_tensors
from mimika.training.scoring import device_here
from mimika.training.settings import threads_for, torch_settings
from mimika.training.task import FaceTask

LOOKS = 3


def rate(step, batches: Batches, seconds: float) -> float:
    """Faces per second of `step` over the batches: the best of a few looks, after a warm-up."""
    best = 0.0
    for look in range(LOOKS + 1):
        faces, start, epoch = 0, time.monotonic(), 0
        while time.monotonic() - start < seconds / (LOOKS + 1):
            epoch += 1
            batches.set_epoch(epoch)
            for batch in batches:
                step(batch)
                faces += len(batch.emotions)
                if time.monotonic() - start >= seconds / (LOOKS + 1):
                    break
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        if look:
            best = max(best, faces / (time.monotonic() - start))
    return best


def learning(name: str, device: torch.device):
    """One optimizer step on a batch, as the recipe's training does it, without Lightning around it."""
    task = FaceTask(named(name)).to(device)
    optimizer = torch.optim.AdamW(task.network.parameters(), lr=1e-3, weight_decay=0.0, fused=True)

    def step(batch) -> None:
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            loss = torch.nn.functional.cross_entropy(task.network(as_input(batch.pixels)), batch.emotions)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="drawn")
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    with torch_settings(threads_for(Recipe())):
        measure(options.data, options.seconds)


def measure(data: str, seconds: float) -> None:
    """With the settings of a training: its threads, and kernels that give the same every time."""
    device = device_here()
    where = torch.cuda.get_device_name() if device.type == "cuda" else f"{torch.get_num_threads()} CPU threads"
    batches = Batches(as_tensors(open_data(data).faces.of("train"), device), 64, seed=42)
    print(f"{where}, torch {torch.__version__}, batch 64")
    print(f"  loader alone  {rate(lambda batch: as_input(batch.pixels), batches, seconds):>9,.0f} faces/s")
    for name in ("cnn5", "cnn5+batch_norm+attention+skip"):
        print(f"  {name:<32}{rate(learning(name, device), batches, seconds):>9,.0f} faces/s")


if __name__ == "__main__":
    main()
