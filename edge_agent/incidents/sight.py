"""How well somebody was seen while an incident lasted: the quality of the data behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edge_agent.incidents import stance
from edge_agent.types import DataQuality, Person

_MEASURING_DEG = 30.0
"""Turned out of a plane by more, angles in it are not to be believed (domain.md, Posture)."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Seconds looked at and seen, and the scores of what was seen."""

    at: float
    """Last seen."""
    looked_s: float = 0.0
    seen_s: float = 0.0
    again_s: float = 0.0
    """Seconds seen without a break."""
    score_s: float = 0.0
    """Keypoint score, integrated over `scored_s`."""
    scored_s: float = 0.0
    view: str = "unknown"

    def look(self, person: Person | None, dt: float) -> Sight:
        """Takes one instant in."""
        looked = replace(self, looked_s=self.looked_s + dt)
        if person is None or not stance.seen(person):
            return replace(looked, again_s=0.0)
        body = person.kinematics
        scored = person.track.pose is not None
        return replace(
            looked,
            at=person.track.t,
            seen_s=self.seen_s + dt,
            again_s=self.again_s + dt,
            score_s=self.score_s + (body.mean_score * dt if scored else 0.0),
            scored_s=self.scored_s + (dt if scored else 0.0),
            view=view(body.yaw_deg.value) or self.view,
        )

    def quality(self) -> DataQuality:
        """The summary that goes with every verdict."""
        coverage = self.seen_s / self.looked_s if self.looked_s > 0 else 1.0
        score = self.score_s / self.scored_s if self.scored_s > 0 else None
        return DataQuality(round(coverage, 3), None if score is None else round(score, 3), self.view)


def view(yaw_deg: float | None) -> str | None:
    """`frontal` (or from behind), `side` or `oblique`."""
    if yaw_deg is None:
        return None
    if min(yaw_deg, 180.0 - yaw_deg) <= _MEASURING_DEG:
        return "frontal"
    return "side" if abs(yaw_deg - 90.0) <= _MEASURING_DEG else "oblique"
