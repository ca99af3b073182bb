"""`helios` itself, whose renders also tell every event to the pipe that HELIOS_TEST_EVENTS names.

One JSON object a line: the event's class, when it was told (`time.monotonic`), its fields; at last `Over`.
HELIOS_TEST_MEMORY is the folder that stands for the machine's memory (`/dev/shm`).
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from helios_renders.render import scratch
from helios_renders.render.events import RenderEvent
from helios_renders.render.executor import OnEvent
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.result import RenderResult
from helios_renders.wire import make_converter

EVENTS = "HELIOS_TEST_EVENTS"
MEMORY = "HELIOS_TEST_MEMORY"


def tap() -> None:
    """Lets every render of this process tell its events; before anybody else takes hold of `render`."""
    pipe = os.open(os.environ[EVENTS], os.O_WRONLY)
    converter = make_converter()
    render = RenderOrchestrator.render

    def tell(name: str, fields: dict[str, Any]) -> None:
        line = json.dumps({"event": name, "at": time.monotonic(), "fields": fields})
        os.write(pipe, line.encode() + b"\n")

    async def tapped(options: DistributedRenderOptions, on_event: OnEvent) -> RenderResult:
        def hear(event: RenderEvent) -> None:
            on_event(event)
            tell(type(event).__name__, converter.unstructure(event))

        try:
            return await render(options, hear)
        finally:
            tell("Over", {})

    setattr(RenderOrchestrator, "render", staticmethod(tapped))  # noqa: B010 - mypy knows no other method


if __name__ == "__main__":
    tap()
    scratch.MEMORY_FOLDER = Path(os.environ[MEMORY])
    scratch.MEMORY_ROOM = 0
    # Only now, because the render manager takes `render` when it is imported.
    from helios_renders.cli import main

    sys.exit(main())
