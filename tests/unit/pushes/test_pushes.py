"""Pushed configurations on one box: taken, tried, kept or given up, over restarts and power cuts."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from edge_agent.messages.request import Result
from edge_agent.pushes import BROKER, Pushes, TrialLimits
from firmware_config.bundle.pushed import Push, signed
from firmware_config.bundle.refused import Fault, RefusedError
from firmware_config.load import understood
from firmware_config.schema import Configuration
from tests.fakes.bundles import facility
from tests.fakes.clocks import HeldClock
from tests.fakes.frail_disk import FrailDisk, PowerCut

OURS = facility()
FILES = OURS.files("room-12", 1)
AGENT = Path("/etc/carepose/agent.yaml")
DATA = Path("/var/lib/carepose")
CREDENTIALS = Path("/run/credentials/edge-agent.service")
LIMITS = TrialLimits(limit_s=60.0, hold_s=8.0)
ALL = frozenset({"room", BROKER})


def text(generation: int, extra: str = "") -> str:
    return OURS.files("room-12", generation)["config.yaml"].decode() + extra


def carried(generation: int = 1) -> Configuration:
    return understood(AGENT, text(generation), Configuration)


def disk() -> FrailDisk:
    made = FrailDisk()
    for folder in (AGENT.parent, DATA, CREDENTIALS):
        made.make_folders(folder)
    made.write(AGENT.parent / "facility.pub", OURS.public)
    for name in ("ca.crt", "client.crt", "client.key", "camera.password"):
        made.write(CREDENTIALS / f"secret_{name}", FILES[name])
    for folder in (AGENT.parent, CREDENTIALS):
        made.sync(folder)
    return made


class Box:
    """One box; `start` is a new process on the same disk."""

    def __init__(self, files: FrailDisk | None = None, generation: int = 1) -> None:
        self.files, self.clock, self.carried = files or disk(), HeldClock(), carried(generation)
        self.start()

    def start(self) -> None:
        self.woken = 0
        self.pushes = Pushes(AGENT, self.clock, self._wake, LIMITS, self.files)
        self.used = self.pushes.in_use(self.carried)

    def _wake(self) -> None:
        self.woken += 1

    def push(self, generation: int, extra: str = "", age: timedelta = timedelta(0)) -> Push:
        raw = text(generation, extra).encode()
        return signed("villa-rosa", "room-12", generation, self.clock.utc() - age, raw, OURS.signing)

    def offer(self, generation: int, transaction: str = "t-1") -> Result:
        return self.pushes.offer(self.push(generation), transaction)[0]

    def begin(self, well: frozenset[str] = ALL, refused: str | None = None) -> None:
        """What the main thread does when it is woken."""
        wanted = self.pushes.take()
        assert wanted is not None
        before = self.used
        self.used = before if refused else wanted
        self.pushes.tried(before, well, self.used, refused)

    def live(self, seconds: float, well: frozenset[str] = ALL) -> None:
        for _ in range(round(2 * seconds)):
            self.clock.go_on(0.5)
            self.pushes.look(well)
            if (back := self.pushes.take()) is not None:
                before, self.used = self.used, back
                self.pushes.tried(before, well, back, None)

    def answers(self) -> list[tuple[str, str]]:
        return [(each.transaction, each.result.value) for each in self.pushes.owed()]


def test_one_that_keeps_the_box_well_is_kept_and_answered_over_restarts_until_told() -> None:
    box = Box()
    assert box.offer(2) is Result.ACCEPTED
    assert box.woken == 1
    assert box.answers() == []
    box.begin()
    box.live(LIMITS.hold_s + 1.0)
    assert box.answers() == [("t-1", "done")]
    box.start()
    assert (box.used.generation, box.answers()) == (2, [("t-1", "done")])
    box.pushes.told("t-1")
    box.start()
    assert (box.used.generation, box.answers()) == (2, [])


def test_one_that_blinds_a_camera_or_cuts_off_the_broker_is_given_up_and_never_comes_again() -> None:
    for lost in ("room", BROKER):
        box = Box()
        box.offer(2)
        box.begin()
        box.live(LIMITS.limit_s + 1.0, ALL - {lost})
        assert (box.used.generation, box.answers()) == (1, [("t-1", "rolled_back")])
        assert lost in box.pushes.owed()[0].text
        with pytest.raises(RefusedError) as again:
            box.offer(2, "t-2")
        assert again.value.fault is Fault.REPLAYED
        assert box.offer(3, "t-3") is Result.ACCEPTED


def test_what_was_not_well_before_is_not_asked_for() -> None:
    box = Box()
    box.offer(2)
    box.begin(well=frozenset({"room"}))
    box.live(LIMITS.hold_s + 1.0, frozenset({"room"}))
    assert box.answers() == [("t-1", "done")]


def test_one_that_the_agent_cannot_be_built_with_is_given_up_at_once() -> None:
    box = Box()
    box.offer(2)
    box.begin(refused="the models are missing")
    assert (box.used.generation, box.answers()) == (1, [("t-1", "rolled_back")])
    assert "models are missing" in box.pushes.owed()[0].text


def test_a_process_that_dies_in_a_trial_comes_back_with_the_last_good_one() -> None:
    box = Box()
    box.offer(2)
    box.begin()
    box.live(1.0)
    box.start()
    assert (box.used.generation, box.answers()) == (1, [("t-1", "rolled_back")])


def test_the_same_request_again_is_answered_and_not_done_again() -> None:
    box = Box()
    box.offer(2)
    assert box.offer(2) is Result.ACCEPTED
    assert box.woken == 1
    box.begin()
    box.live(LIMITS.hold_s + 1.0)
    assert box.offer(2) is Result.DONE
    box.start()
    assert box.offer(2) is Result.DONE


def certificate(box: Box) -> Path:
    tls = box.used.broker.tls
    assert tls is not None
    assert tls.certificate is not None
    return tls.certificate


def test_a_renewed_certificate_is_used_with_its_configuration_and_goes_with_it() -> None:
    box = Box()
    own = FILES["client.crt"]
    push = signed("villa-rosa", "room-12", 2, box.clock.utc(), text(2).encode(), OURS.signing, own)
    box.pushes.offer(push, "t-1")
    box.begin()
    assert box.files.content(certificate(box)) == own
    box.live(LIMITS.hold_s + 1.0)
    box.start()
    assert box.files.content(certificate(box)) == own
    again = signed("villa-rosa", "room-12", 3, box.clock.utc(), text(3).encode(), OURS.signing, own)
    box.pushes.offer(again, "t-2")
    box.begin()
    box.live(LIMITS.limit_s + 1.0, frozenset())
    assert box.used.generation == 2
    assert certificate(box) == DATA / "pushed-2.crt"
    box.offer(4, "t-3")
    box.begin()
    box.live(LIMITS.hold_s + 1.0)
    assert certificate(box) == CREDENTIALS / "secret_client.crt"
    assert not [name for name in box.files.names(DATA) if name.endswith(".crt")]


def test_one_at_a_time() -> None:
    box = Box()
    box.offer(2)
    with pytest.raises(RefusedError, match="being tried"):
        box.offer(3, "t-2")


def test_a_card_with_a_newer_configuration_wins_and_one_with_an_older_does_not() -> None:
    box = Box()
    box.offer(5)
    box.begin()
    box.live(LIMITS.hold_s + 1.0)
    box.carried = carried(4)
    box.start()
    assert box.used.generation == 5
    box.carried = carried(6)
    box.start()
    assert box.used.generation == 6
    with pytest.raises(RefusedError):
        box.offer(6, "t-2")


def test_one_that_is_stale_is_refused_where_the_clock_is_right() -> None:
    box = Box()
    old = box.push(2, age=timedelta(hours=3))
    with pytest.raises(RefusedError, match="clock"):
        box.pushes.offer(old, "t-1")
    box.clock.set = False
    assert box.pushes.offer(old, "t-1")[0] is Result.ACCEPTED


def test_a_box_without_a_facility_takes_none() -> None:
    box = Box()
    box.files.remove(AGENT.parent / "facility.pub")
    with pytest.raises(RefusedError, match="card"):
        box.offer(2)
    assert box.woken == 0


def test_what_was_kept_and_then_changed_on_the_disk_is_not_used() -> None:
    box = Box()
    box.offer(2)
    box.begin()
    box.live(LIMITS.hold_s + 1.0)
    path = DATA / "pushed.json"
    good = box.files.read(path, 1_000_000)
    for damaged in (good.replace(b"pi5", b"pi4"), good[:-40], b"", b"[]", bytes(20)):
        box.files.remove(path)
        box.files.write(path, damaged)
        box.start()
        assert box.used.generation == 1


def test_a_full_disk_refuses_and_changes_nothing() -> None:
    box = Box()
    box.files.full_at = box.files.steps + 1
    with pytest.raises(RefusedError, match="disk"):
        box.offer(2)
    box.files.full_at = None
    assert box.woken == 0
    assert box.pushes.take() is None
    assert box.offer(2) is Result.ACCEPTED


def story(box: Box) -> None:
    """A push that is kept, and one that is given up."""
    box.offer(2, "t-2")
    box.begin()
    box.live(LIMITS.hold_s + 1.0)
    box.pushes.told("t-2")
    box.offer(3, "t-3")
    box.begin()
    box.live(LIMITS.limit_s + 1.0, frozenset())
    box.pushes.told("t-3")


def test_the_power_may_go_at_every_step() -> None:
    whole = Box()
    begun = whole.files.steps
    story(whole)
    steps = whole.files.steps - begun
    assert steps > 15
    chance = random.Random(3)  # noqa: S311 - no secret
    ends = set()
    for cut in range(steps):
        box = Box()
        box.files.cut_at = box.files.steps + cut
        with pytest.raises(PowerCut):
            story(box)
        box.files.restart(lambda most: chance.randint(0, most))
        box.start()
        assert box.used.generation in {1, 2}
        answered = dict(box.answers())
        assert set(answered.items()) <= {("t-2", "done"), ("t-2", "rolled_back"), ("t-3", "rolled_back")}
        if answered.get("t-2") == "done":
            assert box.used.generation == 2
        ends.add(box.used.generation)
        assert box.offer(9, "t-9") is Result.ACCEPTED
    assert ends == {1, 2}
