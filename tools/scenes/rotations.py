"""Rotations as 3x3 matrices, in degrees where a person writes them.

Axes are x forward, y left, z up: `yaw` turns to the left, `pitch` bows forward, `roll` leans to the right.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


def yaw(deg: float) -> Matrix:
    """About z, to the left."""
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def pitch(deg: float) -> Matrix:
    """About y: the head goes forward."""
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def roll(deg: float) -> Matrix:
    """About x: the head goes to the right."""
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def bow(forward: float, right: float, left_twist: float) -> Matrix:
    """A joint's bend, degrees: forward, to the right, and turned to the left."""
    return yaw(left_twist) @ pitch(forward) @ roll(right)


def unit(vector: Vector) -> Vector:
    """The vector's direction; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector


def frame(along: Vector, towards: Vector) -> Matrix:
    """Columns: `along`, the part of `towards` square to it, and their cross product."""
    x = unit(along)
    y = towards - x * float(x @ towards)
    if float(np.linalg.norm(y)) < 1e-9:
        y = np.cross(x, (0.31, 0.57, 0.76))
    y = unit(y)
    z = (x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0])
    return np.array((x, y, z)).T


def axis_angle(rotation: Matrix) -> Vector:
    """The rotation vector, radians, 0 to pi long."""
    cos = np.clip((np.trace(rotation) - 1) / 2, -1.0, 1.0)
    angle = float(np.arccos(cos))
    skew: Vector = np.array(
        [rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]]
    )
    if angle < 1e-7:
        return np.zeros(3)
    if np.pi - angle > 1e-4:
        skew *= angle / (2 * np.sin(angle))
        return skew
    symmetric: Matrix = (rotation + np.eye(3)) / 2
    axis = symmetric[:, int(np.argmax(np.diag(symmetric)))]
    turn: Vector = unit(axis) * (angle if float(axis @ skew) >= 0 else -angle)
    return turn


def from_axis_angle(vector: Vector) -> Matrix:
    """The matrix of a rotation vector, radians."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    k: Matrix = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned: Matrix = np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * (k @ k)
    return turned


def between(a: Matrix, b: Matrix, u: float) -> Matrix:
    """The rotation at share u (0-1) of the shortest way from a to b."""
    if u <= 0.0:
        return a
    if u >= 1.0:
        return b
    part: Matrix = a @ from_axis_angle(u * axis_angle(a.T @ b))
    return part
