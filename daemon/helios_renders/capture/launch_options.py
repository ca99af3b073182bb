"""How a browser is started: plain data, for those that start none."""

import attrs

from helios_renders.capture.sandbox import Sandbox

NO_PROXY = "http://127.0.0.1:9"
"""Where nobody answers: the port of the discard service (RFC 863)."""


@attrs.frozen
class LaunchOptions:
    """Which browser, in which sandbox, and what it may reach."""

    executable: str
    sandbox: Sandbox
    only_host: str | None = None
    """The one `host:port` that pages may reach; None for all."""

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
