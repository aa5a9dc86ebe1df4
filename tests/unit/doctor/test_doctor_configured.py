"""What a configuration names: its files, cameras, pauses, fail-safe; and what must not be read in the output."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from edge_agent.doctor import cameras, configuration, fail_safe, pauses
from edge_agent.doctor.covers import covered
from edge_agent.doctor.examination import Check, examine
from edge_agent.doctor.finding import Finding, Verdict, fail
from edge_agent.doctor.reading import read
from edge_agent.doctor.situation import Situation
from edge_agent.sources.live import SourceLostError
from tests.fakes.clocks import HeldClock
from tests.fakes.doctor_world import CONFIGURATION, RecordingSource, situation, source_of, write
from tests.fakes.gpio import FakeGpiod

BROKEN = Path(__file__).parents[2] / "configurations" / "broken"


def watched(folder: Path, **camera: object) -> tuple[Finding, RecordingSource]:
    clock = HeldClock()
    source = RecordingSource(clock, **camera)  # type: ignore[arg-type]
    box = situation(folder, source=source_of(source), clock=clock)
    assert box.reading is not None
    return cameras.pictures(box.reading.cameras[0])(box), source


def test_a_good_camera(tmp_path: Path) -> None:
    finding, source = watched(tmp_path)
    assert finding.verdict is Verdict.OK, finding
    assert finding.measured["fps"] == pytest.approx(20.0)
    assert finding.measured["age_ms"] == pytest.approx(30.0)
    assert (source.opened, source.closed) == (1, 1)


@pytest.mark.parametrize(
    ("camera", "verdict", "word"),
    [
        ({"fps": 4.0}, Verdict.FAIL, "too few pictures for the 10 analysed"),
        ({"fps": 14.0}, Verdict.WARN, "slower than asked for"),
        ({"age_s": 2.5}, Verdict.WARN, "come late"),
        ({"size": (320, 240)}, Verdict.WARN, "another size than 640x480"),
        ({"level": 0}, Verdict.FAIL, "dark now"),
        ({"level": 255}, Verdict.FAIL, "over exposed now"),
        ({"level": 120}, Verdict.FAIL, "covered now"),
    ],
)
def test_what_is_wrong_with_a_camera(tmp_path: Path, camera: dict[str, object], verdict: Verdict, word: str) -> None:
    finding, _ = watched(tmp_path, **camera)
    assert finding.verdict is verdict
    assert word in finding.said
    assert finding.remedy


@pytest.mark.parametrize("reason", sorted(cameras.REMEDIES))
def test_a_camera_that_cannot_be_had(tmp_path: Path, reason: str) -> None:
    lost = SourceLostError(reason, "/dev/video63: because")  # type: ignore[arg-type]
    finding, source = watched(tmp_path, lost=lost)
    assert finding == fail(f"{reason.replace('_', ' ')}: /dev/video63: because", cameras.REMEDIES[reason])
    assert source.closed == 1


def test_a_camera_that_gives_nothing_is_left(tmp_path: Path) -> None:
    class Silent(RecordingSource):
        def read(self) -> None:
            self.clock.go_on(1.0)

    clock = HeldClock()
    silent = Silent(clock)
    box = situation(tmp_path, source=source_of(silent), clock=clock)
    assert box.reading is not None
    finding = cameras.pictures(box.reading.cameras[0])(box)
    assert finding.verdict is Verdict.FAIL
    assert "no pictures" in finding.said
    assert silent.closed == 1


def test_the_running_agent_holds_the_camera_and_the_lines(tmp_path: Path) -> None:
    text = CONFIGURATION.replace("v4l2: {device: /dev/video63, width: 640, height: 480, fps: 20}", "picamera2: {}")
    box = situation(tmp_path, text + "pause: {button: {line: 3}}\nfail_safe: {relay: {line: 4}}\n")
    write(tmp_path / "root", {"proc/77/cmdline": f"edge-agent\0run\0--config\0{tmp_path}/agent.yaml\0"})
    assert box.reading is not None
    for finding in (cameras.pictures(box.reading.cameras[0])(box), pauses.button(box), fail_safe.relay(box)):
        assert finding.verdict is Verdict.SKIPPED
        assert "process 77" in finding.said
        assert finding.remedy


def test_what_the_running_agent_has_open_is_known(tmp_path: Path) -> None:
    box = situation(tmp_path, CONFIGURATION.replace("/dev/video63", "/dev/null"))
    write(tmp_path / "root", {"proc/77/cmdline": f"edge-agent\0run\0--config\0{tmp_path}/agent.yaml\0"})
    assert box.reading is not None
    look = cameras.pictures(box.reading.cameras[0])
    assert look(box).verdict is Verdict.SKIPPED, "hidden: taken for held"
    (tmp_path / "root/proc/77/fd").mkdir()
    assert look(box).verdict is Verdict.WARN
    assert "has not got it open" in look(box).said
    (tmp_path / "root/proc/77/fd/5").symlink_to("/dev/null")
    assert look(box).verdict is Verdict.SKIPPED


def test_a_camera_that_is_not_there_is_missed_although_an_agent_runs(tmp_path: Path) -> None:
    lost = SourceLostError("camera_missing", "/dev/video63: No such file or directory")
    clock = HeldClock()
    box = situation(tmp_path, source=source_of(RecordingSource(clock, lost=lost)), clock=clock)
    write(tmp_path / "root", {"proc/77/cmdline": f"edge-agent\0run\0--config\0{tmp_path}/agent.yaml\0"})
    assert box.reading is not None
    assert cameras.pictures(box.reading.cameras[0])(box).verdict is Verdict.FAIL


def test_a_recording_watches_no_room(tmp_path: Path) -> None:
    text = CONFIGURATION.replace(
        "v4l2: {device: /dev/video63, width: 640, height: 480, fps: 20}", "recording: walk.npz"
    )
    box = situation(tmp_path, text)
    assert box.reading is not None
    finding = cameras.pictures(box.reading.cameras[0])(box)
    assert finding.verdict is Verdict.FAIL
    assert "(personal)" in covered(finding, box.reading).said
    assert "walk" not in covered(finding, box.reading).said


def test_privacy_is_said(tmp_path: Path) -> None:
    private = CONFIGURATION.replace(
        "room: room-12,", "room: room-12, privacy: {face_blur: head, masks: [{name: m, polygon: [[0,0],[1,0],[1,1]]}]},"
    )
    for text, said in ((CONFIGURATION, "nothing is masked"), (private, "1 mask, faces blurred by pose")):
        box = situation(tmp_path, text)
        assert box.reading is not None
        assert said in cameras.privacy(box.reading.cameras[0])(box).said


def test_every_fault_of_a_broken_file_is_said_and_what_is_whole_is_kept(tmp_path: Path) -> None:
    box = situation(tmp_path, CONFIGURATION + "thread: 2\nminute_s: long\n")
    finding = configuration.usable(box)
    assert finding.verdict is Verdict.FAIL
    assert len(finding.details) == 2
    assert finding.details[0].startswith("line 8:1: thread: unknown key")
    assert box.reading is not None
    assert box.configuration is None
    assert [camera.id for camera in box.reading.cameras] == ["bed"]
    assert box.reading.broker is not None
    assert box.reading.broker.port == 1


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_broken_file_breaks_the_doctor(tmp_path: Path, path: Path) -> None:
    box = situation(tmp_path, "")
    (tmp_path / "agent.yaml").write_bytes(path.read_bytes())
    box = Situation(box.world, read(tmp_path / "agent.yaml"))
    finding = configuration.usable(box)
    assert finding.verdict is Verdict.FAIL
    assert finding.details
    assert all("\n" not in detail for detail in finding.details)


def test_a_personal_value_is_covered(tmp_path: Path) -> None:
    said = configuration.usable(situation(tmp_path, CONFIGURATION.replace("room-12", "Frau Huber"))).details
    assert len(said) == 1
    assert "cameras.0.room" in said[0]
    assert "Huber" not in said[0]


def test_who_may_read_the_secrets(tmp_path: Path) -> None:
    text = CONFIGURATION.replace("port: 1,", "port: 1, username: box-2, password_file: broker.secret,")
    secret = tmp_path / "broker.secret"
    secret.write_text("hidden")
    for mode, verdict in ((0o600, Verdict.OK), (0o640, Verdict.FAIL), (0o604, Verdict.FAIL)):
        secret.chmod(mode)
        finding = configuration.guarded(situation(tmp_path, text))
        assert finding.verdict is verdict
        assert "broker.secret" not in " ".join((finding.said, finding.remedy, *finding.details))
    secret.chmod(0o600)
    box = situation(tmp_path, text)
    (tmp_path / "agent.yaml").chmod(0o646)
    assert "anybody on this box can change" in configuration.guarded(box).said


def test_a_missing_file_is_a_caution(tmp_path: Path) -> None:
    text = CONFIGURATION.replace("port: 1,", "port: 1, tls: {ca: nowhere.pem},")
    finding = configuration.cautious(situation(tmp_path, text))
    assert finding.verdict is Verdict.WARN
    assert "nowhere.pem" in finding.details[0]
    assert configuration.cautious(situation(tmp_path)).verdict is Verdict.OK


def test_secrets_and_what_leads_to_people_are_covered(tmp_path: Path) -> None:
    text = """
    facility: f
    device: d
    data_dir: data
    cameras:
      - {id: a, room: r, source: {rtsp: {url: "rtsp://ward-3.example:554/huber", username: u, password_file: cam.pw}}}
    broker: {host: b.example, username: u, password_file: broker.pw, tls: {ca: ca.pem, certificate: c.pem, key: k.key}}
    """
    box = situation(tmp_path, text)
    assert box.configuration is not None
    folder = tmp_path.resolve()
    leaky = f"{folder}/cam.pw {folder}/broker.pw {folder}/k.key rtsp://ward-3.example:554/huber ward-3.example:554"
    finding = covered(fail(leaky, leaky, leaky), box.reading)
    for said in (finding.said, finding.remedy, *finding.details):
        assert said == "*** *** *** (personal) (personal)"


def test_the_pause_file(tmp_path: Path) -> None:
    box = situation(tmp_path, CONFIGURATION + f"pause: {{file: {tmp_path}/run/pause}}\n")
    assert "does not exist" in pauses.file(box).said
    (tmp_path / "run").mkdir()
    assert pauses.file(box).verdict is Verdict.OK
    (tmp_path / "run/pause").touch()
    assert pauses.file(box).verdict is Verdict.WARN
    assert "all cameras are paused" in pauses.file(box).said


def test_the_schedule_goes_by_a_clock_and_a_place(tmp_path: Path) -> None:
    schedule = 'pause: {schedule: [{from: "13:00", to: "14:00"}]}\n'
    assert pauses.schedule(situation(tmp_path, CONFIGURATION + schedule)).verdict is Verdict.WARN, "UTC"
    rome = CONFIGURATION + schedule + "time_zone: Europe/Rome\n"
    clock = HeldClock()
    finding = pauses.schedule(situation(tmp_path, rome, clock=clock))
    assert finding.verdict is Verdict.OK
    assert "where it is 01:00 now" in finding.said
    clock.set = False
    assert pauses.schedule(situation(tmp_path, rome, clock=clock)).verdict is Verdict.WARN


def test_gpio_without_its_package_is_said_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = CONFIGURATION + "fail_safe: {relay: {line: 4}}\n"
    monkeypatch.setitem(sys.modules, "gpiod", None)
    (examined,) = examine(situation(tmp_path, text), [Check("fail_safe.relay", fail_safe.relay)])
    assert examined.finding == fail(
        "GPIO is configured and the gpiod package is not installed", "pip install carepose[gpio]"
    )


def test_the_relay_moves_only_when_asked_for_and_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_agent.doctor.fail_safe.time.sleep", lambda _: None)
    board = FakeGpiod()
    monkeypatch.setitem(sys.modules, "gpiod", board)
    box = situation(tmp_path, CONFIGURATION + "fail_safe: {relay: {line: 4}}\npause: {button: {line: 5}}\n")
    assert "line 4 of /dev/gpiochip0 can be had (not tried" in fail_safe.relay(box).said
    assert 1 not in board.levels[4]
    assert "line 5 of /dev/gpiochip0 can be had" in pauses.button(box).said
    trying = Situation(box.world, box.reading, try_fail_safe=True)
    assert "was closed for a second" in fail_safe.relay(trying).said
    assert 1 in board.levels[4]
    assert board.levels[4][-1] == 0
    assert board.requests == {}


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_the_tone_sounds_only_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "aplay", f"cat > /dev/null; echo played >> {tmp_path}/played")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    box = situation(tmp_path, CONFIGURATION + "fail_safe: {tone: {}}\n")
    assert "not tried" in fail_safe.tone(box).said
    assert not (tmp_path / "played").exists()
    trying = Situation(box.world, box.reading, try_fail_safe=True)
    assert "one tone was played" in fail_safe.tone(trying).said
    assert (tmp_path / "played").read_text() == "played\n"
    program(tmp_path / "bin", "aplay", "cat > /dev/null; echo no such device >&2; exit 1")
    broken = fail_safe.tone(trying)
    assert broken.verdict is Verdict.FAIL
    assert "no such device" in broken.said
    assert fail_safe.relay(trying).said == "no relay is configured"


def test_no_fail_safe_is_said(tmp_path: Path) -> None:
    assert "off" in fail_safe.relay(situation(tmp_path)).said
