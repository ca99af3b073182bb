"""The daemon's process: from standard input to the exit code."""

import asyncio
import logging
import signal

from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.runs import RenderFunction
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.room import free_bytes
from helios_renders.server import logs
from helios_renders.server.app import Ending, HeliosServer
from helios_renders.server.framing import FrameDecoder
from helios_renders.server.handlers import serve_requests
from helios_renders.server.lifeline import end_within
from helios_renders.server.stdio import WireWriter, private_stdio, start_reading

logger = logging.getLogger(__name__)

END_SECONDS = 1.6
"""How long ending all jobs may take when the editor is gone; then everything is killed.

The editor's client kills a daemon two seconds after it asked for its end, and that cleans nothing up.
"""
DRAIN_SECONDS = 1.0


def serve(render: RenderFunction = RenderOrchestrator.render) -> int:
    """Serve an editor over standard input and output until it goes away; returns the exit code.

    0 after `shutdown` and `exit`, and when the editor is simply gone; 1 for `exit` without `shutdown`.
    """
    return asyncio.run(_serve(render, *private_stdio()))


async def _serve(render: RenderFunction, stdin: int, stdout: int) -> int:
    server = HeliosServer(RenderManager(render, free_bytes=free_bytes))
    serve_requests(server)
    writer = WireWriter(stdout, lambda: server.leave(Ending.BROKEN_OUTPUT))
    server.protocol.set_writer(writer)
    logs.configure(server.window_log_message, lambda: server.protocol.initialized)
    logging.getLogger(logs.PROJECT).addHandler(server.lines)
    _leave_on_signals(server)
    start_reading(stdin, _Receiver(server))

    ending = await server.ending
    end_within(END_SECONDS)
    logger.info("Helios ends: %s.", ending.value)
    await server.close()
    writer.close()
    await writer.drained(DRAIN_SECONDS)
    return 1 if ending is Ending.EXIT and not server.protocol.shut_down else 0


class _Receiver:
    """Takes what arrives on standard input to the server."""

    def __init__(self, server: HeliosServer) -> None:
        self._server = server
        self._decoder = FrameDecoder()

    def __call__(self, piece: bytes) -> None:
        # Each message on its own turn of the loop, so that an error in one does not lose the next.
        loop = asyncio.get_running_loop()
        dropped = self._decoder.dropped
        for body in self._decoder.feed(piece):
            loop.call_soon(self._receive, body)
        if self._decoder.dropped > dropped:
            logger.warning("Ignored %d bytes that are no message.", self._decoder.dropped - dropped)
        if not piece:
            loop.call_soon(self._server.leave, Ending.END_OF_INPUT)

    def _receive(self, body: bytes) -> None:
        if not self._server.ending.done():
            self._server.protocol.receive(body)


def _leave_on_signals(server: HeliosServer) -> None:
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, server.leave, Ending.SIGNAL)
        except NotImplementedError:
            # Windows: a closed pipe is how an editor ends the daemon there.
            return
