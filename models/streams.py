"""Linear streams of a graph: channels of unlike size are brought to one size before they share one int8 scale.

The narrow tensors between the blocks of these networks carry no activation function: a channel may be multiplied by
any number as long as all that read it divide by the same. Activations are quantized per tensor, so a quiet channel
beside a loud one keeps few of the 256 steps; brought to equal size, each has all of them. What the graph computes stays
the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from models import graph

FloatArray = npt.NDArray[np.float32]

CONVOLUTION, DEPTHWISE = schema.BuiltinOperator.CONV_2D, schema.BuiltinOperator.DEPTHWISE_CONV_2D
QUIETEST = 1e-3
"""Of the loudest channel: one still quieter is not made louder than by its inverse, so that noise stays noise. [C]"""


def linear_streams(content: bytes) -> list[list[str]]:
    """Names of the tensors that have to share their channels' factors, a list for each stream.

    A stream is what additions tie together: outputs of convolutions and additions without activation function, read
    by convolutions and by those additions alone.
    """
    model = graph.read(content)
    inner = model.subgraphs[0]
    made_by = {operator.outputs[0]: operator for operator in inner.operators}
    linear = {index for index, one in made_by.items() if _is_linear(model, one) and index not in inner.outputs}
    streams: list[set[int]] = []
    for index in sorted(linear):
        tied = {index}
        if graph.operator_code(model, made_by[index]) == schema.BuiltinOperator.ADD:
            tied |= set(made_by[index].inputs)
        touched = [stream for stream in streams if stream & tied]
        streams = [stream for stream in streams if not stream & tied] + [tied.union(*touched)]
    names = [tensor.name.decode() for tensor in inner.tensors]
    return [
        [names[index] for index in sorted(stream)]
        for stream in streams
        if stream <= linear and all(_only_scaled(model, index, stream) for index in stream)
    ]


def _is_linear(model: Any, operator: Any) -> bool:  # noqa: ANN401 - the schema's classes are generated and untyped
    function = getattr(operator.builtinOptions, "fusedActivationFunction", None)
    tied_or_made = (CONVOLUTION, schema.BuiltinOperator.ADD)
    return graph.operator_code(model, operator) in tied_or_made and function == schema.ActivationFunctionType.NONE


def _only_scaled(model: Any, index: int, stream: set[int]) -> bool:  # noqa: ANN401
    """Whether all that read a tensor can take the factors back."""
    readers = [operator for operator in model.subgraphs[0].operators if index in operator.inputs]
    return all(
        graph.operator_code(model, reader) in (CONVOLUTION, DEPTHWISE)
        or (graph.operator_code(model, reader) == schema.BuiltinOperator.ADD and reader.outputs[0] in stream)
        for reader in readers
    )


def factors(extents: Sequence[FloatArray]) -> FloatArray:
    """What each channel of a stream is multiplied by.

    Args:
        extents: (C,) largest size of each channel, for each tensor of the stream.
    """
    largest = np.max(extents, axis=0)
    loudest = largest.max()
    return np.asarray(loudest / np.maximum(largest, QUIETEST * loudest), np.float32)


def equalized(content: bytes, stream_factors: Mapping[str, FloatArray]) -> bytes:
    """The graph with the channels of the named tensors multiplied, and what reads them divided, by their factors."""
    model = graph.read(content)
    inner = model.subgraphs[0]
    names = [tensor.name.decode() for tensor in inner.tensors]
    for operator in inner.operators:
        code = graph.operator_code(model, operator)
        if code not in (CONVOLUTION, DEPTHWISE):
            continue
        read, weights, bias = operator.inputs
        made = stream_factors.get(names[operator.outputs[0]])
        if made is not None:
            _multiply(model, weights, made[:, None, None, None])
            _multiply(model, bias, made)
        taken = stream_factors.get(names[read])
        if taken is not None:
            _multiply(model, weights, np.float32(1.0) / taken)
    return graph.write(model)


def _multiply(model: Any, index: int, by: FloatArray) -> None:  # noqa: ANN401
    values = graph.constant(model, index)
    graph.set_constant(model, index, np.asarray(values * by, np.float32))
