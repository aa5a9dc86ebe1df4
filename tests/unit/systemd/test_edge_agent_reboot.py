"""The reboot for a hanging camera: asked for at the second hang, allowed once an hour and three times a day."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "systemd/edge-agent-reboot"
HOUR, DAY = 3600, 86400

HUNG = [("exit-code", "75"), ("exit-code", "70"), ("watchdog", "ABRT"), ("timeout", "")]
"""Camera wedged; stalled; systemd's watchdog; a process that would not end (it has no status)."""
ENDED_OTHERWISE = [
    *[("exit-code", str(code)) for code in (1, 2, 3, 4, 5, 6, 78, 130, 7, 700)],
    ("success", "0"),
    ("oom-kill", "KILL"),
    ("signal", "SEGV"),
    ("", ""),
]


class Box:
    """Its clock since the start, and the two folders that systemd gives the script."""

    def __init__(self, folder: Path) -> None:
        self.runtime, self.state = folder / "run", folder / "state"
        self.uptime = folder / "uptime"
        self.state.mkdir()
        self.boot()

    def boot(self) -> None:
        """Memory is forgotten, the disk is not."""
        shutil.rmtree(self.runtime, ignore_errors=True)
        self.runtime.mkdir()
        self.up(0)

    def up(self, seconds: float) -> None:
        self.uptime.write_text(f"{seconds:.2f} 1234.56\n")

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", SCRIPT, *words],
            env={
                "PATH": os.environ["PATH"],
                "UPTIME": str(self.uptime),
                "RUNTIME_DIRECTORY": str(self.runtime),
                "STATE_DIRECTORY": str(self.state),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=10.0,
        )

    def note(self, result: str = "exit-code", status: str = "75") -> None:
        noted = self.run("note", SERVICE_RESULT=result, EXIT_STATUS=status)
        assert noted.returncode == 0, noted.stderr

    @property
    def wanted(self) -> bool:
        return (self.runtime / "reboot-wanted").exists()

    def may(self, seconds: float) -> bool:
        """Whether a reboot is allowed at this uptime; if so, it happens."""
        self.up(seconds)
        if self.run("decide").returncode != 0:
            return False
        self.boot()
        return True


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.mark.parametrize(("result", "status"), HUNG)
def test_the_second_hang_within_an_hour_asks(box: Box, result: str, status: str) -> None:
    box.up(5000)
    box.note(result, status)
    assert not box.wanted, "first the agent is started again"
    box.up(5000 + HOUR - 1)
    box.note()
    assert box.wanted


@pytest.mark.parametrize(("result", "status"), ENDED_OTHERWISE)
def test_another_end_never_asks(box: Box, result: str, status: str) -> None:
    box.up(5000)
    for _ in range(3):
        box.note(result, status)
    assert not box.wanted


def test_hangs_far_apart_do_not_ask(box: Box) -> None:
    for hour in range(5):
        box.up(60 + HOUR * hour)
        box.note()
    assert not box.wanted


def test_a_reboot_forgets_the_hangs(box: Box) -> None:
    box.up(5000)
    box.note()
    box.boot()
    box.up(300)
    box.note()
    assert not box.wanted


@pytest.mark.parametrize(
    "garbage", ["", "\n", "yesterday\n", "-3\n", "1e9\n", "009\n", "99999999999999999999\n", "\0\xff"]
)
def test_garbage_in_the_notes_is_no_hang(box: Box, garbage: str) -> None:
    (box.runtime / "hangs").write_text(garbage, encoding="latin-1")
    box.up(5000)
    box.note()
    assert not box.wanted
    box.note()
    assert box.wanted


def test_never_twice_within_an_hour(box: Box) -> None:
    assert not box.may(HOUR - 1)
    assert box.may(HOUR)
    assert not box.may(HOUR - 1)
    assert box.may(HOUR)


def test_three_a_day(box: Box) -> None:
    assert [box.may(HOUR) for _ in range(4)] == [True, True, True, False]
    assert not box.may(DAY - 2 * HOUR - 1), "a day after the first of the three"
    assert box.may(DAY - 2 * HOUR)
    assert [box.may(HOUR) for _ in range(3)] == [True, True, False], "the second and third are a day ago as well"


@pytest.mark.parametrize("every_s", [HOUR, HOUR + 1, 2 * HOUR, 5 * HOUR, 8 * HOUR, 9 * HOUR])
def test_no_day_has_more_than_three(box: Box, every_s: int) -> None:
    """A camera that hangs again and again for three days, however long after each start."""
    reboots: list[int] = []
    now = started = 0
    while now < 3 * DAY:
        now += every_s
        if box.may(now - started):
            reboots.append(now)
            started = now
    assert all(later - first >= DAY for first, later in zip(reboots, reboots[3:], strict=False))
    assert len(reboots) >= 8, "and it does not give up"


def test_the_wall_clock_is_not_asked(box: Box, tmp_path: Path) -> None:
    """It may go backwards, or stand at 1970: `date` is not even there."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("awk", "cut", "grep", "mv", "tail"):
        (programs / name).symlink_to(str(shutil.which(name)))
    box.up(HOUR)
    decided = subprocess.run(
        [str(shutil.which("sh")), SCRIPT, "decide"],
        env={"PATH": str(programs), "UPTIME": str(box.uptime), "STATE_DIRECTORY": str(box.state)},
        capture_output=True,
        text=True,
        check=False,
        timeout=10.0,
    )
    assert decided.returncode == 0, decided.stderr
    assert "rebooting" in decided.stderr


@pytest.mark.parametrize(
    "garbage",
    ["a\nb\nc\n", "-1\n-1\n-1\n", "\n\n\n", "99999999999\n" * 3, "0x10\n" * 3, "\0\xff\n" * 3, "086400\n" * 2],
)
def test_garbage_in_the_stamps_gives_no_reboot_away(box: Box, garbage: str) -> None:
    """Unreadable stamps count as reboots just made, and are forgotten as time goes by."""
    (box.state / "reboots").write_text(garbage, encoding="latin-1")
    allowed = [box.may(HOUR) for _ in range(4)]
    assert sum(allowed) <= 3
    assert box.may(DAY)


def test_without_an_uptime_there_is_no_reboot(box: Box) -> None:
    for text in ("", "soon\n", "-5000.0 1\n"):
        box.uptime.write_text(text)
        assert box.run("decide").returncode == 1
    box.uptime.unlink()
    assert box.run("decide").returncode == 1


def test_a_box_that_cannot_remember_does_not_reboot(box: Box) -> None:
    (box.state / "reboots.new").mkdir()
    assert not box.may(HOUR)
    (box.state / "reboots.new").rmdir()
    (box.state / "reboots").mkdir()
    assert not box.may(HOUR)


def test_dry_run_changes_nothing(box: Box) -> None:
    box.up(HOUR)
    said = box.run("decide", "--dry-run")
    assert said.returncode == 0
    assert "would be allowed" in said.stdout
    assert list(box.state.iterdir()) == []
    box.up(HOUR - 1)
    refused = box.run("decide", "--dry-run")
    assert refused.returncode == 1
    assert "3599 s" in refused.stderr


@pytest.mark.parametrize("words", [(), ("reboot",), ("decide", "--force"), ("note", "x")])
def test_anything_else_is_refused(box: Box, words: tuple[str, ...]) -> None:
    box.up(HOUR)
    assert box.run(*words).returncode == 2


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is missing (apt install shellcheck)")
def test_shellcheck_finds_nothing() -> None:
    checked = subprocess.run(["shellcheck", SCRIPT], capture_output=True, text=True, check=False, timeout=30.0)
    assert checked.returncode == 0, checked.stdout
