"""ONNX files as `mimika export` writes them, made in a moment, whole or with something wrong."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from mimika.emotions import EMOTIONS
from mimika.predict.network import NetworkCard

CARD = NetworkCard(labels=EMOTIONS, temperature=1.5, threshold=0.6, provenance={"license": "MIT"})


def write_network(path, metadata=None, *, takes=TensorProto.UINT8, columns=7, names=("faces", "probabilities")):
    """A linear network over all pixels, with fixed weights, and any metadata (default: CARD's)."""
    weights = np.random.default_rng(0).normal(0, 1e-4, (48 * 48, columns)).astype(np.float32)
    nodes = [
        helper.make_node("Cast", [names[0]], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["pixels", "shape"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
        helper.make_node("Softmax", ["logits"], [names[1]], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info(names[0], takes, ["n", 48, 48])],
        [helper.make_tensor_value_info(names[1], TensorProto.FLOAT, ["n", columns])],
        [
            numpy_helper.from_array(np.array([-1, 48 * 48]), "shape"),
            numpy_helper.from_array(weights, "weights"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    helper.set_model_props(model, CARD.to_metadata() if metadata is None else metadata)
    onnx.save(model, path)
    return weights
