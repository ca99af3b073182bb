"""Our own mistakes: told without a traceback on the wire, with one in the log, and survived."""

import asyncio
import json
import logging
from typing import Any

import pytest

from helios_renders.jobs.manager import RenderManager
from helios_renders.server.app import HeliosServer
from helios_renders.server.handlers import serve_requests
from server.engine import Engine
from server.wire_client import Message


class Wire:
    """What a daemon without a process has written."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def write(self, data: bytes) -> None:
        self.messages.append(json.loads(data))

    def close(self) -> None:
        pass


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def server(wire: Wire) -> HeliosServer:
    server = HeliosServer(RenderManager(Engine().render))
    serve_requests(server)
    server.protocol.set_writer(wire, include_headers=False)
    receive(server, id=0, method="initialize")
    return server


def receive(server: HeliosServer, **message: Any) -> None:
    server.protocol.receive(json.dumps({"jsonrpc": "2.0", **message}).encode())


async def test_a_handler_that_breaks_is_answered_without_its_traceback(
    server: HeliosServer, wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("secret/path.py")

    await settle()
    monkeypatch.setattr(server.manager, "jobs", broken)
    receive(server, id=1, method="helios/renders")
    await settle()
    error = wire.messages[-1]["error"]
    assert error["code"] == -32603
    assert set(error["data"]) == {"code", "advice", "details"}
    assert error["data"]["code"] == "internalError"
    assert "report" in error["data"]["advice"]
    assert [record for record in caplog.records if record.exc_info]


async def test_work_beside_the_requests_that_breaks_is_in_the_log(
    server: HeliosServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise ZeroDivisionError("far away")

    server.run_task(broken())
    await settle()
    (record,) = [record for record in caplog.records if record.exc_info]
    assert record.levelno == logging.ERROR
    assert "far away" in record.getMessage()


async def test_a_notification_that_breaks_raises_no_popup(
    server: HeliosServer, wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("far away")

    await settle()
    monkeypatch.setattr(server.protocol.workspace, "remove_text_document", broken)
    receive(server, method="textDocument/didClose", params={"textDocument": {"uri": "a:b"}})
    await settle()
    assert [message for message in wire.messages if message.get("method") == "window/showMessage"] == []
    assert any("could not be handled" in record.getMessage() for record in caplog.records)


async def settle() -> None:
    """Let the loop come to rest."""
    for _ in range(20):
        await asyncio.sleep(0)
