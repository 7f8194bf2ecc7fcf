"""Recognition with exported networks, without PyTorch."""
