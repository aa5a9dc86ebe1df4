"""The tone is made here, played by a child process, and never in the way."""

from __future__ import annotations

import io
import shutil
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from edge_agent.errors import ConfigurationError
from edge_agent.fail_safe.tone import EVERY_S, HUNG_S, RATE_HZ, AplayTone, ToneSettings, loudness, sound
from tests.fakes.broker import until

PIPE_BYTES = 65_536
"""What a pipe takes before a writer waits (pipe(7))."""


def samples(volume: float) -> np.ndarray:
    with wave.open(io.BytesIO(sound(volume))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(float)


def test_it_is_a_sound_of_two_low_notes() -> None:
    heard = samples(1.0)
    for note, pitch_hz in zip(np.split(heard, 2), (520.0, 415.0), strict=True):
        spectrum = np.abs(np.fft.rfft(note))
        assert abs(spectrum.argmax() * RATE_HZ / len(note) - pitch_hz) < 3.0


def test_it_sets_in_softly_and_keeps_to_its_volume() -> None:
    heard = samples(0.5)
    assert np.abs(heard).max() == pytest.approx(16_000, rel=0.02)
    assert np.abs(heard[: RATE_HZ // 50]).max() < 0.05 * np.abs(heard).max()
    assert np.abs(np.diff(heard)).max() < 0.5 * np.abs(heard).max()
    assert not samples(0.0).any()


def test_it_is_handed_over_without_waiting_for_the_player() -> None:
    assert len(sound(1.0)) < PIPE_BYTES


def test_it_begins_quietly_and_grows() -> None:
    levels = [loudness(0.8, seconds) for seconds in (0.0, 15.0, 30.0, 60.0, 600.0)]
    assert levels[0] == pytest.approx(0.2)
    assert levels == sorted(levels)
    assert levels[-1] == 0.8


def test_a_missing_program_is_said() -> None:
    with pytest.raises(ConfigurationError, match="alsa-utils"):
        AplayTone(ToneSettings(), program="no-such-player")


class Player:
    """A program in the place of aplay."""

    def __init__(self, folder: Path, body: str) -> None:
        self.heard = folder / "heard"
        self.path = folder / "player"
        self.path.write_text(f"#!/bin/sh\n{body.format(heard=self.heard)}\n")
        self.path.chmod(0o755)

    def tone(self) -> AplayTone:
        return AplayTone(ToneSettings("plughw:1,0", 0.8), str(self.path))


WELL = 'echo "$@" >> {heard}; cat > {heard}.wav'


def ended(tone: AplayTone) -> bool:
    return tone._child is None or tone._child.poll() is not None


def test_it_plays_on_the_named_device_again_and_again(tmp_path: Path) -> None:
    player = Player(tmp_path, WELL)
    tone = player.tone()
    for now in (0.0, 0.5, EVERY_S - 0.1, EVERY_S, EVERY_S + 0.5):
        tone.play(now)
        until(lambda: ended(tone), "played")
    tone.stop()
    assert player.heard.read_text().splitlines() == ["-q -D plughw:1,0 -t wav -"] * 2
    assert (tmp_path / "heard.wav").read_bytes() == sound(loudness(0.8, EVERY_S))
    assert tone.fault is None


def test_after_a_stop_it_begins_quietly_again(tmp_path: Path) -> None:
    tone = Player(tmp_path, WELL).tone()
    for now in (0.0, 100.0):
        tone.play(now)
        until(lambda: ended(tone), "played")
    tone.stop()
    tone.play(101.0)
    until(lambda: ended(tone), "played")
    tone.stop()
    assert (tmp_path / "heard.wav").read_bytes() == sound(loudness(0.8, 0.0))


def test_what_the_player_complains_of_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tone = Player(
        tmp_path, 'cat > /dev/null; echo "aplay: main:834: audio open error: No such device" >&2; exit 1'
    ).tone()
    for now in (0.0, 0.5, EVERY_S, EVERY_S + 0.5):
        tone.play(now)
        until(lambda: ended(tone), "failed")
    tone.stop()
    assert tone.fault is not None
    assert "No such device" in tone.fault
    assert caplog.text.count("fail-safe: the tone was not played") == 1


def test_a_player_that_does_not_read_stops_nobody(tmp_path: Path) -> None:
    tone = Player(tmp_path, "exit 1").tone()
    for now in (0.0, 0.5):
        tone.play(now)
        until(lambda: ended(tone), "failed")
    tone.stop()
    assert tone.fault is not None


def test_a_player_that_hangs_is_ended_and_said(tmp_path: Path) -> None:
    tone = Player(tmp_path, "exec sleep 60").tone()
    before = time.monotonic()
    tone.play(0.0)
    child = tone._child
    assert child is not None
    tone.play(HUNG_S)
    assert time.monotonic() - before < 30.0
    assert child.returncode == -9
    assert "hangs" in str(tone.fault)
    tone.stop()


def test_a_stop_ends_a_tone_that_sounds(tmp_path: Path) -> None:
    tone = Player(tmp_path, "exec sleep 60").tone()
    tone.play(0.0)
    child = tone._child
    assert child is not None
    tone.stop()
    assert child.returncode == -9


def test_a_trial_is_loud_and_tells_how_it_ended(tmp_path: Path) -> None:
    player = Player(tmp_path, WELL)
    assert player.tone().test() is None
    assert (tmp_path / "heard.wav").read_bytes() == sound(0.8)
    assert Player(tmp_path, "cat > /dev/null; exit 3").tone().test() == "the tone was not played: exit code 3"


@pytest.mark.skipif(shutil.which("aplay") is None, reason="aplay is not installed: apt install alsa-utils")
def test_the_real_player_takes_our_sound_and_says_when_there_is_no_device() -> None:
    assert AplayTone(ToneSettings("null")).test() is None
    assert "audio open error" in str(AplayTone(ToneSettings("plughw:31,31")).test())
