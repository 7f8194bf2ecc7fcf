"""Everything between a copy of FER2013 and `Faces`; no PyTorch."""
