"""How a browser is started: plain data, for those that start none."""

from typing import Literal

import attrs

from helios_renders.capture.sandbox import Sandbox

NO_PROXY = "http://127.0.0.1:9"
"""Where nobody answers: the port of the discard service (RFC 863)."""
Gpu = Literal["auto", "on", "off"]
# SwiftShader for WebGL: a graphics card's driver would decide about pixels.
BY_PROCESSOR = ("--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
_GRAPHICS_ARGUMENTS: dict[Gpu, tuple[str, ...]] = {
    "auto": BY_PROCESSOR,
    # A driver that Chromium has on its list of doubtful ones is what the person asked for.
    "on": ("--enable-gpu", "--ignore-gpu-blocklist"),
    "off": BY_PROCESSOR,
}


@attrs.frozen
class LaunchOptions:
    """Which browser, in which sandbox, and what it may reach."""

    executable: str
    sandbox: Sandbox
    only_host: str | None = None
    """The one `host:port` that pages may reach; None for all."""
    gpu: Gpu = "auto"
    """Whether a graphics card draws: only with `on`; `auto` is what gives the same pixels everywhere."""
    pixel_ratio: float = 1.0
    """How many pixels of a picture a CSS pixel is wide and high."""

    @property
    def graphics_arguments(self) -> tuple[str, ...]:
        """Arguments that say who draws."""
        return _GRAPHICS_ARGUMENTS[self.gpu]

    @property
    def screen_arguments(self) -> tuple[str, ...]:
        """Arguments for a screen with that many pixels: on an emulated one, boxes snap to CSS pixels."""
        return () if self.pixel_ratio == 1 else (f"--force-device-scale-factor={self.pixel_ratio:g}",)

    def network_arguments(self, *more_hosts: str) -> tuple[str, ...]:
        """Arguments that keep the whole browser from all but `only_host` and `more_hosts`.

        By a proxy that is not there, because that holds for redirects, WebSockets and workers too, which
        requests intercepted one by one do not. `<-loopback>` takes this machine in; WebRTC would go by
        UDP, past every proxy.
        """
        if self.only_host is None:
            return ()
        reachable = ";".join(("<-loopback>", self.only_host, *more_hosts))
        return (
            f"--proxy-server={NO_PROXY}",
            f"--proxy-bypass-list={reachable}",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        )
