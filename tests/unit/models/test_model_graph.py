"""Folding and pruning change what is stored, never what is computed."""

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from models import graph, verify
from tests.fakes import tiny_graph


def run(content: bytes, seed: int) -> dict[str, np.ndarray]:
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    shape = (1, tiny_graph.SIDE, tiny_graph.SIDE, tiny_graph.CHANNELS)
    return verify.run(interpreter, np.random.default_rng(seed).normal(0, 1, shape).astype(np.float32))


def test_folded_graph_gives_equal_bits_with_fewer_operators() -> None:
    before = tiny_graph.half_precision_weights()
    after = graph.fold_constants(before)
    assert graph.scopes(after) == ["wanted", "unwanted"]
    for seed in range(5):
        expected, found = run(before, seed), run(after, seed)
        assert expected.keys() == found.keys()
        for name, values in expected.items():
            np.testing.assert_array_equal(found[name], values)


def test_half_precision_copies_do_not_stay_in_the_file() -> None:
    after = graph.read(graph.fold_constants(tiny_graph.half_precision_weights()))
    assert {tensor.name.decode() for tensor in after.subgraphs[0].tensors} == {
        "picture",
        "expanded",
        "biases",
        "wanted",
        "unwanted",
    }
    assert sum(buffer.data is not None for buffer in after.buffers) == 2  # weights and biases


def test_folding_twice_changes_nothing() -> None:
    once = graph.fold_constants(tiny_graph.half_precision_weights())
    assert graph.fold_constants(once) == once


def test_only_constants_are_folded() -> None:
    with pytest.raises(graph.GraphError, match="isn't a constant"):
        graph.fold_constants(tiny_graph.dequantizes_its_input())


def test_dropping_an_output_leaves_the_other_as_it_was() -> None:
    before = graph.fold_constants(tiny_graph.half_precision_weights())
    after = graph.drop_outputs(before, ["unwanted"])
    assert graph.scopes(after) == ["wanted"]
    expected, found = run(before, 3), run(after, 3)
    assert list(found) == ["wanted"]
    np.testing.assert_array_equal(found["wanted"], expected["wanted"])


def test_an_output_others_are_made_from_is_kept_as_a_step() -> None:
    before = graph.fold_constants(tiny_graph.half_precision_weights())
    after = graph.drop_outputs(before, ["wanted"])
    assert graph.scopes(after) == ["wanted", "unwanted"]
    np.testing.assert_array_equal(run(after, 1)["unwanted"], run(before, 1)["unwanted"])


def test_unknown_output_is_named() -> None:
    with pytest.raises(graph.GraphError, match="no output named mask; the graph has unwanted, wanted"):
        graph.drop_outputs(tiny_graph.half_precision_weights(), ["mask"])


def test_weights_lie_aligned_inside_the_file() -> None:
    content = graph.fold_constants(tiny_graph.half_precision_weights())
    for buffer in graph.read(content).buffers:
        if buffer.data is not None:
            position = content.index(bytes(buffer.data))
            assert position % graph.TENSOR_ALIGNMENT == 0
