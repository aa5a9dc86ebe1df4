"""Why there is no connection, in one line with what to do about it."""

from __future__ import annotations

import socket
import ssl

from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.mqtt.settings import BrokerSettings

_REFUSALS = {
    0x84: ("does not speak MQTT {protocol}", "set broker.protocol to the other version"),
    0x85: ("does not accept this client id", "allow client ids longer than 23 characters on the broker"),
    0x86: ("refuses user name or password", "check broker.username and the password file"),
    0x87: ("does not let this device in", "check its user, its certificate and the broker's access list"),
    0x88: ("is not ready", "look at the broker"),
    0x89: ("is busy", "look at the broker"),
    0x8A: ("has banned this device", "look at the broker"),
}
"""By CONNACK reason code of MQTT 5; paho translates those of 3.1.1."""


class FileFaultError(OSError):
    """A file that the connection needs cannot be read."""


def refused(reason: ReasonCode, settings: BrokerSettings) -> str:
    """The broker answered, and said no."""
    what, remedy = _REFUSALS.get(reason.value, (f"refuses the connection: {reason}", "look at the broker's log"))
    return f"The broker {settings.address} {what.format(protocol=settings.protocol)} ({remedy})."


def unanswered(settings: BrokerSettings) -> str:
    """The connection was closed before the broker had answered."""
    if settings.ca is not None and settings.certificate is None:
        remedy = "it may ask for a client certificate: set broker.tls.certificate and key"
    elif settings.ca is not None:
        remedy = "it may not accept this device's certificate: check who signed it and until when it is valid"
    else:
        remedy = "it may ask for TLS: set broker.tls.ca; or it may not be an MQTT broker"
    return f"The broker {settings.address} closed the connection without an answer ({remedy})."


def explain(error: Exception, settings: BrokerSettings) -> str:  # noqa: PLR0911 - one line for each fault
    """The connection could not be made."""
    where = settings.address
    match error:
        case FileFaultError():
            return f"{error}."
        case socket.gaierror():
            return (
                f"The broker's name {settings.host!r} is not known (check broker.host and the network's name server)."
            )
        case ssl.SSLCertVerificationError() if error.verify_code in {62, 64}:
            return f"The certificate of {where} is for another name (set broker.host to the name in it)."
        case ssl.SSLCertVerificationError() if error.verify_code in {9, 10}:
            return f"The certificate of {where} is not valid now (renew it, or set this device's clock)."
        case ssl.SSLCertVerificationError():
            return f"The certificate of {where} is not signed by our CA: {error.verify_message} (check broker.tls.ca)."
        case ssl.SSLError():
            reason = (getattr(error, "reason", None) or "no reason given").replace("_", " ").lower()
            return f"TLS with {where} failed: {reason} (check that this port speaks TLS, and the device's certificate)."
        case ConnectionRefusedError():
            return f"Nothing listens at {where} (check broker.port, and that the broker runs)."
        case ConnectionError() if settings.ca is not None:
            return f"{where} ended the connection within TLS (check that this port speaks TLS)."
        case TimeoutError():
            return f"{where} does not answer (check broker.host, the network and the firewall)."
        case _:
            return f"{where} cannot be reached: {error} (check the network)."
