"""Quantization follows its recipe and is the same each time."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from models import graph, verify
from models.manifest import QuantizeRecipe
from models.quantize import kept_in_float, quantize
from models.ranges import Range
from tests.fakes import tiny_graph

RANGES = {
    "picture": Range(low=-4, high=4),
    "wanted": Range(low=-8, high=8),
}


def recipe(**changes: object) -> QuantizeRecipe:
    return QuantizeRecipe.model_validate({"ranges": "r.json", "ranges_sha256": "0" * 64, **changes})


@pytest.fixture(scope="module")
def folded() -> bytes:
    return graph.drop_outputs(graph.fold_constants(tiny_graph.half_precision_weights()), ["unwanted"])


def types(content: bytes) -> dict[str, int]:
    return {tensor.name.decode(): tensor.type for tensor in graph.read(content).subgraphs[0].tensors}


def test_weights_go_to_int8_and_both_ends_stay_float(folded: bytes) -> None:
    found = types(quantize(folded, recipe(), RANGES))
    assert found["expanded"] == schema.TensorType.INT8
    assert found["picture"] == schema.TensorType.FLOAT32
    outputs = Interpreter(model_content=quantize(folded, recipe(), RANGES)).get_output_details()
    assert {output["dtype"] for output in outputs} == {np.float32}


def test_int8_is_near_float(folded: bytes) -> None:
    interpreters = [Interpreter(model_content=content) for content in (folded, quantize(folded, recipe(), RANGES))]
    for interpreter in interpreters:
        interpreter.allocate_tensors()
    shape = (1, tiny_graph.SIDE, tiny_graph.SIDE, tiny_graph.CHANNELS)
    picture = np.random.default_rng(1).normal(0, 1, shape).astype(np.float32)
    expected, found = (next(iter(verify.run(interpreter, picture).values())) for interpreter in interpreters)
    assert 0 < np.abs(found - expected).max() < 0.15  # not equal: it was quantized


def test_what_the_recipe_keeps_stays_as_it_was(folded: bytes) -> None:
    found = types(quantize(folded, recipe(float_first=1, float_weights="float16"), RANGES))
    assert schema.TensorType.INT8 not in {found["expanded"], found["wanted"]}


def test_the_same_in_gives_the_same_out(folded: bytes) -> None:
    assert quantize(folded, recipe(), RANGES) == quantize(folded, recipe(), RANGES)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, []),
        ({"float_first": 2}, ["a", "b"]),
        ({"float_last": 1}, ["d"]),
        ({"float_pattern": "^[bd]$"}, ["b", "d"]),
        ({"float_first": 1, "float_last": 1, "float_pattern": "c"}, ["a", "c", "d"]),
        ({"float_first": 9}, ["a", "b", "c", "d"]),
    ],
)
def test_kept_operators(changes: dict[str, object], kept: list[str]) -> None:
    assert kept_in_float(["a", "b", "c", "d"], recipe(**changes)) == kept
