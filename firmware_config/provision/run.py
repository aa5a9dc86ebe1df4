"""One run: see that a good configuration is in use, take a newer one from the card, say what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from firmware_config.bundle import card, contents
from firmware_config.bundle.boot import STATUS
from firmware_config.bundle.refused import RefusedError
from firmware_config.bundle.verify import Bundle, Expected, Sealed, opened
from firmware_config.disk import Files, replace_file
from firmware_config.provision.outcome import Outcome, Result
from firmware_config.provision.store import Store

MOST_STATUS_BYTES = 16 * 1024


def provision(store: Store, cards: Sequence[Path]) -> Outcome:
    """Install the bundle of the first card that has one. Whatever is wrong with it, the box keeps the last good one."""
    good, restored = _last_good(store)
    place = next((place for place in cards if card.holds_bundle(store.files, place)), None)
    if place is None:
        said = "There is no bundle on the card." if good is None else "There is no new bundle on the card."
        return replace(_said(Result.UNCHANGED, said, good), restored=restored)
    outcome = _from_card(store, place / contents.FOLDER, good)
    return replace(outcome, restored=restored and outcome.result is not Result.INSTALLED)


def write_status(files: Files, place: Path, outcome: Outcome, written_at: str) -> None:
    """Say it on the card.

    Raises:
        OSError: the card cannot be written.
    """
    text = outcome.as_text().encode()
    path = place / f"{STATUS}.txt"
    if files.is_file(path) and files.read(path, MOST_STATUS_BYTES) == text:
        return  # mostly nothing is new, and a card wears
    replace_file(files, place / f"{STATUS}.json", outcome.as_json(written_at).encode())
    replace_file(files, path, text)


def _last_good(store: Store) -> tuple[Bundle | None, bool]:
    """What is in use, restored where it was damaged; whether it had to be."""
    linked = store.in_use()
    others = sorted(store.generations(), reverse=True)
    for generation in [*([linked] if linked is not None else []), *(each for each in others if each != linked)]:
        if (bundle := store.intact(generation)) is not None:
            try:
                store.use(generation) if generation != linked else store.join()
            except OSError:
                if generation != linked:
                    continue
            return bundle, linked is not None and generation != linked
    return None, False


def _from_card(store: Store, folder: Path, good: Bundle | None) -> Outcome:
    try:
        sealed = card.read(store.files, folder)
        if good is not None and sealed.manifest == good.sealed.manifest:
            _scrub(store.files, folder)
            return _said(Result.UNCHANGED, "The bundle on the card is in use.", good)
        bundle = opened(sealed, _expected(store, sealed, good))
    except RefusedError as refusal:
        return replace(_said(Result.REFUSED, str(refusal), good), reason=refusal.fault.value)
    except OSError as fault:
        return _said(Result.FAILED, f"The card cannot be read ({fault.strerror}): try another card.", good)
    try:
        _install(store, bundle)
    except OSError as fault:
        said = f"The bundle is good, but the box cannot keep it ({fault.strerror}): is its disk full or broken?"
        return _said(Result.FAILED, said, bundle if store.in_use() == bundle.manifest.generation else good)
    _scrub(store.files, folder)
    return _said(Result.INSTALLED, "The bundle from the card was taken and is in use.", bundle)


def _install(store: Store, bundle: Bundle) -> None:
    store.trust(bundle.key)
    generation = bundle.manifest.generation
    if store.intact(generation) is None:
        store.stage(bundle)
    store.use(generation)
    store.tidy()


def _expected(store: Store, sealed: Sealed, good: Bundle | None) -> Expected:
    """What a box takes; the bundle whose installation broke off, or which was damaged since, it takes once more."""
    highest = max(store.generations(), default=0)
    again = highest > 0 and store.manifest(highest) == sealed.manifest
    return Expected(
        store.trusted(),
        good.manifest.facility if good else None,
        good.manifest.device if good else None,
        highest - 1 if again else highest,
    )


def _scrub(files: Files, folder: Path) -> None:
    try:
        card.scrub(files, folder)
    except OSError as fault:
        print(f"carepose-provision: the keys on the card could not be removed: {fault.strerror}")  # noqa: T201


def _said(result: Result, sentence: str, used: Bundle | None) -> Outcome:
    if used is None:
        return Outcome(result, sentence)
    manifest = used.manifest
    return Outcome(result, sentence, manifest.facility, manifest.device, manifest.generation)
