"""From recipe and faces to record: training on Lightning, the fit check, checkpoints, the W&B mirror."""
