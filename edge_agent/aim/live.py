"""What the page is told of an instant: joints, words and counts. Nothing of a picture passes through here."""

from __future__ import annotations

from typing import Any

from edge_agent.aim.framing import FramingLimits, infra_red
from edge_agent.aim.room import Moment
from edge_agent.aim.seen import COLUMNS, ROWS, Seen
from edge_agent.pose.layouts import COCO17, EDGES, to_coco17
from edge_agent.types import Layout, Person

BONES = EDGES[Layout.COCO17]
JOINTS = len(COCO17)


def told(moment: Moment, seen: Seen) -> dict[str, Any]:
    """The message of one instant.

    Args:
        moment: of a camera.
        seen: its map.
    """
    view = moment.view
    return {
        "t": round(moment.t, 2),
        "size": list(moment.size),
        "usable": moment.quality.usable,
        "reasons": list(moment.quality.reasons),
        "infra_red": infra_red(FramingLimits(), moment.light),
        "people": [_person(person, moment.size) for person in moment.persons],
        "advice": [{"hint": each.hint.value, "value": each.value} for each in moment.advice],
        "view": {
            "tilt_deg": view.tilt_deg,
            "roll_deg": view.roll_deg,
            "height_m": view.height_m,
            "estimated": view.estimated,
        },
        "seen": {
            "columns": COLUMNS,
            "rows": ROWS,
            "fields": [[column, row, good, bad] for (column, row), (good, bad) in sorted(seen.fields.items())],
        },
    }


def _person(person: Person, size: tuple[int, int]) -> dict[str, Any]:
    track = person.track
    joints: list[list[float]] = []
    if track.pose is not None:
        width, height = size
        joints = [
            [round(float(x) / width, 4), round(float(y) / height, 4), round(float(score), 2)]
            for x, y, score in to_coco17(track.pose)
        ]
    return {
        "id": track.id,
        "lost": track.lost,
        "posture": person.posture.kind.value,
        "zone": person.posture.zone,
        "hip": [round(track.hip[0] / size[0], 4), round(track.hip[1] / size[1], 4)],
        "joints": joints,
    }
