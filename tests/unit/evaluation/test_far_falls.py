"""What is shown to the front instead of a filmed picture, and what is told of a recording."""

from __future__ import annotations

import numpy as np

from edge_agent.types import Demand, Frame, Image, Layout, Observation, Phase
from tools.evaluation.farther import Farther
from tools.evaluation.scoring import Heard
from tools.evaluation.tasks import far_falls


class Front:
    """Remembers what it was shown."""

    layout = Layout.BLAZEPOSE33

    def __init__(self) -> None:
        self.shown: list[Image] = []

    def estimate(self, frame: Frame, demand: Demand) -> Observation:
        self.shown.append(frame.image)
        return Observation(frame.camera, frame.t, (640, 360))

    def close(self) -> None:
        self.shown.clear()


def test_the_front_sees_the_wider_picture() -> None:
    front, around = Front(), np.full((360, 640, 3), 7, np.uint8)
    wider = far_falls.Wider(front, Farther(0.5, around))
    seen = wider.estimate(Frame("cam", 2.0, np.full((360, 640, 3), 200, np.uint8)), Demand(10.0))
    assert (seen.t, wider.layout) == (2.0, Layout.BLAZEPOSE33)
    assert [(shown == 200).mean() for shown in front.shown] == [0.25]


def test_each_phase_is_told_when_it_was_first_said() -> None:
    heard = Heard("slide", "slide", expected=True, seconds=60.0, reports=(18.0,), onset_s=14.0)
    phases = ((18.0, Phase.SUSPECTED), (19.0, Phase.SUSPECTED), (30.0, Phase.CONFIRMED))
    assert far_falls._row(far_falls.Outcome(heard, phases)) == ("slide", "yes", 14.0, 18.0, 30.0, None)
