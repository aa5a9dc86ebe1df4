"""Who comes in."""

from __future__ import annotations

from edge_agent.aim.door import CODE_LENGTH, FREE_TRIES, WAIT_S, Door, Entry, one_time_code


def test_the_code_opens_once() -> None:
    door = Door("abcdefghjk")
    entry, session = door.enter(" ABCDEFGHJK\n", 0.0)
    assert entry is Entry.OPEN
    assert session is not None
    assert door.knows(session)
    assert not door.knows(session[:-1])
    assert door.enter("abcdefghjk", 1.0) == (Entry.USED, None)


def test_nobody_is_known_before_somebody_entered() -> None:
    door = Door("abcdefghjk")
    assert not door.knows("")
    assert not door.knows(door._spare)


def test_who_guesses_must_wait_and_so_must_a_right_code_meanwhile() -> None:
    door = Door("abcdefghjk")
    for at in range(FREE_TRIES):
        assert door.enter("nonsense", float(at)) == (Entry.WRONG, None)
    later = float(FREE_TRIES)
    assert door.enter("abcdefghjk", later) == (Entry.WAIT, None)
    assert door.enter("nonsense", later - 1.0 + WAIT_S) == (Entry.WRONG, None)
    assert door.enter("abcdefghjk", later + WAIT_S) == (Entry.WAIT, None)
    assert door.enter("abcdefghjk", later + 2 * WAIT_S)[0] is Entry.OPEN


def test_an_odd_code_is_wrong_and_no_fault() -> None:
    assert Door("abcdefghjk").enter("ä\0", 0.0) == (Entry.WRONG, None)


def test_codes_differ() -> None:
    codes = {one_time_code() for _ in range(100)}
    assert len(codes) == 100
    assert {len(code) for code in codes} == {CODE_LENGTH}
