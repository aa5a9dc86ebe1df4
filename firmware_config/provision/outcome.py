"""What came of a card, in words for people and for programs. Never a secret: it is written to the card."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """What was done."""

    INSTALLED = "installed"
    UNCHANGED = "unchanged"
    """The bundle on the card is the one in use, or there is none."""
    REFUSED = "refused"
    FAILED = "failed"
    """The bundle may be good, and the box could not take it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one run."""

    result: Result
    sentence: str
    """What happened, and what to do."""
    facility: str | None = None
    """`facility`, `device` and `generation` are of the configuration in use; None: there is none."""
    device: str | None = None
    generation: int | None = None
    reason: str | None = None
    """A word of `Fault`, where the bundle was refused."""
    restored: bool = False
    """The one in use was damaged, and an older good one was put in its place."""

    def as_json(self, written_at: str) -> str:
        """For programs.

        Args:
            written_at: by the box's clock, which may be wrong.
        """
        told = {
            "schema": 1,
            "result": self.result,
            "reason": self.reason,
            "sentence": self.sentence,
            "facility": self.facility,
            "device": self.device,
            "generation": self.generation,
            "restored": self.restored,
            "written_at": written_at,
        }
        return json.dumps(told, indent=1) + "\n"

    def as_text(self) -> str:
        """For people."""
        used = (
            "This box has no configuration yet: it does not watch."
            if self.generation is None
            else f"In use: {self.facility}/{self.device}, generation {self.generation}."
        )
        damaged = "The newest configuration on this box was damaged; the last good one was put in its place."
        return "\n".join([self.sentence, *([damaged] if self.restored else []), used, ""])
