"""What holds of the picture's quality whatever is seen."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_agent import picture
from edge_agent.picture import PictureLimits, State
from edge_agent.types import Image
from tests.fakes.pictures import Watch, blurred, first, flat, grey, noisy, reasons, room, shifted

LIMITS = PictureLimits()
FEW = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
KINDS = st.sampled_from(
    ["room", "other", "black", "white", "grey", "night", "blurred", "moved", "grain", "small", "large"]
)
ROOMS = {
    "room": room(size=(256, 192)),
    "other": room(8, (256, 192)),
    "black": flat((0, 0, 0), (256, 192)),
    "white": flat((255, 255, 255), (256, 192)),
    "grey": flat((120, 120, 120), (256, 192)),
    "night": grey(room(size=(256, 192))),
    "blurred": blurred(room(size=(256, 192)), 4),
    "moved": shifted(room(size=(256, 192)), 30, 20),
    "grain": np.random.default_rng(0).integers(0, 256, (192, 256, 3)).astype(np.uint8),
    "small": room(size=(60, 50)),
    "large": room(size=(333, 251)),
}


def pictures(kinds: list[tuple[str, int, float, float]]) -> list[tuple[float, Image]]:
    """Times and pictures of runs of one kind, number of pictures, seconds between them, and noise."""
    draw, t, stream = np.random.default_rng(0), 0.0, []
    for kind, count, gap, sigma in kinds:
        for _ in range(count):
            t += gap
            stream.append((t, noisy(ROOMS[kind], draw, sigma)))
    return stream


STREAMS = st.lists(
    st.tuples(KINDS, st.integers(1, 12), st.sampled_from([0.03, 0.2, 1.0, 2.9, 60.0]), st.sampled_from([0.0, 3.0])),
    min_size=1,
    max_size=6,
)


@FEW
@given(STREAMS, st.none() | st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 99)))
def test_any_stream_is_judged_soundly(
    kinds: list[tuple[str, int, float, float]], mask: tuple[int, int, int] | None
) -> None:
    ignored = None if mask is None else np.random.default_rng(mask[2]).random(mask[:2]) < 0.5
    state = State()
    for t, image in pictures(kinds):
        state, quality = picture.step(LIMITS, state, t, image, ignored)
        assert quality.usable == (not {"frozen", "dark", "over_exposed", "covered"} & set(quality.reasons))
        assert len(set(quality.reasons)) == len(quality.reasons)


@FEW
@given(STREAMS)
def test_a_mirrored_stream_gives_the_same_reasons(kinds: list[tuple[str, int, float, float]]) -> None:
    one, other = State(), State()
    for t, image in pictures([kind for kind in kinds if kind[0] != "large"]):
        one, said = picture.step(LIMITS, one, t, image)
        other, mirrored = picture.step(LIMITS, other, t, np.ascontiguousarray(image[:, ::-1]))
        assert said == mirrored


@FEW
@given(st.floats(0.1, 0.6), st.integers(0, 3))
def test_a_slow_drift_of_brightness_is_no_fault_until_it_is_dark(darkest: float, seed: int) -> None:
    watch = Watch(view=room(seed, (256, 192)), rate=1.0)
    watch.see(30)
    said = watch.see(120, lambda view, age: np.asarray(view * (1 - (1 - darkest) * age / 120), np.uint8))
    assert reasons(said) <= {"dark"}
    assert "dark" not in reasons(said) or float(watch.view.mean()) * darkest < 30


@FEW
@given(st.sampled_from(["black", "white", "grey", "moved", "blurred"]), st.sampled_from([0.0, 2.0]))
def test_the_rate_of_pictures_does_not_matter(kind: str, sigma: float) -> None:
    verdicts, delays = [], []
    for rate in (2.0, 10.0):
        watch = Watch(view=ROOMS["room"], rate=rate)
        watch.see(25)
        said = watch.see(15, lambda *_: ROOMS[kind], sigma=sigma)
        verdicts.append(reasons(said) - {"frozen"})
        delays.append([first(said, reason) or 0.0 for reason in sorted(verdicts[-1])])
    assert verdicts[0] == verdicts[1] != set()
    assert np.allclose(delays[0], delays[1], atol=1.0)
