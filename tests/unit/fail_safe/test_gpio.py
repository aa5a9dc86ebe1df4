"""Relay and button through gpiod's interface; what no hardware has shown is said in docs/adr/0006."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from edge_agent import gpio
from edge_agent.errors import ConfigurationError
from edge_agent.gpio import GpioButton, GpioContact
from edge_agent.pause.press import Edge
from tests.fakes.gpio import FakeGpiod

CHIP = "/dev/gpiochip0"


@pytest.mark.parametrize(("active_low", "levels"), [(False, [0, 1, 0]), (True, [1, 0, 1])])
def test_a_relay_is_open_from_the_start_and_moved_by_level(active_low: bool, levels: list[int]) -> None:  # noqa: FBT001
    board = FakeGpiod()
    contact = GpioContact(CHIP, 17, board, active_low=active_low)
    contact.close()
    contact.open()
    assert board.levels[17] == levels
    assert board.consumers == ["carepose"]


def test_a_relay_that_is_released_is_open_and_free_for_others() -> None:
    board = FakeGpiod()
    contact = GpioContact(CHIP, 17, board, active_low=False)
    contact.close()
    contact.release()
    contact.release()
    assert board.levels[17][-1] == 0
    assert board.requests == {}


def test_a_button_tells_its_edges_once_and_never_waits() -> None:
    board = FakeGpiod()
    button = GpioButton(CHIP, 27, board)
    assert button.edges() == ()
    board.change(27, 12.5, down=True)
    board.change(27, 12.75, down=False)
    assert button.edges() == (Edge(12.5, down=True), Edge(12.75, down=False))
    assert button.edges() == ()
    settings = board.requests[CHIP, 27].settings
    assert (settings.active_low, settings.bias.name) == (True, "PULL_UP")
    button.release()
    assert board.requests == {}


@pytest.mark.parametrize(
    ("chip", "line", "said"),
    [
        ("/dev/gpiochip7", 17, "there is no /dev/gpiochip7 .gpiodetect"),
        (CHIP, 99, "there is no line 99 of /dev/gpiochip0 .gpioinfo"),
        (CHIP, 4, "line 4 of /dev/gpiochip0 cannot be used: Device or resource busy .gpioinfo"),
    ],
)
def test_each_fault_is_one_line_with_a_remedy(chip: str, line: int, said: str) -> None:
    board = FakeGpiod()
    GpioContact(CHIP, 4, board, active_low=False)
    with pytest.raises(ConfigurationError, match=said):
        GpioContact(chip, line, board, active_low=False)


@pytest.mark.parametrize("found", [None, ModuleType("gpiod")])
def test_a_missing_or_old_package_is_said(found: ModuleType | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def imported(name: str) -> ModuleType:
        assert name == "gpiod"
        if found is None:
            raise ImportError(name)
        return found

    monkeypatch.setattr(importlib, "import_module", imported)
    with pytest.raises(ConfigurationError, match=r"pip install carepose\[gpio\]"):
        gpio.library()
