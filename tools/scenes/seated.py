"""Chairs: sitting down, standing up, slumping, leaning, hanging the head, tying shoes, sliding to the floor."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tools.scenes.acts import Act, Ease, Move, Step
from tools.scenes.bodies import Body
from tools.scenes.pose import Frame, Key, Support
from tools.scenes.rig import SIDES, SIGN
from tools.scenes.rotations import pitch, roll, yaw
from tools.scenes.stances import HANGING, ON_THIGHS, Spot, Stance, hand, side_lying

FEET_AHEAD = 0.40
"""From the pelvis of a seated person to the ankles, metres, for a body of 1.62 m."""

BRACED = (
    hand("L", (0.16, 0.26, 0.02), Frame.PELVIS, (-0.6, 0.8, 0.0)),
    hand("R", (0.16, 0.26, 0.02), Frame.PELVIS, (-0.6, 0.8, 0.0)),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """Something to sit on: where the pelvis comes to rest, which way one faces, and how high it is."""

    spot: Spot
    height: float

    def before(self, body: Body) -> Spot:
        """Where one stands to sit down on it."""
        return self.spot.ahead(FEET_AHEAD * body.scale)

    @property
    def support(self) -> Support:
        """The buttocks rest on it."""
        return Support(self.height, seat_only=True)


def seated(body: Body, seat: Seat) -> Key:
    """Sitting upright, a little round-backed, hands on the thighs."""
    stance = Stance(body, seat.spot)
    return stance.key(
        (0.0, 0.0, (seat.height + 0.09) / body.scale),
        pitch(-10.0),
        ON_THIGHS,
        stance.soles(FEET_AHEAD, 0.12),
        bend=(18.0, 0.0, 0.0),
        nod=(-4.0, 0.0, 0.0),
        support=seat.support,
    )


def sit_down(seat: Seat, seconds: float = 2.4) -> Move:
    """Bends forward, lowers itself, leans back. Older people take 1.5 to 3 s [C]."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        stance = Stance(body, seat.spot)
        low = seat.height / body.scale
        knees = tuple(hand(side, (0.33, 0.13, 0.06), Frame.PELVIS, (-0.5, 1.0, -0.3)) for side in SIDES)
        leaning = stance.key(
            (0.24, 0.0, low + 0.30),
            pitch(24.0),
            (knees[0], knees[1]),
            stance.soles(FEET_AHEAD, 0.12),
            bend=(26.0, 0.0, 0.0),
            nod=(-18.0, 0.0, 0.0),
        )
        touching = stance.key(
            (0.03, 0.0, low + 0.10),
            pitch(16.0),
            (knees[0], knees[1]),
            stance.soles(FEET_AHEAD, 0.12),
            bend=(28.0, 0.0, 0.0),
            nod=(-14.0, 0.0, 0.0),
            support=seat.support,
        )
        steps = (
            Step(0.36 * seconds, leaning),
            Step(0.30 * seconds, touching, Ease.EVEN),
            Step(0.34 * seconds, seated(body, seat)),
        )
        return (Act(steps, "other", "light"),)

    return move


def stand_up(seat: Seat, seconds: float = 2.6) -> Move:
    """Bends forward, pushes up off the thighs, straightens."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        stance = Stance(body, seat.spot)
        down = sit_down(seat)(body, seated(body, seat))[0].steps
        upright = replace(Stance(body, seat.before(body)).standing(), feet=down[0].key.feet)
        rising = stance.key(
            (0.34, 0.0, 0.70),
            pitch(22.0),
            HANGING,
            stance.soles(FEET_AHEAD, 0.12),
            bend=(18.0, 0.0, 0.0),
            nod=(-12.0, 0.0, 0.0),
        )
        steps = (
            Step(0.36 * seconds, down[1].key),
            Step(0.24 * seconds, down[0].key, Ease.EVEN),
            Step(0.20 * seconds, rising, Ease.EVEN),
            Step(0.20 * seconds, upright),
        )
        return (Act(steps, "other", "light"),)

    return move


def slumped(body: Body, seat: Seat) -> Key:
    """Slid forward on the seat, round-backed, leaning to the right, head on the chest."""
    stance = Stance(body, seat.spot)
    return stance.key(
        (0.10, 0.0, (seat.height + 0.09) / body.scale),
        pitch(-26.0) @ roll(6.0),
        (
            hand("L", (0.20, 0.04, 0.11), Frame.PELVIS, (-0.4, 1.0, -0.5)),
            hand("R", (0.06, 0.27, -0.02), Frame.PELVIS, (-0.6, 0.8, 0.0)),
        ),
        stance.soles(FEET_AHEAD + 0.06, 0.14),
        bend=(46.0, 13.0, 0.0),
        nod=(34.0, 10.0, 0.0),
        support=seat.support,
    )


def slump(seat: Seat, seconds: float = 9.0) -> Move:
    """Sinks together slowly, in three sags."""

    def move(body: Body, key: Key) -> tuple[Act, ...]:
        goal = slumped(body, seat)
        steps = tuple(
            Step(seconds * share, _part(key, goal, u)) for share, u in ((0.4, 0.35), (0.35, 0.7), (0.25, 1.0))
        )
        return (Act(steps, "sitting", "sedentary"),)

    return move


def lean(seat: Seat, seconds: float = 10.0) -> Move:
    """Tips slowly to the right, the trunk by 20 degrees, without noticing: the head is held upright against it."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        upright = seated(body, seat)
        tipped = replace(upright, turn=upright.turn @ roll(6.0), bend=(18.0, 26.0, 0.0), nod=(-4.0, -14.0, 0.0))
        return (Act((Step(seconds, tipped),), "sitting", "sedentary"),)

    return move


def hang_head(seat: Seat, seconds: float = 10.0) -> Move:
    """Lets the head sink forward, the line from shoulders to ears by 40 degrees; the trunk stays."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        return (Act((Step(seconds, replace(seated(body, seat), nod=(58.0, 0.0, 0.0))),), "sitting", "sedentary"),)

    return move


def sit_up(seat: Seat, seconds: float = 4.0) -> Move:
    """Back to sitting upright, from however one sat there."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        return (Act((Step(seconds, seated(body, seat)),), "sitting", "light"),)

    return move


def _part(a: Key, b: Key, u: float) -> Key:
    """The trunk some way from a to b; hands and feet, on their way too, go with whichever is nearer."""
    near = b if u > 0.5 else a

    def mix(x: tuple[float, float, float], y: tuple[float, float, float]) -> tuple[float, float, float]:
        return (x[0] + u * (y[0] - x[0]), x[1] + u * (y[1] - x[1]), x[2] + u * (y[2] - x[2]))

    return replace(
        near,
        pelvis=(1 - u) * a.pelvis + u * b.pelvis,
        turn=b.turn if u > 0.5 else a.turn,
        bend=mix(a.bend, b.bend),
        nod=mix(a.nod, b.nod),
    )


def tie_shoes(seat: Seat, seconds: float = 8.0) -> Move:
    """Bends down to each shoe in turn, and sits up again."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        sitting = seated(body, seat)
        stance = Stance(body, seat.spot)
        steps: list[Step] = []
        for side in (1.0, -1.0):
            bent = [_bent(stance, seat, side, wiggle) for wiggle in (0.0, 0.035, -0.02, 0.03)]
            steps.append(Step(0.16 * seconds, bent[0]))
            steps += [Step(0.07 * seconds, key) for key in bent[1:]]
            steps.append(Step(0.13 * seconds, sitting))
        return (Act(tuple(steps), "sitting", "light"),)

    return move


def _bent(stance: Stance, seat: Seat, side: float, wiggle: float) -> Key:
    hands = tuple(
        hand(
            which,
            (FEET_AHEAD + 0.08 + wiggle * SIGN[which], 0.12 * side * SIGN[which] + 0.06, 0.15),
            Frame.WORLD,
            (-0.2, 0.8, 0.4),
        )
        for which in SIDES
    )
    return stance.key(
        (0.03, 0.0, (seat.height + 0.09) / stance.body.scale),
        pitch(34.0),
        (hands[0], hands[1]),
        stance.soles(FEET_AHEAD, 0.12),
        bend=(62.0, -4.0 * side, 0.0),
        nod=(4.0, 0.0, 0.0),
        support=seat.support,
    )


def slide_to_floor(seat: Seat, seconds: float = 4.0, leaning: float = 5.0) -> Move:
    """Slips off the edge of the seat with no impact, sits on the floor against it, then sinks to the right side."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        stance = Stance(body, seat.spot)
        k = body.scale
        edge = stance.key(
            (0.22, 0.0, (seat.height + 0.06) / k),
            pitch(-36.0),
            BRACED,
            stance.soles(0.56, 0.13),
            bend=(38.0, 4.0, 0.0),
            nod=(22.0, 4.0, 0.0),
            support=seat.support,
        )
        halfway = stance.key(
            (0.36, 0.0, (seat.height - 0.10) / k),
            pitch(-34.0),
            BRACED,
            stance.soles(0.66, 0.14),
            bend=(34.0, 6.0, 0.0),
            nod=(16.0, 4.0, 0.0),
        )
        down = stance.key(
            (0.42, 0.0, 0.11),
            pitch(-22.0),
            BRACED,
            stance.soles(0.86, 0.14),
            bend=(24.0, 5.0, 0.0),
            nod=(14.0, 4.0, 0.0),
            support=Support(0.0, seat_only=True),
        )
        sinking = replace(
            down,
            turn=yaw(seat.spot.heading) @ pitch(-14.0) @ roll(38.0),
            bend=(20.0, 18.0, 0.0),
            hands=(down.hands[0], stance.reach(hand("R", (0.55, 0.42, 0.06), Frame.WORLD))),
        )
        lying = side_lying(Stance(body, seat.spot.ahead(0.46 * k)), (0.0, -0.06, 0.13), Support(0.0))
        return (
            Act((Step(0.45 * seconds, edge),), "other", marks=(("onset", 0.0),)),
            Act((Step(0.35 * seconds, halfway, Ease.EVEN), Step(0.2 * seconds, down, Ease.FALL)), "other"),
            Act((Step(leaning, down),), "sitting", "sedentary", on_floor=True, marks=(("impact", 0.0),)),
            Act((Step(1.6, sinking), Step(1.2, lying)), "other", on_floor=True),
        )

    return move
