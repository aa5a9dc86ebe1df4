"""What really happened, as the script did it."""

from __future__ import annotations

from dataclasses import dataclass, field

PIECES = {"silent": {"no_pictures", "camera_stalled"}, "wedged": {"no_pictures", "camera_stalled"},
          "unplugged": {"camera_missing"}, "unreachable": {"unreachable", "reconnecting"}, "paused": {"paused"},
          "frozen": {"frozen"}, "dark": {"dark"}, "over_exposed": {"over_exposed"}, "covered": {"covered"},
          "suspend": {"gap"}}  # fmt: skip
"""What a loss may be called in the messages."""
PASSING = {"starting", "no_pictures", "gap"}
"""What any loss of a camera may be called for the moment in which it begins or ends."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How soon a loss is noticed and its end is; seconds."""

    notice_s: float
    """Until the minutes count it as lost."""
    recover_s: float
    """Until they count it as observed again."""
    said_s: float
    """Until `health` says it."""


LIMITS = {
    "silent": Limit(1.1, 8.0, 5.5),
    "wedged": Limit(1.1, 4.0, 5.5),
    "unplugged": Limit(1.1, 3.5, 2.0),
    "unreachable": Limit(1.1, 32.0, 2.0),
    "paused": Limit(2.1, 3.5, 2.0),
    "frozen": Limit(33.0, 6.0, 34.5),
    "dark": Limit(4.1, 4.1, 5.0),
    "over_exposed": Limit(5.1, 4.1, 6.0),
    "covered": Limit(4.1, 4.1, 5.0),
    "suspend": Limit(0.0, 2.1, 1e9),
}
"""Each is the product's own limit and the grain of the script: a picture a second, a look of the main thread each half
second. Silent: SILENT_S counts back to the last picture; `health` after CaptureLimits.unseen_s and a read. Its end, and
that of unreachable: the pause before the next attempt (up to 30 s there). Frozen: frozen_spell_max_s, once the camera
has been frozen before. The rest of the pictures': PictureLimits."""
STARTING_S = 3.5
"""After the agent's start."""


@dataclass(slots=True)
class Episode:
    """A loss. Times go on through suspends."""

    kind: str
    camera: str
    start: float
    end: float = float("inf")


@dataclass(slots=True)
class Fall:
    """Somebody fell."""

    kind: str
    camera: str
    start: float
    end: float = float("inf")


@dataclass(slots=True)
class Boot:
    """One run of the agent."""

    id: str
    start: float
    end: float = float("inf")
    code: str = ""


@dataclass(slots=True)
class Truth:
    """All of it."""

    episodes: list[Episode] = field(default_factory=list)
    falls: list[Fall] = field(default_factory=list)
    boots: list[Boot] = field(default_factory=list)
    told: list[tuple[str, float, float]] = field(default_factory=list)
    """What `health` must say of the box: the word, since when, and until when at the latest."""
    warm: list[tuple[float, float]] = field(default_factory=list)
    """When it was hot, with the time it takes to go back to full rate."""
    acts: dict[str, int] = field(default_factory=dict)
    usage: list[tuple[float, int, int, int]] = field(default_factory=list)
    """Time, resident bytes, descriptors, threads."""
    faults: list[str] = field(default_factory=list)
    """What went wrong while it was played."""
    pictures: int = 0
    committed: set[str] | None = None
    """The id of every event that was ever in the outbox."""
