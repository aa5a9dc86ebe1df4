"""Which way each weight is rounded to int8, so that an operator's output, not each weight, errs least.

Rounding every weight to the nearest step leaves errors that add up where inputs go together, as neighbouring pixels and
channels do. Steps are moved up or down by one instead while that lowers the mean square of the output's error over the
calibration pictures (known as adaptive rounding): for weights off by d, d' H d with H the second moments of the inputs.
"""

import base64
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from models import graph
from models.streams import CONVOLUTION, DEPTHWISE

FloatArray = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int8]

LARGEST = 127
DAMPING = 1e-6
"""Of the mean second moment, added to each: inputs that are always zero decide nothing."""
MOVES_PER_WEIGHT = 6
"""Bound on the moves of one output channel, in its weights; about a tenth of one is needed."""


def inputs_of(model: Any, position: int, picture: FloatArray) -> Doubles:  # noqa: ANN401
    """The second moments of one operator's inputs over one picture.

    Args:
        model: the graph.
        position: of a convolution in running order.
        picture: (1, H, W, C) what it reads.

    Returns:
        (N, N) for a convolution with N weights per output; (C, N, N) for a depthwise one.
    """
    inner = model.subgraphs[0]
    operator = inner.operators[position]
    rows, columns = inner.tensors[operator.inputs[1]].shape[1:3]
    height, width = inner.tensors[operator.outputs[0]].shape[1:3]
    patches = _patches(picture[0], operator.builtinOptions, (rows, columns), (height, width))
    if graph.operator_code(model, operator) == DEPTHWISE:
        by_channel = patches.transpose(2, 1, 0)
        return np.asarray(by_channel @ by_channel.transpose(0, 2, 1) / len(patches), np.float64)
    flat = patches.reshape(len(patches), -1)
    return np.asarray(flat.T @ flat / len(flat), np.float64)


def _patches(picture: FloatArray, options: Any, kernel: tuple[int, int], out: tuple[int, int]) -> Doubles:  # noqa: ANN401
    """(H * W, taps, C): what each output pixel is made of."""
    strides = (options.strideH, options.strideW)
    if options.padding == 0:  # SAME
        missing = [
            max((n - 1) * step + size - length, 0)
            for n, step, size, length in zip(out, strides, kernel, picture.shape[:2], strict=True)
        ]
        around = [(short // 2, short - short // 2) for short in missing]
        picture = np.pad(picture, (*around, (0, 0)))
    taps = [
        picture[y : y + (out[0] - 1) * strides[0] + 1 : strides[0], x : x + (out[1] - 1) * strides[1] + 1 : strides[1]]
        for y in range(kernel[0])
        for x in range(kernel[1])
    ]
    return np.stack([tap.reshape(-1, tap.shape[-1]) for tap in taps], axis=1).astype(np.float64)


def moved(weights: FloatArray, moments: Doubles, *, depthwise: bool) -> Steps:
    """By how many steps each weight is moved from the nearest one: -1, 0 or 1.

    Args:
        weights: (O, h, w, I), or (1, h, w, C) of a depthwise convolution.
        moments: as `inputs_of` gives them, mean over the pictures.
        depthwise: which of the two.

    Returns:
        Of the weights' shape.
    """
    in_steps = np.asarray(weights / _step(weights, depthwise=depthwise), np.float64)
    flat = in_steps.reshape(-1, in_steps.shape[-1]).T if depthwise else in_steps.reshape(len(in_steps), -1)
    change = _descended(flat, moments)
    return np.asarray(change.T.reshape(weights.shape) if depthwise else change.reshape(weights.shape), np.int8)


def _descended(wanted: Doubles, moments: Doubles) -> Doubles:
    """Greedy descent, for all output channels at once: the best single move each, until none helps.

    Args:
        wanted: (O, N) weights, in steps.
        moments: (N, N) or (O, N, N).
    """
    channels, count = wanted.shape
    shared = np.broadcast_to(moments, (channels, count, count))
    damping = DAMPING * np.einsum("onn->o", shared)[:, None] / count
    start = np.clip(np.round(wanted), -LARGEST, LARGEST)
    change = np.zeros_like(start)
    pull = np.einsum("onm,om->on", shared, start - wanted) + damping * (start - wanted)
    cost = np.einsum("onn->on", shared) + damping
    free = np.abs(wanted) < LARGEST - 1e-4  # the largest weight of a channel sets its scale and stays
    each = np.arange(channels)
    for _ in range(MOVES_PER_WEIGHT * count):
        up = np.where(free & (change < 1) & (start + change < LARGEST), cost + 2 * pull, np.inf)
        down = np.where(free & (change > -1) & (start + change > -LARGEST), cost - 2 * pull, np.inf)
        up_at, down_at = up.argmin(axis=1), down.argmin(axis=1)
        rises = up[each, up_at] <= down[each, down_at]
        at = np.where(rises, up_at, down_at)
        gain = np.minimum(up[each, up_at], down[each, down_at])
        by = np.where(gain < -1e-12 * damping[:, 0] / DAMPING, np.where(rises, 1.0, -1.0), 0.0)
        if not by.any():
            break
        change[each, at] += by
        pull += by[:, None] * shared[each, :, at]
        pull[each, at] += by * damping[:, 0]
    return change


def _step(weights: FloatArray, *, depthwise: bool) -> FloatArray:
    """The int8 step of each output channel, as the quantizer chooses it: the largest weight is 127 steps."""
    largest = np.abs(weights).max(axis=(0, 1, 2) if depthwise else (1, 2, 3), keepdims=True)
    return np.asarray(np.where(largest > 0, largest, 1.0) / np.float32(LARGEST), np.float32)


def rounded(content: bytes, moves: Mapping[str, str]) -> bytes:
    """The graph with the weights of the named operators on their steps: the quantizer then finds them there."""
    model = graph.read(content)
    inner = model.subgraphs[0]
    for position, name in enumerate(graph.scopes(content)):
        if name not in moves:
            continue
        operator = inner.operators[position]
        weights = graph.constant(model, operator.inputs[1])
        step = _step(weights, depthwise=graph.operator_code(model, operator) == DEPTHWISE)
        steps = np.round(weights / step) + unpacked(moves[name]).reshape(weights.shape)
        graph.set_constant(model, operator.inputs[1], np.asarray(steps * step, np.float32))
    return graph.write(model)


def convolutions(content: bytes) -> dict[str, int]:
    """Position of each convolution by its operator's name."""
    model = graph.read(content)
    operators = model.subgraphs[0].operators
    return {
        name: position
        for position, name in enumerate(graph.scopes(content))
        if graph.operator_code(model, operators[position]) in (CONVOLUTION, DEPTHWISE)
    }


def packed(moves: Steps) -> str:
    """Moves as text."""
    return base64.b64encode(zlib.compress(moves.tobytes(), 9)).decode()


def unpacked(text: str) -> Steps:
    """(N,) moves, in the order of the weights."""
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), np.int8)
