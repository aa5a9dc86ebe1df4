"""The local tone: heard by whoever is near, and made not to frighten at night."""

from __future__ import annotations

import io
import logging
import math
import shutil
import struct
import subprocess
import wave
from dataclasses import dataclass
from typing import Protocol

from edge_agent.errors import ConfigurationError

log = logging.getLogger(__name__)

PITCHES_HZ = (520.0, 415.0)
"""Two notes, the second lower: 520 Hz is what sleeping areas use (NFPA 72); age takes the high tones first."""
NOTE_S = 0.7
FADE_S = 0.15
"""In and out of each note: what sets in suddenly startles. [C]"""
RATE_HZ = 8000
EVERY_S = 6.0
"""From tone to tone. [C]"""
QUIET = 0.25
"""The first tone's share of the volume. [C]"""
GROWS_S = 60.0
"""Until the whole volume is reached. [C]"""
HUNG_S = 10.0
"""A player that takes this long is ended: the sound device is held by another, or gone. [C]"""

HUNG = "the tone does not end: the sound device hangs or is held by another program"


class Tone(Protocol):
    """Something to be heard."""

    fault: str | None
    """Why it is not heard, for people; None as far as is known."""

    def play(self, now: float) -> None:
        """Go on sounding; called each half second for as long as it should. Never blocks.

        Args:
            now: monotonic seconds.
        """
        ...

    def stop(self) -> None:
        """Be silent; the next `play` begins quietly again."""
        ...

    def test(self) -> str | None:
        """Sound once at the full volume, and wait for the end; why it was not heard, for people."""
        ...


@dataclass(frozen=True, slots=True)
class ToneSettings:
    """Where to and how loud."""

    device: str = "default"
    """An ALSA device, as `aplay -L` lists them."""
    volume: float = 0.6
    """0-1 of what the device can do; the device's own mixer is left alone."""


def sound(volume: float) -> bytes:
    """A WAV file of one tone: 16 bit, mono, fits into a pipe's buffer.

    Args:
        volume: 0-1.
    """
    samples = [round(32_000 * volume * level) for pitch in PITCHES_HZ for level in _note(pitch)]
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return written.getvalue()


def loudness(volume: float, sounded_s: float) -> float:
    """The volume of a tone, `sounded_s` after the first.

    >>> loudness(0.8, 0.0), loudness(0.8, 60.0)
    (0.2, 0.8)
    """
    return volume * min(1.0, QUIET + (1.0 - QUIET) * sounded_s / GROWS_S)


class AplayTone:
    """Played by `aplay` of alsa-utils, a child process a tone; nothing is written to the disk."""

    def __init__(self, settings: ToneSettings, program: str = "aplay") -> None:
        """Find the program.

        Raises:
            ConfigurationError: it is not installed.
        """
        found = shutil.which(program)
        if found is None:
            raise ConfigurationError(f"fail_safe.tone: there is no program {program}", "sudo apt install alsa-utils")
        self._command = [found, "-q", "-D", settings.device, "-t", "wav", "-"]
        self._volume = settings.volume
        self._child: subprocess.Popen[bytes] | None = None
        self._first: float | None = None
        self._last = float("-inf")
        self.fault: str | None = None

    def play(self, now: float) -> None:
        """Begin the next tone when it is time, and look how the last one ended."""
        self._look(now)
        if self._child is not None or now - self._last < EVERY_S:
            return
        self._first = now if self._first is None else self._first
        self._last = now
        try:
            self._child = subprocess.Popen(  # noqa: S603 - found above, arguments of the configuration
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            if (pipe := self._child.stdin) is not None:
                with pipe:
                    pipe.write(sound(loudness(self._volume, now - self._first)))
        except OSError as error:
            self._failed(f"the tone cannot be played: {error.strerror}")

    def stop(self) -> None:
        """End a tone that sounds."""
        if self._child is not None:
            self._end(self._child)
        self._first, self._last = None, float("-inf")

    def test(self) -> str | None:
        """Sound once, loud, and wait for the end."""
        try:
            done = subprocess.run(  # noqa: S603 - as above
                self._command, input=sound(self._volume), capture_output=True, timeout=HUNG_S, check=False
            )
        except subprocess.TimeoutExpired:
            return HUNG
        except OSError as error:
            return f"the tone cannot be played: {error.strerror}"
        return None if done.returncode == 0 else _not_played(done.stderr, done.returncode)

    def _look(self, now: float) -> None:
        if self._child is None:
            return
        if self._child.poll() is None:
            if now - self._last >= HUNG_S:
                self._end(self._child)
                self._failed(HUNG)
            return
        self._over(self._child)

    def _over(self, child: subprocess.Popen[bytes]) -> None:
        said = b"" if child.stderr is None else child.stderr.read(1000)
        if child.stderr is not None:
            child.stderr.close()
        self._child = None
        if child.returncode == 0:
            self.fault = None
        else:
            self._failed(_not_played(said, child.returncode))

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        child.kill()
        child.wait()
        if child.stderr is not None:
            child.stderr.close()
        self._child = None

    def _failed(self, fault: str) -> None:
        if fault != self.fault:
            log.error("fail-safe: %s", fault)
        self.fault = fault


def _not_played(said: bytes, code: int) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return f"the tone was not played: {lines[-1] if lines else f'exit code {code}'}"


def _note(pitch_hz: float) -> list[float]:
    """One period after the other between two fades, levels -1 to 1."""
    count = round(NOTE_S * RATE_HZ)
    fade = round(FADE_S * RATE_HZ)
    return [
        math.sin(2 * math.pi * pitch_hz * n / RATE_HZ)
        * (0.5 - 0.5 * math.cos(math.pi * min(1.0, n / fade, (count - 1 - n) / fade)))
        for n in range(count)
    ]
