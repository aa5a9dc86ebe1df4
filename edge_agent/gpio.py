"""Lines of a board's GPIO: a relay and a push-button, through libgpiod's own Python package."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from edge_agent.errors import ConfigurationError
from edge_agent.pause.press import Edge

CONSUMER = "carepose"
"""Who holds the line, as `gpioinfo` shows it."""


def library() -> Any:  # noqa: ANN401 - an optional package, without it there is no type to name
    """The `gpiod` package.

    Raises:
        ConfigurationError: it is not installed, or too old.
    """
    try:
        found = importlib.import_module("gpiod")
    except ImportError:
        raise ConfigurationError(
            "GPIO is configured and the gpiod package is not installed", "pip install carepose[gpio]"
        ) from None
    if not hasattr(found, "request_lines"):
        raise ConfigurationError("the gpiod package is older than 2", "pip install carepose[gpio]")
    return found


class GpioContact:
    """A relay on an output line; open from the start.

    What the line does when the process dies is the kernel's: mainline makes it an input again, and the relay falls
    back; Raspberry Pi OS keeps its level until it is requested again, unless `dtparam=strict_gpiod` is set. Power lost
    always lets the relay fall back.
    """

    def __init__(self, chip: str, line: int, gpiod: Any, *, active_low: bool) -> None:  # noqa: ANN401
        """Request the line, once; nobody else can while it is held.

        Args:
            chip: its device, `/dev/gpiochip0`.
            line: number within the chip: on a Raspberry Pi that of the GPIO, not of the pin.
            gpiod: `library()`.
            active_low: the relay pulls at 0 V.

        Raises:
            ConfigurationError: there is no such line, or it is held by another.
        """
        self._line = line
        self._values = gpiod.line.Value
        self._request = _requested(
            chip,
            line,
            gpiod,
            gpiod.LineSettings(
                direction=gpiod.line.Direction.OUTPUT,
                active_low=active_low,
                output_value=gpiod.line.Value.INACTIVE,
            ),
        )

    def close(self) -> None:
        """Pull the relay."""
        self._request.set_value(self._line, self._values.ACTIVE)

    def open(self) -> None:
        """Let it go."""
        self._request.set_value(self._line, self._values.INACTIVE)

    def release(self) -> None:
        """Let it go and give the line back; a second time changes nothing."""
        if self._request is not None:
            try:
                self.open()
            finally:
                self._request.release()
                self._request = None


class GpioButton:
    """A push-button between a line and ground; the kernel keeps its edges, with their time, until they are read."""

    def __init__(self, chip: str, line: int, gpiod: Any) -> None:  # noqa: ANN401
        """Request the line, pulled up.

        Args:
            chip: its device, `/dev/gpiochip0`.
            line: number within the chip.
            gpiod: `library()`.

        Raises:
            ConfigurationError: there is no such line, or it is held by another.
        """
        self._rising = gpiod.EdgeEvent.Type.RISING_EDGE
        self._request = _requested(
            chip,
            line,
            gpiod,
            gpiod.LineSettings(
                direction=gpiod.line.Direction.INPUT,
                active_low=True,
                bias=gpiod.line.Bias.PULL_UP,
                edge_detection=gpiod.line.Edge.BOTH,
                event_clock=gpiod.line.Clock.MONOTONIC,
            ),
        )

    def edges(self) -> Sequence[Edge]:
        """What happened since the last call."""
        if not self._request.wait_edge_events(0):
            return ()
        return tuple(
            Edge(event.timestamp_ns / 1e9, event.event_type is self._rising)
            for event in self._request.read_edge_events()
        )

    def release(self) -> None:
        """Give the line back."""
        self._request.release()


def _requested(chip: str, line: int, gpiod: Any, wanted: Any) -> Any:  # noqa: ANN401
    where = f"line {line} of {chip}"
    try:
        return gpiod.request_lines(chip, consumer=CONSUMER, config={line: wanted})
    except FileNotFoundError:
        raise ConfigurationError(f"there is no {chip}", "gpiodetect lists the chips") from None
    except PermissionError:
        raise ConfigurationError(f"{where} may not be used", "add the user to the group gpio") from None
    except ValueError:
        raise ConfigurationError(f"there is no {where}", "gpioinfo lists the lines") from None
    except OSError as error:
        remedy = "gpioinfo shows who holds it; an agent that runs holds its own"
        raise ConfigurationError(f"{where} cannot be used: {error.strerror}", remedy) from None
