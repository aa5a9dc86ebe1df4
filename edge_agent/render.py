"""Skeletons on black: what a replay may show instead of the picture."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from edge_agent.chatter import without_chatter
from edge_agent.errors import StorageError, UsageError
from edge_agent.pose.layouts import EDGES
from edge_agent.types import Image, Incident, Person, PostureKind, Severity

Colour = tuple[int, int, int]
"""Blue, green, red."""

COLOURS: dict[PostureKind, Colour] = {
    PostureKind.LYING: (80, 80, 255),
    PostureKind.SITTING: (255, 190, 90),
    PostureKind.STANDING: (130, 230, 130),
    PostureKind.WALKING: (60, 220, 220),
    PostureKind.OTHER: (220, 130, 220),
    PostureKind.UNKNOWN: (170, 170, 170),
}
BANNERS: dict[Severity, Colour] = {
    Severity.INFO: (90, 70, 30),
    Severity.NOTICE: (120, 90, 40),
    Severity.WARNING: (0, 110, 190),
    Severity.ALARM: (30, 30, 190),
}
WHITE = (240, 240, 240)
GREY = (150, 150, 150)
JOINT_SEEN = 0.3
"""Score from which a joint is drawn. [C]"""


class SkeletonVideo:
    """A VP9 `.webm` of one camera."""

    def __init__(self, path: Path, size: tuple[int, int], fps: float) -> None:
        """Begin the file.

        Raises:
            UsageError: not a `.webm` name.
            StorageError: it cannot be written.
        """
        if path.suffix != ".webm":
            raise UsageError(f"{path}: --render writes VP9 video", "give a name that ends in .webm")
        self._size = (size[0] + size[0] % 2, size[1] + size[1] % 2)  # VP9 wants even sides
        with without_chatter():  # OpenCV has no code for VP9 in .webm that it likes, and takes this one all the same
            self._writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"VP90"), fps, self._size)
        if not self._writer.isOpened():
            raise StorageError(f"{path}: cannot be written", "check the folder and the free space")
        self._fps = fps
        self._written = 0
        self._start: float | None = None

    def add(self, t: float, persons: tuple[Person, ...], opened: tuple[Incident, ...]) -> None:
        """Draw one instant; it stands until the next one, so that the film keeps the recording's pace."""
        self._start = t if self._start is None else self._start
        picture = draw(self._size, t, persons, opened)
        due = round((t - self._start) * self._fps) + 1
        for _ in range(due - self._written):
            self._writer.write(picture)
            self._written += 1

    def close(self) -> None:
        """End the file."""
        self._writer.release()


def draw(size: tuple[int, int], t: float, persons: tuple[Person, ...], opened: tuple[Incident, ...]) -> Image:
    """One picture of skeletons, postures and open incidents.

    Args:
        size: width, height in px.
        t: seconds, the clock of `opened`.
        persons: everybody at this instant.
        opened: incidents that are not over.
    """
    canvas: Image = np.zeros((size[1], size[0], 3), dtype=np.uint8)
    unit = max(size[1] / 480.0, 0.6)
    for person in persons:
        _draw_person(canvas, person, unit)
    for row, incident in enumerate(opened):
        top, bottom = int(row * 30 * unit), int((row + 1) * 30 * unit) - 2
        canvas[top:bottom] = BANNERS[incident.severity]
        kind = incident.kind.value.replace("_", " ")
        words = f"{kind} {incident.phase.value}, began {max(0.0, t - incident.onset):.0f} s ago"
        _write(canvas, words, (10 * unit, bottom - 9 * unit), unit * 0.6, WHITE)
    _write(canvas, f"{t:.1f} s", (10 * unit, size[1] - 12 * unit), unit * 0.5, GREY)
    return canvas


def _draw_person(canvas: Image, person: Person, unit: float) -> None:
    colour = COLOURS[person.posture.kind]
    pose = person.track.pose
    x, y = person.track.hip
    if pose is None:
        cv2.drawMarker(canvas, (int(x), int(y)), GREY, cv2.MARKER_TILTED_CROSS, int(14 * unit), max(1, int(unit)))
    else:
        seen = pose.keypoints[:, 2] >= JOINT_SEEN
        points = pose.keypoints[:, :2].astype(int)
        for a, b in EDGES[pose.layout]:
            if seen[a] and seen[b]:
                cv2.line(canvas, points[a].tolist(), points[b].tolist(), colour, max(2, int(3 * unit)), cv2.LINE_AA)
        for point in points[seen]:
            cv2.circle(canvas, point.tolist(), max(2, int(3 * unit)), WHITE, -1, cv2.LINE_AA)
        y = float(points[seen][:, 1].min()) if seen.any() else y
    state = ", not seen" if person.track.lost else ""
    _write(
        canvas,
        f"{person.track.id}: {person.posture.kind.value}{state}",
        (x - 40 * unit, y - 10 * unit),
        unit * 0.5,
        colour,
    )


def _write(canvas: Image, words: str, at: tuple[float, float], scale: float, colour: Colour) -> None:
    width = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)[0][0]
    x = int(min(max(at[0], 2), max(2, canvas.shape[1] - width - 2)))
    y = int(min(max(at[1], 14 * scale * 2), canvas.shape[0] - 4))
    cv2.putText(canvas, words, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, 1, cv2.LINE_AA)
