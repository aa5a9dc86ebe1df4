"""From an instant of the flow to what the guided test looks at."""

from __future__ import annotations

from collections.abc import Iterable

from edge_agent.aim.framing import FramingLimits, infra_red
from edge_agent.aim.guide import Body, Glimpse
from edge_agent.aim.light import Light
from edge_agent.types import Incident, Kind, Person, Phase, PictureQuality, Severity

DIM_LEVEL = 60.0
"""Mean grey of a picture whose lights are off, where the camera has no infra-red. [C]"""
_CONFIRMED = frozenset({Phase.CONFIRMED, Phase.ESCALATED, Phase.UPDATED})


def glimpse(
    t: float,
    quality: PictureQuality,
    persons: tuple[Person, ...],
    opened: Iterable[Incident],
    light: Light | None,
    beds: frozenset[str],
) -> Glimpse:
    """What the test sees.

    Args:
        t: seconds.
        quality: of the picture.
        persons: everybody tracked and confirmed.
        opened: incidents that are not over.
        light: of the last picture; None of a recording of joints.
        beds: names of the zones that are beds or sofas.
    """
    here = tuple(person for person in persons if not person.track.lost)
    return Glimpse(
        t,
        quality.usable,
        quality.reasons,
        tuple(Body(person.posture.kind, person.posture.zone in beds) for person in here),
        any(_confirmed_fall(incident) for incident in opened),
        light is not None and (infra_red(FramingLimits(), light) or float(light.levels.mean()) < DIM_LEVEL),
    )


def _confirmed_fall(incident: Incident) -> bool:
    """An update of a fall that is only suspected is no alarm yet."""
    return incident.kind is Kind.FALL and incident.phase in _CONFIRMED and incident.severity is Severity.ALARM
