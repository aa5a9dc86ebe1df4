"""An RTSP server for `tests.fakes.rtsp`: run by the system's Python, for which Debian builds GStreamer's bindings.

Arguments: a file of raw I420 pictures, their width, height and rate, a port (0: any), and optionally `basic` or
`digest`, a user and a password. Prints its port, and plays the pictures for ever at /room.
"""

# mypy: ignore-errors
from __future__ import annotations

import sys

PLAYS = (
    "( multifilesrc location={path} loop=true ! rawvideoparse format=i420 width={width} height={height} "
    "framerate={fps}/1 ! identity sync=true ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max={fps} "
    "! rtph264pay name=pay0 pt=96 config-interval=1 )"
)


def main(path: str, width: str, height: str, fps: str, port: str, *login: str) -> None:
    import gi  # noqa: PLC0415 - in no environment of ours

    for name in ("Gst", "GstRtsp", "GstRtspServer"):
        gi.require_version(name, "1.0")
    from gi.repository import GLib, Gst, GstRtspServer  # noqa: PLC0415

    Gst.init(None)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(PLAYS.format(path=path, width=width, height=height, fps=fps))
    factory.set_shared(True)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    if login:
        guard(server, factory, *login)
    server.get_mount_points().add_factory("/room", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)  # noqa: T201
    GLib.MainLoop().run()


def guard(server, factory, method: str, user: str, password: str) -> None:  # noqa: ANN001
    from gi.repository import GstRtsp, GstRtspServer  # noqa: PLC0415

    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "guest")
    if method == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("guest", "media.factory.access", True)  # noqa: FBT003
    permissions.add_permission_for_role("guest", "media.factory.construct", True)  # noqa: FBT003
    factory.set_permissions(permissions)


if __name__ == "__main__":
    main(*sys.argv[1:])
