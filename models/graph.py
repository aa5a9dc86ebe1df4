"""A LiteRT graph as an object: read and written, its constants folded, its unwanted outputs dropped.

Every function takes and returns the bytes of a ``.tflite`` file, so that each step can be hashed and tested by itself.
"""

from collections.abc import Sequence
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from ai_edge_litert.tools import flatbuffer_utils

FloatArray = npt.NDArray[np.float32]

FILE_IDENTIFIER = b"TFL3"
TENSOR_ALIGNMENT = 16  # bytes; what the schema asks for (force_align) and kernels rely on
EXPANDED_AT_LOAD = frozenset({schema.BuiltinOperator.DEQUANTIZE, schema.BuiltinOperator.DENSIFY})


class GraphError(Exception):
    """The graph isn't of the shape this build knows how to treat."""


class _AlignedBuilder(flatbuffers.Builder):  # type: ignore[misc]
    """Puts byte vectors (the weights) at the schema's alignment, which the generated Python code ignores."""

    def StartVector(self, elemSize: int, numElems: int, alignment: int) -> Any:  # noqa: N802, N803, ANN401
        wanted = TENSOR_ALIGNMENT if elemSize == 1 else alignment
        return super().StartVector(elemSize, numElems, wanted)


def read(content: bytes) -> Any:  # noqa: ANN401 - the schema's classes are generated and untyped
    """Parses ``content`` into the schema's mutable ``ModelT``."""
    return flatbuffer_utils.read_model_from_bytearray(content)


def write(model: Any) -> bytes:  # noqa: ANN401
    """Packs a ``ModelT`` with every buffer inside the flatbuffer.

    The quantizer appends large buffers behind the flatbuffer, which runtimes older than LiteRT cannot read.
    """
    for buffer in model.buffers:
        if buffer.data is not None:
            buffer.data = np.frombuffer(bytes(buffer.data), np.uint8)
        buffer.offset = buffer.size = 0
    builder = _AlignedBuilder(1 << 20)
    builder.Finish(model.Pack(builder), file_identifier=FILE_IDENTIFIER)
    return bytes(builder.Output())


def operator_code(model: Any, operator: Any) -> int:  # noqa: ANN401
    """The builtin code of an operator, wherever its version of the schema stored it."""
    return int(flatbuffer_utils.get_builtin_code_from_operator_code(model.operatorCodes[operator.opcodeIndex]))


def constant(model: Any, index: int) -> FloatArray:  # noqa: ANN401
    """A copy of a constant float32 tensor."""
    tensor = model.subgraphs[0].tensors[index]
    stored = np.frombuffer(bytes(model.buffers[tensor.buffer].data), "<f4")
    return np.array(stored, np.float32).reshape(tensor.shape)


def set_constant(model: Any, index: int, values: FloatArray) -> None:  # noqa: ANN401
    """Gives a constant float32 tensor that one operator alone reads other values.

    Raises:
        GraphError: others would change with it.
    """
    graph = model.subgraphs[0]
    buffer = graph.tensors[index].buffer
    readers = sum(list(operator.inputs).count(index) for operator in graph.operators)
    if readers > 1 or sum(tensor.buffer == buffer for tensor in graph.tensors) > 1:
        raise GraphError(f"constant {graph.tensors[index].name.decode()} is shared")
    model.buffers[buffer].data = np.frombuffer(values.astype("<f4").tobytes(), np.uint8)


def scopes(content: bytes) -> list[str]:
    """The name of each operator in running order: that of its first output tensor."""
    graph = read(content).subgraphs[0]
    return [graph.tensors[operator.outputs[0]].name.decode() for operator in graph.operators]


def fold_constants(content: bytes) -> bytes:
    """Expands half-precision and sparse weights into dense float32 once and for all.

    The shipped graphs carry a DEQUANTIZE (and DENSIFY) operator per weight. Here the runtime itself evaluates
    them, so what is stored is what it would have computed at each load: the results are equal bit by bit.

    Raises:
        GraphError: such an operator depends on the input, not on a constant.
    """
    model = read(content)
    graph = model.subgraphs[0]
    expanded = [operator for operator in graph.operators if operator_code(model, operator) in EXPANDED_AT_LOAD]
    constant = {i for i, tensor in enumerate(graph.tensors) if model.buffers[tensor.buffer].data is not None}
    values = _constant_values(content, expanded, constant)
    for index, value in values.items():
        tensor = graph.tensors[index]
        tensor.buffer = len(model.buffers)
        tensor.type = schema.TensorType.FLOAT32
        tensor.sparsity = None
        tensor.quantization = None
        model.buffers.append(schema.BufferT(np.frombuffer(value.astype("<f4").tobytes(), np.uint8)))
    graph.operators = [operator for operator in graph.operators if operator not in expanded]
    return write(_compacted(model))


def _constant_values(content: bytes, operators: Sequence[Any], constant: set[int]) -> dict[int, FloatArray]:
    """The float tensors that operators make of constants: a graph of just these is run."""
    for operator in operators:
        if operator.inputs[0] not in constant:
            raise GraphError(f"operator {operator.outputs[0]} expands something that isn't a constant")
        constant = constant | set(operator.outputs)
    alone = read(content)
    outputs = [operator.outputs[0] for operator in operators]
    alone.subgraphs[0].operators = list(operators)
    alone.subgraphs[0].inputs = []
    alone.subgraphs[0].outputs = outputs
    interpreter = Interpreter(
        model_content=write(alone),
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    interpreter.invoke()
    details = interpreter.get_output_details()
    values = {i: interpreter.get_tensor(o["index"]) for i, o in zip(outputs, details, strict=True)}
    return {index: value for index, value in values.items() if value.dtype == np.float32}


def drop_outputs(content: bytes, names: Sequence[str]) -> bytes:
    """Removes the named outputs and every operator that only they needed.

    Raises:
        GraphError: the graph has no such output.
    """
    model = read(content)
    graph = model.subgraphs[0]
    by_name = {graph.tensors[index].name.decode(): index for index in graph.outputs}
    unknown = sorted(set(names) - set(by_name))
    if unknown:
        raise GraphError(f"no output named {', '.join(unknown)}; the graph has {', '.join(sorted(by_name))}")
    graph.outputs = [index for index in graph.outputs if index not in {by_name[name] for name in names}]
    needed = set(graph.outputs)
    kept = []
    for operator in reversed(graph.operators):
        if needed & set(operator.outputs):
            needed |= {index for index in operator.inputs if index >= 0}
            kept.append(operator)
    graph.operators = kept[::-1]
    return write(_compacted(model))


def _compacted(model: Any) -> Any:  # noqa: ANN401
    """Drops tensors, buffers and operator codes nothing refers to any more, and the converter's metadata."""
    graph = model.subgraphs[0]
    used = sorted(
        {index for operator in graph.operators for index in (*operator.inputs, *operator.outputs) if index >= 0}
        | {*graph.inputs, *graph.outputs}
    )
    renumbered = {old: new for new, old in enumerate(used)} | {-1: -1}  # -1: an optional input left out
    graph.tensors = [graph.tensors[index] for index in used]
    graph.inputs = [renumbered[index] for index in graph.inputs]
    graph.outputs = [renumbered[index] for index in graph.outputs]
    codes = sorted({operator.opcodeIndex for operator in graph.operators})
    for operator in graph.operators:
        operator.inputs = [renumbered[index] for index in operator.inputs]
        operator.outputs = [renumbered[index] for index in operator.outputs]
        operator.opcodeIndex = codes.index(operator.opcodeIndex)
    model.operatorCodes = [model.operatorCodes[index] for index in codes]
    buffers = [schema.BufferT()]  # the first is the empty one by convention
    moved: dict[int, int] = {}
    for tensor in graph.tensors:
        if model.buffers[tensor.buffer].data is None:
            tensor.buffer = 0
            continue
        if tensor.buffer not in moved:
            moved[tensor.buffer] = len(buffers)
            buffers.append(model.buffers[tensor.buffer])
        tensor.buffer = moved[tensor.buffer]
    model.buffers = buffers
    model.metadata = None
    model.metadataBuffer = None
    model.signatureDefs = []  # the shipped graphs have none; the quantizer wants a list
    return model
