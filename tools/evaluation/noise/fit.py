"""From what was seen of rendered people to a noise model of few numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.evaluation.noise.exactly import BODY, GROUP_OF, GROUPS, Held
from tools.scenes.light import LIGHTS

Floats = NDArray[np.float64]
Seen = Mapping[str, NDArray[Any]]

GROSS_TORSOS = 0.5
"""Median distance of the body's joints beyond which a pose is on the person and yet wrong as a whole."""
SMALL_PX = 38.0
"""Torso length below which somebody is far away."""
FEWEST = 12
"""Looks below which a number is taken from all postures together."""
LAGS_S = (0.1, 1.0)


def fitted(seen: Seen) -> dict[str, Any]:
    """The model as JSON says it; lengths in torso lengths of the person (world: metres), times in seconds."""
    there = np.flatnonzero((seen["person"] >= 0) & seen["usable"])
    torso = seen["torso_px"][there]
    error = (seen["given"][there, :, :2] - seen["exact"][there]) / torso[:, None, None]
    away = np.median(np.linalg.norm(error[:, list(BODY)], axis=2), axis=1)
    lost = np.isnan(away)
    gross = ~lost & (away > GROSS_TORSOS)
    held, light, size = seen["held"][there], seen["light"][there], np.where(torso < SMALL_PX, "far", "near")
    state = np.where(lost, 2, np.where(gross, 1, 0))
    run = _runs(seen, there)
    said: dict[str, Any] = {"unit": "torso lengths (world: metres), seconds", "postures": {}}
    good = state == 0
    score, shown = seen["given"][there, :, 2], seen["shown"][there]
    for kind in Held:
        of = held == kind.value
        said["postures"][kind.value] = {
            "looks": int(of.sum()),
            "median_error": _number(np.median(away[of & ~lost])) if (of & ~lost).any() else None,
            "lost": _share(lost[of]) | {"lasts_s": _lasts(state == 2, of, run, seen["t"][there])},
            "gross": _share(gross[of]) | {"lasts_s": _lasts(state == 1, of, run, seen["t"][there])},
            "detected_while_lost": _number(seen["bare"][there][of & lost].mean()) if (of & lost).any() else 0.0,
            "joints": {
                name: _joints(
                    error, seen["world"][there], score, shown, _enough(good & of, good), np.asarray(index == GROUP_OF)
                )
                for index, name in enumerate(GROUPS)
            },
            "gross_sd": {
                name: _rms(error[_enough(gross & of, gross)][:, index == GROUP_OF]) for index, name in enumerate(GROUPS)
            },
        }
    hidden = ~shown[good]
    said["hidden"] = {
        "joints": int(hidden.sum()),
        "sd": _rms(error[good][hidden]),
        "score": [_number(score[good][hidden].mean()), _number(score[good][hidden].std())]
        if hidden.any()
        else [0.5, 0.2],
        "note": "of all groups and postures, for those seen hidden too seldom",
    }
    said["correlation"] = _correlation(error, run, seen["t"][there], good)
    said["shared"] = _shared(error[good])
    expected = {kind: float(lost[held == kind].mean()) for kind in set(held.tolist())}
    usual = np.array([expected[kind] for kind in held.tolist()])
    said["lost_by_light"] = {name: _ratio(lost, usual, light == name) for name in LIGHTS}
    said["lost_by_size"] = {name: _ratio(lost, usual, size == name) for name in ("near", "far")}
    said["error_by_size"] = {
        name: _number(np.median(away[good & (size == name)]) / np.median(away[good]))
        for name in ("near", "far")
        if (good & (size == name)).any()
    }
    pose = seen["score"][there][good]
    said["pose_score"] = {"mean": _number(pose.mean()), "sd": _number(pose.std())}
    said["ghosts"] = {
        "per_hour": _number(
            float(seen["ghosts"].sum()) / (len(np.unique(np.stack((seen["case"], seen["t"])), axis=1).T) / 36_000.0)
        ),
        "note": "poses that belong to nobody, counted by instants of 0.1 s as an hour of them",
    }
    return said


def _number(value: Any) -> float:  # noqa: ANN401
    return round(float(value), 4)


def _share(which: NDArray[np.bool_]) -> dict[str, float]:
    return {"share": _number(which.mean()) if len(which) else 0.0}


def _enough(which: NDArray[np.bool_], otherwise: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return which if which.sum() >= FEWEST else otherwise


def _rms(values: NDArray[Any]) -> float:
    """Root mean square of one axis."""
    finite = values[np.isfinite(values)]
    return _number(np.sqrt(np.mean(finite**2))) if len(finite) else 0.0


def _joints(
    error: NDArray[Any],
    world: NDArray[Any],
    score: NDArray[Any],
    shown: NDArray[np.bool_],
    which: NDArray[np.bool_],
    joints: NDArray[np.bool_],
) -> dict[str, Any]:
    e, w, s, v = error[which][:, joints], world[which][:, joints], score[which][:, joints], shown[which][:, joints]
    hidden = ~v
    return {
        "sd": _rms(e[v]),
        "sd_hidden": _rms(e[hidden]) if hidden.sum() >= FEWEST else None,
        "hidden": int(hidden.sum()),
        "world_sd": [_rms(w[..., axis]) for axis in range(3)],
        "score": [_number(s[v].mean()), _number(s[v].std())] if v.any() else [0.5, 0.2],
        "score_hidden": [_number(s[hidden].mean()), _number(s[hidden].std())] if hidden.sum() >= FEWEST else None,
    }


def _runs(seen: Seen, there: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of the person's recording each look belongs to."""
    return (seen["case"][there] * 10 + seen["person"][there]).astype(np.int64)


def _lasts(state: NDArray[np.bool_], of: NDArray[np.bool_], run: NDArray[np.int64], t: Floats) -> float:
    """Mean seconds of an episode that begins in this posture."""
    lengths: list[float] = []
    for number in np.unique(run):
        mine = np.flatnonzero(run == number)
        began: float | None = None
        kept = False
        for at in mine:
            if state[at] and began is None:
                began, kept = float(t[at]), bool(of[at])
            elif not state[at] and began is not None:
                if kept:
                    lengths.append(float(t[at]) - began)
                began = None
        if began is not None and kept:
            lengths.append(float(t[mine[-1]]) - began + 0.1)
    return _number(np.mean(lengths)) if lengths else 0.1


def _correlation(error: NDArray[Any], run: NDArray[np.int64], t: Floats, good: NDArray[np.bool_]) -> dict[str, Any]:
    """The share of the error that lasts, and its time constant, by two lags: r(lag) = share exp(-lag / tau)."""
    found = []
    for lag in LAGS_S:
        over, under = [], []
        for number in np.unique(run):
            mine = np.flatnonzero((run == number) & good)
            times = {round(float(t[at]), 2): at for at in mine}
            pairs = [(at, times[key]) for at in mine if (key := round(float(t[at]) + lag, 2)) in times]
            if pairs:
                a, b = (error[[pair[i] for pair in pairs]][:, list(BODY)] for i in (0, 1))
                over.append((a * b).mean() * len(pairs))
                under.append(((a**2).mean() + (b**2).mean()) / 2 * len(pairs))
        found.append(sum(over) / sum(under))
    tau = (LAGS_S[1] - LAGS_S[0]) / np.log(found[0] / found[1]) if found[0] > found[1] > 0 else 1.0
    share = min(1.0, found[0] * np.exp(LAGS_S[0] / tau))
    return {
        "r": {f"{lag:g} s": _number(r) for lag, r in zip(LAGS_S, found, strict=True)},
        "lasting_share": _number(share),
        "tau_s": _number(tau),
    }


def _shared(error: NDArray[Any]) -> float:
    """The share of the body's error that all its joints have in common."""
    body = error[:, list(BODY)]
    return _number(np.nanmean(body.mean(axis=1) ** 2) / np.nanmean(body**2))


def _ratio(lost: NDArray[np.bool_], usual: Floats, which: NDArray[np.bool_]) -> float:
    """How many times as often somebody is lost as the postures alone would say."""
    return _number(lost[which].mean() / max(usual[which].mean(), 1e-6)) if which.any() else 1.0
