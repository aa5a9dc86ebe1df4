"""What to render, as a YAML or JSON file says it: any field left out keeps its default."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from tools.scenes.camera import Camera
from tools.scenes.catalogue import CORNER, PLOTS, Cast, Scene, room_named


class CameraSpec(BaseModel):
    """A camera: see `camera.Camera`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    position: tuple[float, float, float] = CORNER.position
    yaw_deg: float = CORNER.yaw_deg
    tilt_deg: float = CORNER.tilt_deg
    roll_deg: float = CORNER.roll_deg
    width: int = CORNER.width
    height: int = CORNER.height
    fov_deg: float = CORNER.fov_deg


class Spec(BaseModel):
    """One recording: choreography x bodies x room x camera x seed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scene: str
    name: str | None = None
    """Of the files written; None: the scene's."""
    seed: int = 1
    resident: str = "resident"
    """A body's name, or a file that `make_body` wrote."""
    helper: str = "helper"
    clothes: str = "resident"
    room: str = "resident-room"
    camera: CameraSpec = CameraSpec()
    fps: float = 10.0
    stay_s: float | None = Field(default=None, gt=0)
    """How long `slump`, `lean` and `forward-head` stay as they are, seconds; None: the scene's own."""

    def stage(self) -> Scene:
        """The scene to render.

        Raises:
            KeyError: No such scene or room.
            FileNotFoundError: No such body.
        """
        cast = Cast(self.resident, self.helper, self.clothes, self.seed, self.stay_s)
        return PLOTS[self.scene].stage(cast, room_named(self.room), Camera(**self.camera.model_dump()), self.fps)


def read_specs(path: Path) -> list[Spec]:
    """The recordings a file asks for: one mapping, or a list of them.

    Raises:
        pydantic.ValidationError: A field is wrong.
    """
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Spec.model_validate(entry) for entry in (said if isinstance(said, list) else [said])]
