"""What every live camera offers, and how it says that there are no pictures."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

from edge_agent.types import Frame

READ_S = 1.0
"""The longest a `read` waits for a picture, seconds: a thread that reads looks at its orders this often."""

Loss: TypeAlias = Literal[
    "camera_missing", "camera_refused", "unreachable", "no_pictures", "reconnecting", "camera_stalled"
]
"""Why a camera gives no pictures.

`camera_missing`: there is no such device. `camera_refused`: it is there but not for us (rights, password, another
program has it). `unreachable`: nothing answers at the address. `no_pictures`: it answers and gives none.
`reconnecting`: it gave pictures and broke off. `camera_stalled`: what drives it hung and was given up.
"""


class SourceLostError(Exception):
    """A live camera cannot be opened, or broke off; it may come back."""

    def __init__(self, reason: Loss, detail: str) -> None:
        """Say why; `detail` is one line for the log, without a password, a picture or the source's own output."""
        super().__init__(f"{reason}: {detail}")
        self.reason: Loss = reason
        self.detail = detail


class LiveSource(Protocol):
    """A camera that is read by one thread.

    `open` and `read` may raise `SourceLostError`; after that, and after `close`, the source can be opened again.
    """

    def open(self) -> None:
        """Take hold of the camera, or begin to: `read` gives None until it is had, and says when it cannot be.

        Raises:
            SourceLostError: it is already known that it cannot be had now.
        """
        ...

    def read(self) -> Frame | None:
        """The newest picture that was not handed over before, at the sensor's time on the monotonic clock.

        Waits at most `READ_S` seconds; None when no picture came.

        Raises:
            SourceLostError: it broke off.
        """
        ...

    def close(self) -> None:
        """Let go of the camera, so that its light goes out; also of one that is not open."""
        ...
