"""Keypoint recordings: poses of a camera without any picture (`design.md`, "A keypoint recording")."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import BrokenOffError, InputError
from edge_agent.sources.pace import Pace
from edge_agent.types import Array, Layout, Observation, Pose, View

JOINTS = {Layout.COCO17: 17, Layout.BLAZEPOSE33: 33}
FORMAT = "see docs/recordings.md for the format"


class KeypointRecording:
    """Poses by instant from an `.npz`."""

    def __init__(self, path: Path, camera: str) -> None:
        """Read and check the arrays' shapes.

        Raises:
            InputError: not a keypoint recording, or one without any instant.
        """
        self._path = path
        self._camera = camera
        arrays = self._load()
        self._t = self._array(arrays, "t", np.float64, 1)
        self._frame = self._array(arrays, "frame", np.int64, 1)
        self._keypoints: Array = self._array(arrays, "keypoints", np.float32, 3)
        self._layout = self._read_layout(arrays)
        self.size = self._read_size(arrays)
        self._world: Array | None = self._array(arrays, "world", np.float32, 3) if "world" in arrays else None
        self._person = self._array(arrays, "person", np.int64, 1) if "person" in arrays else None
        self.view = self._read_view(arrays)
        self._check_shapes()
        self.duration: float | None = float(self._t[-1] - self._t[0])

    def _load(self) -> Mapping[str, NDArray[Any]]:
        try:
            with self._path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                return {name: file[name] for name in file.files}
        except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as fault:
            raise InputError(
                f"{self._path}: not a readable .npz file", f"truncated or another format; {FORMAT}"
            ) from fault

    def _array(self, arrays: Mapping[str, NDArray[Any]], name: str, kind: Any, dimensions: int) -> NDArray[Any]:  # noqa: ANN401
        if name not in arrays:
            raise InputError(f"{self._path}: has no array `{name}`", FORMAT)
        array = arrays[name]
        if array.ndim != dimensions or array.dtype.kind not in "fiu":
            raise InputError(f"{self._path}: `{name}` has shape {array.shape} and type {array.dtype}", FORMAT)
        return array.astype(kind)

    def _read_layout(self, arrays: Mapping[str, NDArray[Any]]) -> Layout:
        try:
            return Layout(str(arrays["layout"]))
        except (KeyError, ValueError):
            found = str(arrays.get("layout", "missing"))
            raise InputError(
                f"{self._path}: `layout` is {found!r}", f"allowed: {', '.join(Layout)}; {FORMAT}"
            ) from None

    def _read_size(self, arrays: Mapping[str, NDArray[Any]]) -> tuple[int, int]:
        size = self._array(arrays, "size", np.int64, 1)
        if size.shape != (2,) or size.min() <= 0:
            raise InputError(f"{self._path}: `size` is not a width and a height in px", FORMAT)
        return int(size[0]), int(size[1])

    def _read_view(self, arrays: Mapping[str, NDArray[Any]]) -> View:
        def number(name: str) -> float | None:
            if name not in arrays:
                return None
            value = self._array(arrays, name, np.float64, 0)
            return float(value) if np.isfinite(value) else None

        intrinsics = None
        if "intrinsics" in arrays:
            values = self._array(arrays, "intrinsics", np.float64, 1)
            if values.shape != (4,) or not np.isfinite(values).all():
                raise InputError(f"{self._path}: `intrinsics` is not fx, fy, cx, cy in px", FORMAT)
            intrinsics = (float(values[0]), float(values[1]), float(values[2]), float(values[3]))
        distortion = self._read_distortion(arrays) if intrinsics is not None else None
        return View(number("tilt_deg"), number("roll_deg"), number("height_m"), intrinsics, distortion)

    def _read_distortion(self, arrays: Mapping[str, NDArray[Any]]) -> tuple[float, float, float, float, float] | None:
        if "distortion" not in arrays:
            return None
        values = self._array(arrays, "distortion", np.float64, 1)
        if values.shape != (5,) or not np.isfinite(values).all():
            raise InputError(f"{self._path}: `distortion` is not k1, k2, p1, p2, k3", FORMAT)
        k1, k2, p1, p2, k3 = values.tolist()
        return k1, k2, p1, p2, k3

    def _check_shapes(self) -> None:
        if len(self._t) == 0:
            raise InputError(f"{self._path}: holds no instant", "record again")
        people, joints = len(self._frame), JOINTS[self._layout]
        expected = (people, joints, 3)
        named = {"keypoints": self._keypoints, "world": self._world}
        for name, array in named.items():
            if array is not None and array.shape != expected:
                raise InputError(f"{self._path}: `{name}` has shape {array.shape}, not {expected}", FORMAT)
        if self._person is not None and self._person.shape != (people,):
            raise InputError(f"{self._path}: `person` has shape {self._person.shape}, not {(people,)}", FORMAT)
        if people and (self._frame.min() < 0 or self._frame.max() >= len(self._t)):
            raise InputError(f"{self._path}: `frame` points outside `t`", FORMAT)

    def instants(self, fps: float) -> Iterator[Observation]:
        """Hand over observations up to the first fault."""
        pace = Pace(fps)
        order = np.argsort(self._frame, kind="stable")
        starts = np.searchsorted(self._frame[order], np.arange(len(self._t) + 1))
        last = -np.inf
        for index, t in enumerate(self._t):
            if not np.isfinite(t) or t <= last:
                after = "" if index == 0 else f" after {last:.3f} s"
                raise BrokenOffError(
                    f"{self._path}: `t` is {t:.3f}{after} at index {index}", "times must be numbers that grow"
                )
            last = t
            rows = order[starts[index] : starts[index + 1]]
            self._check_numbers(rows, t)
            if pace.wants(t):
                poses = tuple(self._pose(int(row)) for row in rows)
                yield Observation(self._camera, float(t), self.size, poses)

    def _check_numbers(self, rows: NDArray[np.intp], t: float) -> None:
        keypoints = self._keypoints[rows]
        seen = keypoints[..., 2] != 0  # a joint of score 0 is unseen: where it lies does not matter
        whole = bool(np.isfinite(keypoints[seen]).all())
        if whole and self._world is not None:
            whole = bool(np.isfinite(self._world[rows][seen]).all())
        if not whole:
            raise BrokenOffError(
                f"{self._path}: not a number among the joints at {t:.3f} s", "give joints that were not seen score 0"
            )

    def _pose(self, row: int) -> Pose:
        keypoints = np.nan_to_num(self._keypoints[row], nan=0.0, posinf=0.0, neginf=0.0)
        world = None if self._world is None else np.nan_to_num(self._world[row])
        seen = keypoints[:, 2]
        score = float(seen[seen > 0].mean()) if (seen > 0).any() else 0.0
        person = None if self._person is None else int(self._person[row])
        return Pose(keypoints, self._layout, score, world, person)

    def close(self) -> None:
        """Nothing is held open."""
