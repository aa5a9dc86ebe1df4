"""What connection and delivery are told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """Where the broker is and how it is spoken to. Files are read at each attempt, so that they may be renewed."""

    host: str
    port: int = 8883
    protocol: Literal["3.1.1", "5"] = "5"
    keepalive_s: int = 15
    """A dead connection is noticed after about one and a half times this. [C]"""
    username: str | None = None
    password_file: Path | None = None
    ca: Path | None = None
    """Turns TLS on; the broker's certificate must be signed by it and name `host`."""
    certificate: Path | None = None
    """Of this device, with its key, where the broker asks for one."""
    key: Path | None = None
    backoff_first_s: float = 0.5
    """Upper bound of the pause before the second attempt; doubled at each further one. [C]"""
    backoff_most_s: float = 30.0
    """Upper bound of any pause. [C] A facility's devices must not come back in step."""
    steady_s: float = 10.0
    """A connection that held this long begins with short pauses again. [C]"""

    @property
    def address(self) -> str:
        """For messages to people."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """When an event counts as delivered, and when it is sent again."""

    consumer: str | None = None
    """Whose `ack` makes the outbox forget; None: the broker's PUBACK does."""
    resend_s: float = 10.0
    """What is not acknowledged by then is sent again (design.md, Topics)."""
    window: int = 20
    """Messages under way to the broker; of each lane, also the number sent again before an acknowledgement. [C]"""
    stalled_s: float = 30.0
    """A broker that confirms nothing for this long is left and dialled again. [C]"""
    birth: str | None = None
    """A topic on which somebody says `online` who then wants all that is retained again: Home Assistant's."""
    acknowledged_s: float = 300.0
    """How long a request's acknowledgement of an open incident is shown (design.md, rule 5)."""
