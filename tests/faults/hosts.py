"""Who renders: a command in a terminal, or the daemon of an editor; both as real processes."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import attrs

import helios_renders
from cli.terminal import hear_signals
from faults.events import EventLog
from faults.request import Host, Request
from faults.tapped import EVENTS, MEMORY
from server.commands import TESTS
from server.wire_client import WireClient, running

TAPPED = (sys.executable, "-P", "-m", "faults.tapped")
EDITOR = (sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])")
"""Starts the daemon as its child, with the wire in the hands of both."""
END_SECONDS = 20


@attrs.frozen
class Outcome:
    """How a render ended, as its host tells."""

    state: str
    """`done`, `failed`, `cancelled`, or `dead` when nobody is left to tell."""
    code: str = ""
    message: str = ""
    sha256: str = ""
    warnings: tuple[str, ...] = ()


DEAD = Outcome("dead")


class Running(Protocol):
    """A render that was asked for."""

    @property
    def pid(self) -> int:
        """The process whose death is the host's."""

    async def cancel(self) -> None:
        """Asks for the end, without waiting for it."""

    async def hang_up(self) -> None:
        """Closes the host's end of the pipes."""

    async def outcome(self) -> Outcome:
        """How it ended, when its processes' head has ended or told the end."""


def running_render(request: Request, events: EventLog) -> AbstractAsyncContextManager[Running]:
    """Asks the request's host for the render; its process has ended afterwards."""
    return _command(request) if request.host is Host.TERMINAL else _daemon(request)


def environment(request: Request) -> dict[str, str]:
    """Of the code that these tests import, with everything that it may write in the request's folders."""
    path = os.pathsep.join((str(TESTS), str(Path(helios_renders.__file__).parents[1])))
    return {
        "PYTHONPATH": path,
        "TMPDIR": str(request.temporary),
        "HELIOS_DATA_DIR": str(request.data),
        "HELIOS_CACHE_DIR": str(request.data / "cache"),
        "HELIOS_CACHE_BYTES": str(2**30),
        EVENTS: str(request.pipe),
        MEMORY: str(request.memory),
    }


@attrs.define
class _Command:
    process: asyncio.subprocess.Process
    output: asyncio.Task[tuple[bytes, bytes]]

    @property
    def pid(self) -> int:
        return self.process.pid

    async def cancel(self) -> None:
        self.process.send_signal(signal.SIGINT)

    async def hang_up(self) -> None:
        raise NotImplementedError("A terminal's end is not told by its pipes.")

    async def outcome(self) -> Outcome:
        out, err = await asyncio.shield(self.output)
        if self.process.returncode == -signal.SIGKILL:
            return DEAD
        assert b"Traceback" not in err, err.decode()
        objects = [json.loads(line) for line in out.splitlines()]
        last = objects[-1] if objects else {"type": "nothing"}
        if last["type"] == "result":
            assert self.process.returncode == 0, self.process.returncode
            return Outcome("done", sha256=last["sha256"], warnings=tuple(last["warnings"]))
        assert last["type"] == "error", (objects, err.decode())
        state, code = ("cancelled", 130) if last["code"] == "cancelled" else ("failed", None)
        assert self.process.returncode in ((code,) if code else (1, 2)), (self.process.returncode, last)
        return Outcome(state, last["code"], _with_details(last))


@asynccontextmanager
async def _command(request: Request) -> AsyncIterator[_Command]:
    options = [_argument(name, value) for name, value in request.options.items()]
    process = await asyncio.create_subprocess_exec(
        *(*TAPPED, "render", str(request.page), "--json", f"--output={request.output}", *options),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=request.videos,
        env={**os.environ, **environment(request)},
        preexec_fn=hear_signals,
    )
    output = asyncio.create_task(process.communicate())
    try:
        yield _Command(process, output)
    finally:
        if process.returncode is None:
            process.kill()
        await asyncio.wait_for(output, END_SECONDS)


@attrs.define
class _Daemon:
    wire: WireClient
    job_id: str

    @property
    def pid(self) -> int:
        return self.wire.process.pid

    async def cancel(self) -> None:
        self.wire.ask("helios/render/cancel", {"jobId": self.job_id})

    async def hang_up(self) -> None:
        assert self.wire.process.stdin is not None
        self.wire.process.stdin.close()

    async def outcome(self) -> Outcome:
        """As the daemon told; `dead` when it ended without telling."""
        while (job := self._last()) is None:
            if self.wire.closed:
                return DEAD
            # The wire's own client waits for one message of a kind, and here the end may come as well.
            await asyncio.sleep(0.02)
        error, result = job["error"] or {}, job["result"] or {}
        # Paused by a full disk: nothing goes on, and why is told as of a failure.
        state = "failed" if job["state"] == "paused" else job["state"]
        return Outcome(
            state,
            error.get("code", ""),
            _with_details(error) if error else "",
            result.get("sha256", ""),
            tuple(result.get("warnings", ())),
        )

    def _last(self) -> dict[str, Any] | None:
        jobs = [changed["job"] for changed in self.wire.notifications("helios/render/changed")]
        finished = ("done", "failed", "cancelled", "interrupted", "paused")
        return next((job for job in jobs if job["id"] == self.job_id and job["state"] in finished), None)


@asynccontextmanager
async def _daemon(request: Request) -> AsyncIterator[_Daemon]:
    daemon = (*TAPPED, "serve", "--stdio")
    command = daemon if request.host is Host.EDITOR else (*EDITOR, *daemon)
    async with running(command, request.videos, environment(request)) as wire:
        await wire.initialize(processId=os.getpid() if request.host is Host.EDITOR else wire.process.pid)
        params = {"composition": str(request.page), "output": str(request.video), **request.options}
        job_id = (await wire.result("helios/render/start", params))["jobId"]
        yield _Daemon(wire, job_id)


def _argument(name: str, value: object) -> str:
    words = re.sub("[A-Z]", lambda match: f"-{match[0].lower()}", name)
    return f"--{words}" if value is True else f"--{words}={value}"


def _with_details(error: Mapping[str, Any]) -> str:
    return "\n".join((error["message"], error["advice"], *error["details"]))
