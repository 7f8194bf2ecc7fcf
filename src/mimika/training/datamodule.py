"""Train and validation faces for Lightning; it is given these two splits only: a test face cannot reach a training."""

from lightning.pytorch import LightningDataModule, Trainer

from mimika.data.faces import Faces
from mimika.data.split import Split
from mimika.errors import SplitMissing
from mimika.training.batches import EVALUATION_BATCH, Batches, as_tensors


class FaceDataModule(LightningDataModule):
    """Gives Lightning the batches of train and validation.

    Raises:
        SplitMissing: when one of the two has no faces.
    """

    def __init__(self, faces: Faces, batch_size: int, seed: int) -> None:
        super().__init__()
        self.checksum = faces.checksum
        self._faces = faces
        self._batch_size = batch_size
        self._seed = seed
        splits: tuple[Split, ...] = ("train", "validation")
        for split in splits:
            if not faces.count(split):
                cut = " Cut one from train: --validation 0.1, or in Python mimika.read(source, validation=0.1)."
                raise SplitMissing(
                    f"Training needs train and validation faces, and this copy has no {split} split."
                    + (cut if split == "validation" else "")
                )

    def train_dataloader(self) -> Batches:
        """Training faces in an order of their own every epoch."""
        trainer = self._running()
        faces = as_tensors(self._faces.of("train"), trainer.strategy.root_device)
        return Batches(faces, self._batch_size, seed=self._seed, rank=trainer.global_rank, world=trainer.world_size)

    def val_dataloader(self) -> Batches:
        """All validation faces in their own order, for every process."""
        return Batches(as_tensors(self._faces.of("validation"), self._running().strategy.root_device), EVALUATION_BATCH)

    def _running(self) -> Trainer:
        if self.trainer is None:
            raise RuntimeError("FaceDataModule gives batches to a running Trainer only")
        return self.trainer
