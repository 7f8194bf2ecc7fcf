"""Every random stream is derived from the run's seed, the epoch and a purpose, so a continued run repeats nothing."""

import hashlib

import torch


def stream(seed: int, epoch: int, purpose: str) -> int:
    """A seed of 63 bits for one purpose in one epoch of one run."""
    digest = hashlib.sha256(f"{seed} {epoch} {purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def order(n: int, seed: int, epoch: int) -> torch.Tensor:
    """The order, int64 (n,), in which an epoch takes its faces."""
    return torch.randperm(n, generator=torch.Generator().manual_seed(stream(seed, epoch, "order")))


def reseed(seed: int, epoch: int, rank: int = 0) -> None:
    """Start the epoch's own noise: augmentation, dropout. Epoch 0 is the building of the network.

    Of several processes, each (`rank`) has noise of its own.
    """
    torch.manual_seed(stream(seed, epoch, f"noise {rank}" if rank else "noise"))
