"""Thousands of broken messages: whatever arrives, what can be answered is, and the daemon goes on."""

import json
import random
from pathlib import Path
from typing import Any

from server.wire_client import WireClient, frame, running

SINGLE = 2000
"""Messages that come alone; the daemon must answer after each."""
BATCHES = 20
MESSAGES = 25


def seeds(page: Path) -> list[bytes]:
    start = {"composition": str(page), "outputFolder": str(page.parent), "concurrency": 2, "range": "3:9"}
    calls: list[dict[str, Any]] = [
        {"method": "helios/render/start", "params": start},
        {"method": "helios/render/start", "params": {**start, "workDoneToken": 5, "props": {"a": [1, None]}}},
        {"method": "helios/render/cancel", "params": {"jobId": "0badcafe"}},
        {"method": "helios/render/retry", "params": {"jobId": "0badcafe"}},
        {"method": "helios/render/remove", "params": {"jobId": "0badcafe"}},
        {"method": "helios/render/pause", "params": {"jobId": "0badcafe"}},
        {"method": "helios/render/resume", "params": {"jobId": "0badcafe"}},
        {"method": "helios/render/move", "params": {"jobId": "0badcafe", "before": None}},
        {"method": "helios/renders", "params": {}},
        {"method": "helios/capacity", "params": {"concurrency": "auto"}},
        {"method": "workspace/executeCommand", "params": {"command": "x", "arguments": [1]}},
        {"method": "textDocument/hover", "params": {"textDocument": {"uri": "a:b"}, "position": {"line": 1}}},
    ]
    notifications: list[dict[str, Any]] = [
        {"method": "$/cancelRequest", "params": {"id": 1}},
        {"method": "$/setTrace", "params": {"value": "off"}},
        {"method": "window/workDoneProgress/cancel", "params": {"token": 5}},
        {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "a:b", "text": "x"}}},
        {"method": "workspace/didChangeConfiguration", "params": {"settings": {}}},
        {"id": 5, "result": None},
        {"id": 5, "error": {"code": 1, "message": "no"}},
    ]
    requests = [{"id": number, **call} for number, call in enumerate(calls)]
    return [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in [*requests, *notifications]]


def mutate(body: bytes, chance: random.Random) -> bytes:
    data = bytearray(body)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        start = chance.randrange(len(data) or 1)
        end = start + chance.randrange(1, 12)
        match chance.randrange(6):
            case 0:
                data[start : start + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[start:end]
            case 2:
                data[start:start] = data[start:end]
            case 3:
                data[start:start] = chance.choice(
                    (b"null", b"{}", b"[]", b'"', b"-1", b"1e999", b"\\ud800", b",")
                )
            case 4:
                data[start : start + 1] = bytes([data[start] ^ 1 << chance.randrange(8)]) if data else b""
            case 5:
                del data[start + len(data) // 2 :]
    return bytes(data)


def answerable(body: bytes) -> object:
    """The id under which a message must be answered; None when it need not be."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0" or "method" not in message:
        return None
    msg_id = message.get("id")
    return msg_id if isinstance(msg_id, int | str) and not isinstance(msg_id, bool) else None


async def send_batch(wire: WireClient, batch: list[bytes]) -> None:
    wire.messages.clear()
    wire.send_bytes(b"".join(map(frame, batch)))
    await wire.ping()
    for body in batch:
        if (msg_id := answerable(body)) is not None:
            await wire.answer(msg_id)


async def test_broken_messages_do_no_harm(page: Path) -> None:
    chance = random.Random(20_261)
    async with running(folder=page.parent) as wire:
        await wire.initialize({"window": {"workDoneProgress": True}})
        wire._ids = iter(range(1_000_000, 2_000_000))  # type: ignore[assignment]
        valid = seeds(page)
        await send_batch(wire, valid)
        for _ in range(SINGLE):
            await send_batch(wire, [mutate(chance.choice(valid), chance)])
        for _ in range(BATCHES):
            await send_batch(wire, [mutate(chance.choice(valid), chance) for _ in range(MESSAGES)])
        params = {"composition": str(page), "outputFolder": str(page.parent)}
        job_id = (await wire.result("helios/render/start", params))["jobId"]
        await wire.state(job_id, "done")
        await wire.result("shutdown")
        wire.notify("exit")
        assert await wire.exit_code() == 0
    assert not wire.notifications("window/showMessage")
    assert b"Traceback" not in wire.stderr, wire.stderr.decode()
