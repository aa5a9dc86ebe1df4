"""A small LiteRT graph with operators as in the pose models, so that the build can be tested without them."""

from __future__ import annotations

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from models import graph

SIDE, CHANNELS, FILTERS = 8, 3, 4
_TYPES = {
    np.dtype(np.float16): schema.TensorType.FLOAT16,
    np.dtype(np.float32): schema.TensorType.FLOAT32,
    np.dtype(np.int32): schema.TensorType.INT32,
}


def half_precision_weights() -> bytes:
    """Input -> convolution with float16 weights behind a DEQUANTIZE -> two outputs, "wanted" and "unwanted".

    "unwanted" goes through an operator of its own.
    """
    draw = np.random.default_rng(7)
    weights = draw.normal(0, 0.4, (FILTERS, 3, 3, CHANNELS)).astype(np.float16)
    bias = draw.normal(0, 0.1, FILTERS).astype(np.float32)
    model = empty()
    picture = tensor(model, "picture", (1, SIDE, SIDE, CHANNELS))
    stored = tensor(model, "stored", weights.shape, weights)
    expanded = tensor(model, "expanded", weights.shape)
    biases = tensor(model, "biases", bias.shape, bias)
    wanted = tensor(model, "wanted", (1, SIDE, SIDE, FILTERS))
    unwanted = tensor(model, "unwanted", (1, SIDE, SIDE, FILTERS))
    inner = model.subgraphs[0]
    inner.operators = [
        operator(model, schema.BuiltinOperator.DEQUANTIZE, [stored], [expanded]),
        convolution(model, [picture, expanded, biases], wanted),
        operator(model, schema.BuiltinOperator.LOGISTIC, [wanted], [unwanted]),
    ]
    inner.inputs, inner.outputs = [picture], [wanted, unwanted]
    return graph.write(model)


def dequantizes_its_input() -> bytes:
    """A DEQUANTIZE whose input is no constant: nothing that can be folded."""
    model = empty()
    picture = tensor(model, "picture", (1, 4), np.float16)
    output = tensor(model, "output", (1, 4))
    inner = model.subgraphs[0]
    inner.operators = [operator(model, schema.BuiltinOperator.DEQUANTIZE, [picture], [output])]
    inner.inputs, inner.outputs = [picture], [output]
    return graph.write(model)


def empty() -> Any:  # noqa: ANN401 - the schema's classes are generated and untyped
    model = schema.ModelT(version=3)
    model.buffers = [schema.BufferT()]
    model.operatorCodes = []
    model.subgraphs = [schema.SubGraphT(tensors=[], operators=[])]
    return model


def tensor(model: Any, name: str, shape: tuple[int, ...], content: Any = np.float32) -> int:  # noqa: ANN401
    """Adds a tensor; ``content`` is its constant value or the type of its values."""
    constant = content if isinstance(content, np.ndarray) else None
    kind = np.dtype(content) if constant is None else constant.dtype
    tensor = schema.TensorT(name=name.encode(), shape=list(shape), buffer=0)
    tensor.type = _TYPES[kind]
    if constant is not None:
        tensor.buffer = len(model.buffers)
        model.buffers.append(schema.BufferT(np.frombuffer(constant.tobytes(), np.uint8)))
    model.subgraphs[0].tensors.append(tensor)
    return len(model.subgraphs[0].tensors) - 1


def operator(model: Any, code: int, inputs: list[int], outputs: list[int]) -> Any:  # noqa: ANN401
    model.operatorCodes.append(schema.OperatorCodeT(deprecatedBuiltinCode=code, builtinCode=code))
    return schema.OperatorT(opcodeIndex=len(model.operatorCodes) - 1, inputs=inputs, outputs=outputs)


def convolution(model: Any, inputs: list[int], output: int) -> Any:  # noqa: ANN401
    added = operator(model, schema.BuiltinOperator.CONV_2D, inputs, [output])
    added.builtinOptionsType = schema.BuiltinOptions.Conv2DOptions
    added.builtinOptions = schema.Conv2DOptionsT(padding=schema.Padding.SAME, strideW=1, strideH=1)
    return added
