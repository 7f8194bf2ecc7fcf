"""Trained networks as ONNX files that need nothing beside them."""
