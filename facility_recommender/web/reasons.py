"""Why a room is not watched, or not well: from a key to plain words, English and Italian.

A key that nobody wrote words for is shown as it is, never hidden: a device may be newer than this page.
"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "it")

_WORDS: Mapping[str, tuple[str, str]] = {
    # --- found here ---
    "offline": ("the device is not connected", "il dispositivo non è collegato"),
    "silent": ("the device has gone silent", "il dispositivo non dà più notizie"),
    "unknown": ("no device says that it watches here", "nessun dispositivo dice di osservare qui"),
    "no_report": ("no word of the camera for too long", "da troppo tempo nessuna notizia della telecamera"),
    "not_seen": ("no usable picture for too long", "da troppo tempo nessuna immagine utilizzabile"),
    "pause_overdue": ("the pause should be over", "la pausa dovrebbe essere finita"),
    "no_broker": ("no connection to the broker", "nessun collegamento al broker"),
    "clock_free": ("the device's clock is not set", "l'orologio del dispositivo non è regolato"),
    "clock_wrong": (
        "the device's clock and ours differ",
        "l'orologio del dispositivo e il nostro non concordano",
    ),
    # --- no picture at all ---
    "starting": ("the camera is starting", "la telecamera si sta avviando"),
    "stopping": ("the device is being stopped", "il dispositivo si sta spegnendo"),
    "no_pictures": ("no pictures arrive", "non arrivano immagini"),
    "camera_missing": ("no camera found", "telecamera non trovata"),
    "camera_refused": ("the camera lets nobody in", "la telecamera rifiuta l'accesso"),
    "unreachable": ("the camera cannot be reached", "la telecamera non è raggiungibile"),
    "reconnecting": ("connecting to the camera again", "nuovo collegamento alla telecamera"),
    "camera_stalled": ("the camera is stuck", "la telecamera è bloccata"),
    "paused": ("paused", "in pausa"),
    "recording_ended": ("the recording is over", "la registrazione è finita"),
    # --- pictures that cannot be used ---
    "frozen": ("the picture stands still", "l'immagine è ferma"),
    "dark": ("too dark", "troppo buio"),
    "over_exposed": ("too bright", "troppa luce"),
    "covered": ("the camera is covered", "la telecamera è coperta"),
    # --- pictures that can, but poorly ---
    "blurred": ("the picture is blurred", "l'immagine è sfocata"),
    "moved": ("the camera was moved", "la telecamera è stata spostata"),
    "hot": ("the device is too hot", "il dispositivo è troppo caldo"),
    "blanket": ("somebody is covered: what they do cannot be told", "una persona è coperta: non si può dire cosa fa"),
    "too_far": ("somebody is too far away to be measured", "una persona è troppo lontana per essere misurata"),
    "weak_keypoints": ("somebody is not seen well", "una persona non si vede bene"),
    "falls_off": ("falls are not watched here", "qui le cadute non sono sorvegliate"),
    # --- the device itself ---
    "aiming": (
        "an installer is aiming the camera, and nobody is watched",
        "un installatore sta orientando la telecamera e nessuno è osservato",
    ),
    "configuration_refused": (
        "the device's new configuration cannot be used; the last good one goes on",
        "la nuova configurazione del dispositivo non è utilizzabile; resta in uso l'ultima buona",
    ),
    "disk_low": ("the device's disk is nearly full", "il disco del dispositivo è quasi pieno"),
    "under_voltage": ("the device's power supply is too weak", "l'alimentazione del dispositivo è troppo debole"),
    "stalled": ("a part of the device is stuck", "una parte del dispositivo è bloccata"),
    "outbox_dropping": (
        "the device had to drop events that nobody fetched",
        "il dispositivo ha dovuto scartare eventi che nessuno ha ritirato",
    ),
    "swap": ("the device could write memory to its disk", "il dispositivo potrebbe scrivere la memoria sul disco"),
    # --- who paused ---
    "request": ("on request", "su richiesta"),
    "file": ("by a file on the device", "da un file sul dispositivo"),
    "schedule": ("by schedule", "da programma"),
    "button": ("by the button on the device", "con il pulsante sul dispositivo"),
}


def why(key: str, language: str = "en") -> str:
    """The words for a key.

    >>> why("covered"), why("covered", "it"), why("lens_fogged", "it")
    ('the camera is covered', 'la telecamera è coperta', 'lens fogged')
    """
    return _WORDS[key][LANGUAGES.index(language)] if key in _WORDS else key.replace("_", " ")
