"""Weights are changed so that int8 keeps more of what the float graph computes, which itself stays what it was."""

from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from models import files, graph, refinement, rounding, streams, verify
from models.manifest import QuantizeRecipe
from models.quantize import quantize
from models.ranges import Range
from models.refinement import Refinement
from tests.fakes import tiny_graph

SIDE, WIDE, NARROW = 8, 6, 4
SHAPE = (1, SIDE, SIDE, tiny_graph.CHANNELS)
LOUDNESS = np.array([1.0, 0.02, 0.3, 0.05], np.float32)
"""Of the narrow channels."""


def block() -> bytes:
    """Picture -> narrow, linear -> wide -> narrow, linear; both narrow ones added -> wide: a stream and its reader."""
    draw = np.random.default_rng(3)
    model = tiny_graph.empty()
    model.signatureDefs = []

    def convolution(name: str, read: int, shape: tuple[int, ...], *, linear: bool) -> Any:  # noqa: ANN401
        loud = LOUDNESS if shape[0] == NARROW else np.ones(shape[0], np.float32)
        weights = draw.normal(0, 0.5, shape).astype(np.float32) * loud[:, None, None, None]
        stored = tiny_graph.tensor(model, f"{name} weights", shape, weights)
        bias = tiny_graph.tensor(model, f"{name} bias", shape[:1], (0.1 * loud).astype(np.float32))
        made = tiny_graph.tensor(model, name, (1, SIDE, SIDE, shape[0]))
        added = tiny_graph.convolution(model, [read, stored, bias], made)
        kinds = schema.ActivationFunctionType
        added.builtinOptions.fusedActivationFunction = kinds.NONE if linear else kinds.RELU6
        return added

    picture = tiny_graph.tensor(model, "picture", SHAPE)
    first = convolution("first", picture, (NARROW, 1, 1, tiny_graph.CHANNELS), linear=True)
    wide = convolution("wide", first.outputs[0], (WIDE, 1, 1, NARROW), linear=False)
    second = convolution("second", wide.outputs[0], (NARROW, 1, 1, WIDE), linear=True)
    total = tiny_graph.tensor(model, "total", (1, SIDE, SIDE, NARROW))
    tied = tiny_graph.operator(model, schema.BuiltinOperator.ADD, [first.outputs[0], second.outputs[0]], [total])
    tied.builtinOptionsType, tied.builtinOptions = schema.BuiltinOptions.AddOptions, schema.AddOptionsT()
    last = convolution("last", total, (WIDE, 3, 3, NARROW), linear=False)
    inner = model.subgraphs[0]
    inner.operators = [first, wide, second, tied, last]
    inner.inputs, inner.outputs = [picture], [last.outputs[0]]
    return graph.write(model)


def answer(content: bytes, picture: Any) -> Any:  # noqa: ANN401
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    return next(iter(verify.run(interpreter, picture).values()))


@pytest.fixture
def picture() -> Any:  # noqa: ANN401
    return np.random.default_rng(1).normal(0, 1, SHAPE).astype(np.float32)


def test_what_an_addition_ties_together_is_one_stream_and_outputs_and_active_tensors_are_none() -> None:
    assert streams.linear_streams(block()) == [["first", "second", "total"]]
    assert streams.linear_streams(graph.fold_constants(tiny_graph.half_precision_weights())) == []


def test_factors_bring_channels_to_the_loudest_but_leave_silence_alone() -> None:
    sizes = [np.array([4.0, 1.0, 0.0], np.float32), np.array([2.0, 2.0, 0.0], np.float32)]
    np.testing.assert_allclose(streams.factors(sizes), [1.0, 2.0, 1.0 / streams.QUIETEST])


def test_equal_channels_compute_what_unequal_ones_did(picture: Any) -> None:  # noqa: ANN401
    content, by = block(), 1.0 / LOUDNESS
    equal = streams.equalized(content, dict.fromkeys(("first", "second", "total"), by))
    assert equal != content
    np.testing.assert_allclose(answer(equal, picture), answer(content, picture), atol=1e-5)


def test_a_constant_two_operators_share_is_refused() -> None:
    model = graph.read(block())
    operators = model.subgraphs[0].operators
    operators[2].inputs = [operators[2].inputs[0], operators[2].inputs[1], operators[0].inputs[2]]
    with pytest.raises(graph.GraphError, match="first bias is shared"):
        streams.equalized(graph.write(model), {"first": 1.0 / LOUDNESS})


@pytest.mark.parametrize("depthwise", [False, True])
def test_rounding_errs_less_on_inputs_that_go_together_and_never_more(depthwise: bool) -> None:  # noqa: FBT001
    draw = np.random.default_rng(5)
    count, taps = 12, 16
    inputs = draw.normal(3.0, 0.3, (500, 1)) + draw.normal(0, 0.3, (500, taps))
    moments = inputs.T @ inputs / len(inputs)
    weights = draw.normal(0, 1, (count, taps))
    shaped = weights.T.reshape(1, 4, 4, count) if depthwise else weights.reshape(count, 1, 1, taps)
    moves = rounding.moved(
        shaped.astype(np.float32), np.stack([moments] * count) if depthwise else moments, depthwise=depthwise
    )
    step = np.abs(weights).max(axis=1, keepdims=True) / 127
    flat = moves.reshape(taps, count).T if depthwise else moves.reshape(count, taps)
    nearest = np.round(weights / step)
    before, after = (((inputs @ (steps * step - weights).T) ** 2).mean(axis=0) for steps in (nearest, nearest + flat))
    assert set(np.unique(moves)) <= {-1, 0, 1}
    assert (after <= before * (1 + 1e-4)).all()
    assert after.sum() < 0.3 * before.sum()
    largest = np.abs(weights).argmax(axis=1)
    assert (flat[np.arange(count), largest] == 0).all(), "the largest weight sets the scale"


def test_inputs_are_those_the_runtime_multiplies(picture: Any) -> None:  # noqa: ANN401
    """The mean square of a 3 x 3 convolution's output, from second moments and from the output itself."""
    model = tiny_graph.empty()
    read = tiny_graph.tensor(model, "picture", SHAPE)
    weights = np.random.default_rng(2).normal(0, 1, (1, 3, 3, tiny_graph.CHANNELS)).astype(np.float32)
    stored = tiny_graph.tensor(model, "weights", weights.shape, weights)
    bias = tiny_graph.tensor(model, "bias", (1,), np.zeros(1, np.float32))
    made = tiny_graph.tensor(model, "made", (1, SIDE, SIDE, 1))
    model.subgraphs[0].operators = [tiny_graph.convolution(model, [read, stored, bias], made)]
    model.subgraphs[0].inputs, model.subgraphs[0].outputs = [read], [made]
    content = graph.write(model)
    moments = rounding.inputs_of(graph.read(content), 0, picture)
    flat = weights.reshape(-1).astype(np.float64)
    assert flat @ moments @ flat == pytest.approx(float((answer(content, picture) ** 2).mean()), rel=1e-4)


def test_moves_survive_being_written_down() -> None:
    moves = np.random.default_rng(4).integers(-1, 2, (5, 1, 1, 7)).astype(np.int8)
    np.testing.assert_array_equal(rounding.unpacked(rounding.packed(moves)), moves.ravel())


def test_rounded_weights_are_what_the_quantizer_stores() -> None:
    content = block()
    name = graph.scopes(content)[-1]
    moves = np.zeros((WIDE, 3, 3, NARROW), np.int8)
    moves[:, 0, 0, 0] = 1
    weights = graph.constant(graph.read(content), graph.read(content).subgraphs[0].operators[-1].inputs[1])
    step = np.abs(weights).max(axis=(1, 2, 3), keepdims=True) / np.float32(127)
    wide = {one: Range(low=-8, high=8) for one in ("picture", "first", "wide", "second", "total", "last")}
    recipe = QuantizeRecipe(ranges="r.json", ranges_sha256="0" * 64)
    stored = graph.read(quantize(rounding.rounded(content, {name: rounding.packed(moves)}), recipe, wide))
    (tensor,) = (one for one in stored.subgraphs[0].tensors if one.name.decode() == "last weights")
    found = np.frombuffer(bytes(stored.buffers[tensor.buffer].data), np.int8).reshape(weights.shape)
    expected = np.clip(np.round(weights / step) + moves, -127, 127)
    kept = np.abs(expected[:, 0, 0, 0]) < 127
    np.testing.assert_array_equal(found[kept], expected[kept])


def test_refinement_is_read_as_it_was_written(tmp_path: Any) -> None:  # noqa: ANN401
    content = block()
    named = dict.fromkeys(("first", "second", "total"), tuple((1.0 / LOUDNESS).tolist()))
    refined = Refinement(graph_sha256=files.sha256_of(content), pictures=3, factors=named, moves={})
    path = tmp_path / "weights.json"
    path.write_text(refinement.dump(refined), encoding="utf-8")
    assert refinement.load(path) == refined
    assert refined.applied(content) == refined.equal(content)
