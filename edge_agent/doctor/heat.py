"""Heat and power supply, as the board tells them."""

from __future__ import annotations

from edge_agent.doctor.finding import Finding, fail, ok, skipped, warn
from edge_agent.doctor.situation import Situation

SUPPLY = "use the maker's own power supply and a short, thick cable; take away what hangs at the USB ports"
COOLING = "give it air or a heat sink, and keep it away from sun and radiator"


def temperature(situation: Situation) -> Finding:
    """The processor's, after the models have worked."""
    celsius, profile = situation.world.board.read().temperature_c, situation.profile
    if celsius is None:
        return skipped("this machine has no temperature sensor that is known")
    said, measured = (
        f"processor at {celsius:.0f} °C; slows down from {profile.limit_c:g} °C on",
        {"temperature_c": celsius},
    )
    if celsius >= profile.limit_c:
        return fail(said, COOLING, **measured)
    if celsius >= profile.warn_c:
        return warn(said, COOLING, **measured)
    return ok(said, **measured)


def throttling(situation: Situation) -> Finding:
    """Whether the processor is, or was, slowed down."""
    readings = situation.world.board.read()
    if readings.throttled is None and readings.was_throttled is None:
        return skipped("this board does not tell whether it slows down")
    if readings.throttled:
        return fail("the processor is slowed down now", f"{COOLING}; check the power supply")
    if readings.was_throttled:
        return warn("the processor was slowed down since the box was started", f"{COOLING}; check the power supply")
    return ok("not slowed down" + ("" if readings.was_throttled is None else ", now or since the start"))


def supply(situation: Situation) -> Finding:
    """Whether the supply is, or was, too weak."""
    readings = situation.world.board.read()
    if readings.under_voltage is None and readings.was_under_voltage is None:
        return skipped("this board does not tell its supply voltage")
    if readings.under_voltage:
        return fail("the supply voltage is too low now", SUPPLY)
    if readings.was_under_voltage:
        return warn("the supply voltage was too low since the box was started", SUPPLY)
    return ok("supply voltage well" + ("" if readings.was_under_voltage is None else ", now and since the start"))
