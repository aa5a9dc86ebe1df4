"""Static int8 quantization of a folded graph, from stored ranges."""

import contextlib
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from litert_quantizer import Quantizer, qtyping
from litert_quantizer.algorithm_manager import AlgorithmName

from models import graph
from models.manifest import QuantizeRecipe
from models.ranges import Range

HALF_WEIGHT_OPERATORS = (qtyping.TFLOperationName.CONV_2D, qtyping.TFLOperationName.DEPTHWISE_CONV_2D)
_HALF_WEIGHTS = qtyping.OpQuantizationConfig(
    weight_tensor_config=qtyping.TensorQuantizationConfig(num_bits=16, dtype=qtyping.TensorDataType.FLOAT),
    compute_precision=qtyping.ComputePrecision.FLOAT,
    explicit_dequantize=True,
)


def kept_in_float(operators: list[str], recipe: QuantizeRecipe) -> list[str]:
    """The operators the recipe leaves in float, by the name of their output, in running order."""
    first_of_tail = len(operators) - recipe.float_last
    pattern = re.compile(recipe.float_pattern) if recipe.float_pattern else None
    return [
        name
        for position, name in enumerate(operators)
        if position < recipe.float_first or position >= first_of_tail or (pattern is not None and pattern.search(name))
    ]


def quantize(content: bytes, recipe: QuantizeRecipe, ranges: Mapping[str, Range]) -> bytes:
    """Quantizes weights per channel and activations per tensor to int8, but for what the recipe keeps in float.

    Args:
        content: a folded float32 graph.
        recipe: which operators stay in float, and whether their weights are stored in half precision.
        ranges: smallest and largest value of each activation tensor, by name.
    """
    quantizer = Quantizer(content)
    quantizer.add_static_config(".*", qtyping.TFLOperationName.ALL_SUPPORTED, 8, 8)
    for end in (qtyping.TFLOperationName.INPUT, qtyping.TFLOperationName.OUTPUT):  # callers see float32 at both
        quantizer.update_quantization_recipe(".*", end, algorithm_key=AlgorithmName.NO_QUANTIZE)
    kept = kept_in_float(graph.scopes(content), recipe)
    if kept:
        # A scope is the names of all outputs, each followed by ";", which may itself be part of a name.
        scope = "^(?:" + "|".join(re.escape(name) for name in kept) + ");?$"
        quantizer.update_quantization_recipe(
            scope, qtyping.TFLOperationName.ALL_SUPPORTED, algorithm_key=AlgorithmName.NO_QUANTIZE
        )
        if recipe.float_weights == "float16":
            for operator in HALF_WEIGHT_OPERATORS:
                quantizer.update_quantization_recipe(
                    scope, operator, _HALF_WEIGHTS, algorithm_key=AlgorithmName.FLOAT_CASTING
                )
    with _silenced():
        result = quantizer.quantize(_statistics(content, ranges), enable_progress_report=False)
    return graph.write(graph.read(bytes(result.quantized_model)))


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Keeps the library's progress bars and warnings, and its runtime's notes, off the terminal."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(descriptor) for descriptor in (1, 2)]
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        for descriptor in (1, 2):
            os.dup2(nothing, descriptor)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for descriptor, original in zip((1, 2), kept, strict=True):
            os.dup2(original, descriptor)
            os.close(original)
        os.close(nothing)


def _statistics(content: bytes, ranges: Mapping[str, Range]) -> dict[str, dict[str, Any]]:
    """The ranges in the shape the quantizer wants: arrays of one element and of the tensor's rank."""
    ranks = {t.name.decode(): len(t.shape) for t in graph.read(content).subgraphs[0].tensors}
    return {
        name: {
            "min": np.full((1,) * ranks[name], value.low, np.float32),
            "max": np.full((1,) * ranks[name], value.high, np.float32),
        }
        for name, value in ranges.items()
    }
