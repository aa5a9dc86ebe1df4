"""Checks are asked side by side and each within its limit; what hangs or breaks holds up nothing else."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from edge_agent.doctor.examination import BEYOND, Check, examine
from edge_agent.doctor.finding import Finding, Verdict, fail, failed, ok, skipped
from edge_agent.doctor.situation import Situation
from edge_agent.errors import InputError
from tests.fakes.doctor_world import world


@pytest.fixture
def bare(tmp_path: Path) -> Situation:
    return Situation(world(tmp_path))


def found(situation: Situation, *checks: Check) -> dict[str, Finding]:
    return {each.id: each.finding for each in examine(situation, checks)}


def well(situation: Situation) -> Finding:
    return ok("well")


def test_a_check_that_hangs_is_left_behind_and_the_others_go_on(bare: Situation) -> None:
    held = threading.Event()

    def hang(situation: Situation) -> Finding:
        held.wait(60.0)
        return ok("too late")

    began = time.monotonic()
    said = found(bare, Check("a.hangs", hang, 0.2), Check("a.next", well), Check("b.other", well))
    held.set()
    assert time.monotonic() - began < 30.0
    assert said["a.hangs"] == BEYOND
    assert said["a.hangs"].remedy
    assert said["a.next"].verdict is said["b.other"].verdict is Verdict.OK


@pytest.mark.parametrize(
    ("fault", "said", "remedy"),
    [
        (InputError("no such file", "check the path"), "no such file", "check the path"),
        (OSError(5, "Input/output error", "/dev/sda"), "/dev/sda: Input/output error", "journalctl"),
        (ZeroDivisionError("secret-value"), "internal fault: ZeroDivisionError", "--debug"),
    ],
)
def test_a_check_that_breaks_is_a_finding_without_a_stack_trace(
    bare: Situation, fault: Exception, said: str, remedy: str
) -> None:
    def break_down(situation: Situation) -> Finding:
        raise fault

    finding = found(bare, Check("a.breaks", break_down), Check("a.next", well))["a.breaks"]
    assert finding.verdict is Verdict.FAIL
    assert finding.said == said
    assert remedy in finding.remedy
    assert "secret-value" not in finding.said + finding.remedy


def test_what_this_user_may_not_see_is_skipped_with_the_remedy(bare: Situation) -> None:
    def refuse(situation: Situation) -> Finding:
        raise PermissionError(13, "Permission denied", "/var/lib/private/carepose")

    finding = found(bare, Check("a.refused", refuse))["a.refused"]
    assert finding == skipped("this user may not look at /var/lib/private/carepose", "run the doctor with sudo")


def test_what_rests_on_a_failed_check_is_not_asked_and_says_so(bare: Situation) -> None:
    said = found(
        bare,
        Check("a.first", lambda _: fail("no", "mend it")),
        Check("a.second", well, needs="a.first"),
        Check("a.third", well, needs="a.second"),
        Check("a.free", well),
    )
    assert said["a.second"] == said["a.third"] == skipped("not asked, since a.first failed")
    assert said["a.free"].verdict is Verdict.OK


def test_what_measures_the_box_comes_after_all_else_and_the_order_of_the_report_is_kept(bare: Situation) -> None:
    asked: list[str] = []

    def note(name: str) -> Finding:
        asked.append(name)
        return ok(name)

    checks = [Check("a.load", lambda _: note("a"), after_all=True), Check("b.quick", lambda _: note("b"))]
    examined = examine(bare, checks)
    assert asked == ["b", "a"]
    assert [each.id for each in examined] == ["a.load", "b.quick"]


def test_a_sentence_of_our_own_errors_is_taken_apart() -> None:
    assert failed("The broker b:1 is busy (look at the broker).") == fail(
        "The broker b:1 is busy", "look at the broker"
    )
    assert failed("No brackets").verdict is Verdict.FAIL
    assert failed("No brackets").remedy
