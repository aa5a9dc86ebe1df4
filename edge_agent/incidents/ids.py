"""Names of incidents: the same input gives the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge_agent.types import Kind


@dataclass(frozen=True, slots=True)
class Ids:
    """How many incidents of each kind have been named."""

    counts: Mapping[Kind, int] = field(default_factory=dict)

    def take(self, kind: Kind, camera: str) -> tuple[Ids, str]:
        """The next name.

        >>> Ids().take(Kind.FALL, "lounge")[1]
        'fall-lounge-1'
        """
        number = self.counts.get(kind, 0) + 1
        return Ids({**self.counts, kind: number}), f"{kind.value.replace('_', '-')}-{camera}-{number}"
