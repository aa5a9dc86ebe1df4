"""Small LiteRT pose models, and the people they see: each of COCO's 17 joints is a soft dot of its own colour.

A 1x1 convolution answers to each colour; what follows brings that into the form of a heat map, SimCC or MoveNet model.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from edge_agent.types import Array, Image
from models import graph
from tests.fakes.tiny_graph import convolution, empty, operator, tensor

JOINTS = 17
HEIGHT, WIDTH = 64, 48
"""Of the networks' input, px."""


def _colours() -> Array:
    """(17, 3) red green blue of one length, each as far as can be from those before."""
    steps = np.linspace(0.0, 0.5 * math.pi, 31)
    down, around = (angle.ravel() for angle in np.meshgrid(steps, steps))
    every = np.stack([np.sin(down) * np.cos(around), np.sin(down) * np.sin(around), np.cos(down)], axis=1)
    chosen = [every[0]]
    while len(chosen) < JOINTS:
        chosen.append(every[(every @ np.array(chosen).T).max(axis=1).argmin()])
    return (250.0 * np.array(chosen)).astype(np.float32)


COLOURS = _colours()


def picture(*people: Array, size: tuple[int, int] = (640, 480), spread: float = 5.0) -> Image:
    """People as a camera sees them, blue green red on black; `people`: (17, 2) px each."""
    columns, rows = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    image, brightest = np.zeros((size[1], size[0], 3)), np.zeros((size[1], size[0]))
    for joints in people:
        for (x, y), colour in zip(joints, COLOURS, strict=True):
            light = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2.0 * spread**2))
            nearest = light > brightest  # colours that mix would shine brighter than either
            image[nearest], brightest[nearest] = light[nearest, None] * colour[::-1], light[nearest]
    return image.astype(np.uint8)


def standing(hip: tuple[float, float], torso: float, angle_deg: float = 0.0) -> Array:
    """(17, 2) px of somebody facing the camera; 0 is upright, clockwise positive."""
    up = {"nose": 1.3, "eye": 1.6, "ear": 1.4, "shoulder": 1.0, "elbow": 0.5, "wrist": 0.1, "hip": 0.0, "knee": -0.85}
    aside = {"nose": 0.0, "eye": 0.2, "ear": 0.45, "shoulder": 0.35, "elbow": 0.5, "wrist": 0.55, "hip": 0.2}
    upright = [(0.0, up["nose"])]
    for joint in ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"):
        upright += [(side * aside.get(joint, 0.2), up.get(joint, -1.7)) for side in (1.0, -1.0)]
    angle = math.radians(angle_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array(
        [(hip[0] + torso * (x * cos + y * sin), hip[1] + torso * (x * sin - y * cos)) for x, y in upright], np.float32
    )


def heatmap_model() -> bytes:
    """Input -> "heat" (1, 64, 48, 17)."""
    model = empty()
    picture_, heat = _seeing(model)
    return _written(model, picture_, [heat])


def simcc_model() -> bytes:
    """Input -> "across" (1, 17, 48) and "down" (1, 17, 64)."""
    model = empty()
    picture_, heat = _seeing(model)
    outputs = []
    for name, axis, length in (("across", 1, WIDTH), ("down", 2, HEIGHT)):
        axes = tensor(model, f"{name} axis", (1,), np.array([axis], np.int32))
        best = tensor(model, f"{name} best", (1, length, JOINTS))
        reduced = operator(model, schema.BuiltinOperator.REDUCE_MAX, [heat, axes], [best])
        reduced.builtinOptionsType = schema.BuiltinOptions.ReducerOptions
        reduced.builtinOptions = schema.ReducerOptionsT(keepDims=False)
        order = tensor(model, f"{name} order", (3,), np.array([0, 2, 1], np.int32))
        output = tensor(model, name, (1, JOINTS, length))
        turned = operator(model, schema.BuiltinOperator.TRANSPOSE, [best, order], [output])
        turned.builtinOptionsType = schema.BuiltinOptions.TransposeOptions
        turned.builtinOptions = schema.TransposeOptionsT()
        model.subgraphs[0].operators += [reduced, turned]
        outputs.append(output)
    return _written(model, picture_, outputs)


def movenet_model(*, people: bool = False) -> bytes:
    """Input -> "joints" (1, 1, 17, 3) y, x, score; with `people` -> "people" (1, 1, 56), one person of score .9."""
    model = empty()
    picture_, heat = _seeing(model)
    cells = HEIGHT * WIDTH
    flat, sure = tensor(model, "flat", (JOINTS, cells)), tensor(model, "sure", (JOINTS, cells))
    placed = tensor(model, "placed", (JOINTS, 3))
    rows, columns = np.divmod(np.arange(cells), WIDTH)
    where = np.stack([(rows + 0.5) / HEIGHT, (columns + 0.5) / WIDTH, np.ones(cells)]).astype(np.float32)
    weights = tensor(model, "where", where.shape, where)
    first = tensor(model, "by joint", (1, JOINTS, HEIGHT, WIDTH))
    order = tensor(model, "order", (4,), np.array([0, 3, 1, 2], np.int32))
    turned = operator(model, schema.BuiltinOperator.TRANSPOSE, [heat, order], [first])
    turned.builtinOptionsType = schema.BuiltinOptions.TransposeOptions
    turned.builtinOptions = schema.TransposeOptionsT()
    softmax = operator(model, schema.BuiltinOperator.SOFTMAX, [flat], [sure])
    softmax.builtinOptionsType = schema.BuiltinOptions.SoftmaxOptions
    softmax.builtinOptions = schema.SoftmaxOptionsT(beta=300.0)
    dense = operator(model, schema.BuiltinOperator.FULLY_CONNECTED, [sure, weights, -1], [placed])
    dense.builtinOptionsType = schema.BuiltinOptions.FullyConnectedOptions
    dense.builtinOptions = schema.FullyConnectedOptionsT()
    model.subgraphs[0].operators += [turned, _reshape(model, first, flat, (JOINTS, cells)), softmax, dense]
    if not people:
        output = tensor(model, "joints", (1, 1, JOINTS, 3))
        model.subgraphs[0].operators.append(_reshape(model, placed, output, (1, 1, JOINTS, 3)))
        return _written(model, picture_, [output])
    row, output = tensor(model, "row", (1, 1, 3 * JOINTS)), tensor(model, "people", (1, 1, 56))
    box = tensor(model, "box", (1, 1, 5), np.array([[[0.0, 0.0, 1.0, 1.0, 0.9]]], np.float32))
    joined = operator(model, schema.BuiltinOperator.CONCATENATION, [row, box], [output])
    joined.builtinOptionsType = schema.BuiltinOptions.ConcatenationOptions
    joined.builtinOptions = schema.ConcatenationOptionsT(axis=2)
    model.subgraphs[0].operators += [_reshape(model, placed, row, (1, 1, 3 * JOINTS)), joined]
    return _written(model, picture_, [output])


def _seeing(model: Any) -> tuple[int, int]:  # noqa: ANN401
    """The input, and the answer to each joint's colour: 1 where the colour is that of the joint at full light."""
    shown = tensor(model, "picture", (1, HEIGHT, WIDTH, 3))
    unit = (COLOURS / 250.0**2).reshape(JOINTS, 1, 1, 3)
    weights, bias = (
        tensor(model, "colours", unit.shape, unit),
        tensor(model, "none", (JOINTS,), np.zeros(JOINTS, np.float32)),
    )
    heat = tensor(model, "heat", (1, HEIGHT, WIDTH, JOINTS))
    model.subgraphs[0].operators = [convolution(model, [shown, weights, bias], heat)]
    return shown, heat


def _reshape(model: Any, source: int, target: int, shape: tuple[int, ...]) -> Any:  # noqa: ANN401
    wanted = tensor(model, f"shape {target}", (len(shape),), np.array(shape, np.int32))
    added = operator(model, schema.BuiltinOperator.RESHAPE, [source, wanted], [target])
    added.builtinOptionsType = schema.BuiltinOptions.ReshapeOptions
    added.builtinOptions = schema.ReshapeOptionsT(newShape=list(shape))
    return added


def _written(model: Any, shown: int, outputs: list[int]) -> bytes:  # noqa: ANN401
    model.subgraphs[0].inputs, model.subgraphs[0].outputs = [shown], outputs
    return graph.write(model)
