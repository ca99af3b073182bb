"""The daemon never outlives its editor, and says in its exit code how it ended."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from helios_renders.server import lifeline
from helios_renders.server.lifeline import process_end
from server.commands import STUB_DAEMON, environment
from server.wire_client import WireClient, frame, running

END_SECONDS = 30.0
PARENT = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])"]
"""Starts the daemon as its child, with the wire in the hands of both."""


async def begin(wire: WireClient, page: Path, **props: Any) -> str:
    """Start a render and wait until it captures frames."""
    params = {"composition": str(page), "outputFolder": str(page.parent), "props": props}
    job_id = str((await wire.result("helios/render/start", params))["jobId"])
    await wire.find(lambda message: "'phase': 'rendering'" in str(message), "the render to begin")
    return job_id


async def ends_in_time(end: Awaitable[Any]) -> Any:
    began = time.monotonic()
    value = await end
    assert time.monotonic() - began < END_SECONDS
    return value


@pytest.fixture
async def busy(wire: WireClient, page: Path) -> WireClient:
    """A daemon with one render under way and one waiting."""
    params = {"composition": str(page), "outputFolder": str(page.parent)}
    await begin(wire, page, hold=True)
    await wire.result("helios/render/start", params)
    return wire


async def both_are_interrupted(busy: WireClient) -> None:
    """Make sure that the editor heard of it before the end."""
    await busy.hang_up()
    states = [changed["job"]["state"] for changed in busy.notifications("helios/render/changed")]
    assert states.count("interrupted") == 2


async def test_shutdown_and_exit_end_it_with_0(busy: WireClient) -> None:
    assert await busy.result("shutdown") is None
    assert (await busy.error("helios/renders"))["code"] == -32600
    busy.notify("exit")
    assert await ends_in_time(busy.exit_code()) == 0
    await both_are_interrupted(busy)


async def test_shutdown_and_exit_in_one_breath_end_it_with_0(wire: WireClient) -> None:
    wire.ask("shutdown")
    wire.notify("exit")
    assert await ends_in_time(wire.exit_code()) == 0


async def test_exit_without_shutdown_ends_it_with_1(busy: WireClient) -> None:
    busy.notify("exit")
    assert await ends_in_time(busy.exit_code()) == 1


async def test_exit_before_initialize_ends_it_with_1() -> None:
    async with running() as wire:
        wire.notify("exit")
        assert await wire.exit_code() == 1


async def test_the_end_of_input_ends_it_with_0(busy: WireClient) -> None:
    assert busy.process.stdin is not None
    busy.process.stdin.close()
    assert await ends_in_time(busy.exit_code()) == 0
    await both_are_interrupted(busy)
    assert b"Traceback" not in busy.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_ends_it_in_order(wire: WireClient, page: Path, number: signal.Signals) -> None:
    await begin(wire, page, hold=True)
    wire.process.send_signal(number)
    assert await ends_in_time(wire.exit_code()) == 0
    assert b"Traceback" not in wire.stderr


async def test_an_editor_that_does_not_read_any_more_ends_it(busy: WireClient) -> None:
    transport = busy.process._transport  # type: ignore[attr-defined]
    transport.get_pipe_transport(1).close()
    await busy.hang_up()
    busy.ask("helios/renders")
    assert await ends_in_time(busy.exit_code()) == 0
    assert busy.stderr.count(b"\n") < 20


def test_an_editor_that_never_reads_does_not_keep_it_alive() -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": "x" * 1000, "method": "helios/nothing"}).encode()
    pipe = subprocess.PIPE
    with subprocess.Popen(STUB_DAEMON, stdin=pipe, stdout=pipe, env=environment()) as daemon:
        assert daemon.stdin is not None
        daemon.stdin.write(frame(body) * 1000)
        daemon.stdin.close()
        try:
            assert daemon.wait(20) == 0
        finally:
            daemon.kill()


async def test_the_death_of_the_editor_ends_it_though_the_wire_is_held(page: Path) -> None:
    async with running([*PARENT, *STUB_DAEMON]) as wire:
        await wire.initialize(processId=wire.process.pid)
        await begin(wire, page, hold=True)
        (daemon,) = psutil.Process(wire.process.pid).children()
        wire.process.kill()
        await ends_in_time(asyncio.gather(wire.hang_up(), process_end(daemon.pid)))


async def test_an_editor_that_is_dead_already_ends_it() -> None:
    async with running() as wire:
        assert (await wire.error("helios/renders"))["code"] == -32002
        wire.ask("initialize", {"processId": dead_process(), "capabilities": {}})
        assert await ends_in_time(wire.exit_code()) == 0


async def test_a_render_that_cannot_be_cancelled_does_not_keep_it_alive(wire: WireClient, page: Path) -> None:
    await begin(wire, page, stubborn=True)
    daemon = psutil.Process(wire.process.pid)
    (sleeper,) = [child for child in daemon.children() if child.name() == "sleep"]
    assert wire.process.stdin is not None
    wire.process.stdin.close()
    assert await ends_in_time(wire.exit_code()) == 1
    await asyncio.wait_for(process_end(sleeper.pid), END_SECONDS)


def start_sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "600"])


def dead_process() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def with_pidfd(_: pytest.MonkeyPatch) -> None:
    pass


def without_pidfd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    monkeypatch.setattr(lifeline, "POLL_SECONDS", 0.02)


def with_an_old_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> int:
        raise OSError(38, "Function not implemented")

    without_pidfd(monkeypatch)
    monkeypatch.setattr(os, "pidfd_open", refuse, raising=False)


@pytest.mark.parametrize("prepare", [with_pidfd, without_pidfd, with_an_old_kernel])
async def test_the_end_of_a_process_is_noticed(
    monkeypatch: pytest.MonkeyPatch, prepare: Callable[[pytest.MonkeyPatch], None]
) -> None:
    prepare(monkeypatch)
    # Not waited for, so that it stays a zombie, as an editor's may.
    process = start_sleeper()
    watch = asyncio.create_task(process_end(process.pid))
    done, _ = await asyncio.wait({watch}, timeout=0.1)
    assert not done
    process.kill()
    async with asyncio.timeout(5):
        await watch
    process.wait()


@pytest.mark.parametrize("prepare", [with_pidfd, without_pidfd])
async def test_a_process_that_is_not_there_has_ended(
    monkeypatch: pytest.MonkeyPatch, prepare: Callable[[pytest.MonkeyPatch], None]
) -> None:
    prepare(monkeypatch)
    async with asyncio.timeout(5):
        for pid in (dead_process(), 0, -1, 2**31, 2**80):
            await process_end(pid)
