"""Which marked part of the picture a place is in."""

from __future__ import annotations

import pytest

from edge_agent.posture.zones import zone_at
from edge_agent.types import Zone, ZoneKind

SOFA = Zone("sofa", ZoneKind.SOFA, ((0.0, 0.5), (0.3, 0.5), (0.3, 1.0), (0.0, 1.0)))


@pytest.mark.parametrize(("point", "inside"), [((-30.0, 300.0), True), ((60.0, 520.0), True), ((-30.0, 100.0), False)])
def test_a_hip_outside_the_picture_belongs_to_what_is_at_its_edge(point: tuple[float, float], *, inside: bool) -> None:
    assert (zone_at([SOFA], point, (640, 480)) is SOFA) == inside
