"""A short scripted day: the real agent, outbox and broker under a fast clock, every second and fall accounted for."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import pytest

from tests.fakes.broker import needs_mosquitto
from tools.month import pictures, script
from tools.month.ledger import balanced
from tools.month.pictures import FREE, MASKED, Code
from tools.month.rig import Rig
from tools.month.truth import Truth

KINDS = ("fall-broker-kill", "fall-dark", "pause-file", "suspend", "silent", "covered", "restart")

Played: TypeAlias = tuple[Truth, dict[str, Any]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    rig = Rig(tmp_path_factory.mktemp("day"), seed=11, days=1, kinds=KINDS)
    heard = rig.play()
    return rig.truth, heard


@pytest.mark.broker
@pytest.mark.models
@needs_mosquitto
def test_every_second_and_every_fall_of_the_day_is_accounted_for(played: Played) -> None:
    truth, heard = played
    ledger = balanced(truth, heard)
    assert not ledger.misses
    assert sum(ledger.numbers["acts"].values()) == len(KINDS)
    assert ledger.numbers["incidents"]["fall confirmed"] == 1
    assert ledger.numbers["observed_s"] > 1000.0
    assert {"paused", "gap", "covered", "dark", "camera_stalled"} & set(ledger.numbers["lost_s"])


def first(heard: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    found: dict[str, Any] = next(body for body in heard["events"] if body.get(name) == value)
    return found


def lose_a_fall(heard: dict[str, Any]) -> None:
    heard["events"] = [body for body in heard["events"] if body.get("kind") != "fall"]


def invent_a_fall(heard: dict[str, Any]) -> None:
    heard["events"].append({**first(heard, "phase", "confirmed"), "uptime_ms": 5000, "incident_id": "x"})


def claim_a_lost_minute(heard: dict[str, Any]) -> None:
    for body in heard["events"]:
        if body.get("lost_s", {}).get("paused", 0.0) > 20.0:
            body["observed_s"] += body["lost_s"].pop("paused")
            return


def lose_a_seen_minute(heard: dict[str, Any]) -> None:
    for body in heard["events"]:
        if body.get("observed_s") == 60.0:
            body["observed_s"], body["lost_s"] = 40.0, {"dark": 20.0}
            return


def drop_a_minute(heard: dict[str, Any]) -> None:
    heard["events"].remove(next(body for body in heard["events"] if body.get("observed_s") == 60.0))


def never_say_blind(heard: dict[str, Any]) -> None:
    for body in heard["health"]:
        for camera in body["cameras"]:
            camera["status"] = "ok"


def say_blind_too_often(heard: dict[str, Any]) -> None:
    heard["health"][10]["cameras"][0].update(status="blind", reasons=["frozen"])


def tell_another_story(heard: dict[str, Any]) -> None:
    heard["altered"].append("month-1-alarm-1")


@pytest.mark.broker
@pytest.mark.models
@needs_mosquitto
@pytest.mark.parametrize(
    "lie",
    [
        lose_a_fall, invent_a_fall, claim_a_lost_minute, lose_a_seen_minute, drop_a_minute, never_say_blind,
        say_blind_too_often, tell_another_story,
    ],
)  # fmt: skip
def test_a_ledger_that_does_not_balance_says_so(played: Played, lie: Callable[[dict[str, Any]], None]) -> None:
    truth, heard = played
    told = copy.deepcopy(heard)
    lie(told)
    assert told != heard
    assert balanced(truth, told).misses


@pytest.mark.broker
@pytest.mark.models
@needs_mosquitto
def test_memory_that_grows_is_a_miss(played: Played) -> None:
    truth = copy.deepcopy(played[0])
    truth.usage = [(300.0 * step, 100_000_000 + 2_000_000 * step, 14, 6) for step in range(30)]
    assert any("memory" in miss for miss in balanced(truth, played[1]).misses)
    truth.usage = [(300.0 * step, 100_000_000, 14 + step // 10, 6) for step in range(30)]
    assert any("descriptors" in miss for miss in balanced(truth, played[1]).misses)


@pytest.mark.parametrize("at", [FREE, MASKED])
def test_a_code_is_read_where_it_is_seen_and_nowhere_else(at: tuple[int, int]) -> None:
    bare = pictures.takes(pictures.room(4), 4)
    code = Code(5, 1234)
    shown = pictures.with_code(bare[0], code, at)
    assert pictures.read(shown) == code
    assert pictures.read(bare[1]) is None
    assert pictures.read(np.asarray(shown * 0.03, np.uint8)) is None
    half = shown.copy()
    half[:, : at[0] + 10] = 0
    assert pictures.read(half) is None


def test_a_seed_makes_one_script_and_every_kind_comes() -> None:
    def drawn(seed: int) -> list[script.Act]:
        return list(islice(script.acts(seed, 0), len(script.KINDS)))

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)
    assert sorted(act.kind for act in drawn(3)) == sorted(script.KINDS)
