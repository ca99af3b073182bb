"""What no polite client sends, and what every client may rely on."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from server.wire_client import WireClient, frame, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

START = "helios/render/start"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_daemon() -> AsyncIterator[WireClient]:
    """One daemon for all tests that leave it alive, so that it has to bear the sum of them."""
    async with running() as client:
        await client.initialize()
        yield client


@pytest.fixture
def wire(one_daemon: WireClient) -> WireClient:
    one_daemon.messages.clear()
    return one_daemon


@pytest.mark.parametrize(
    ("params", "details"),
    [
        (None, ["composition: required field missing"]),
        ({}, ["composition: required field missing"]),
        ([], ["params: an object is expected"]),
        (["a.html"], ["params: an object is expected"]),
        ("a.html", ["params: an object is expected"]),
        ({"composition": 5}, ["composition: invalid value for type, expected str"]),
        ({"composition": None}, ["composition: invalid value for type, expected str"]),
        (
            {"composition": "a.html", "overwrite": "no", "outputFolder": 3},
            [
                "outputFolder: invalid value for type, expected str | None",
                "overwrite: invalid value for type, expected bool",
            ],
        ),
    ],
)
async def test_parameters_of_the_wrong_type_are_refused_in_words(
    wire: WireClient, params: object, details: list[str]
) -> None:
    error = await wire.error(START, params)
    assert error["code"] == -32602
    assert error["data"] == {"code": "invalidParams", "advice": "", "details": details}
    assert details[0] in error["message"]


async def test_requests_without_parameters_have_defaults(wire: WireClient) -> None:
    await wire.ping()
    capacity = await wire.result("helios/capacity")
    assert capacity["concurrency"]["requested"] == 32
    assert set(capacity["concurrency"]) == {"requested", "effective", "limitedBy", "auto"}
    wire.send({"id": "x", "method": "helios/renders", "params": None})
    assert "jobs" in (await wire.answer("x"))["result"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"", -32700),
        (b"\xff\xfe\xfd", -32700),
        (b"[" * 100_000, -32700),
        (b'{"jsonrpc": "2.0", "id": 1' + b"0" * 5000 + b"}", -32700),
        (b"[]", -32600),
        (b"7", -32600),
        (b"null", -32600),
        (b"{}", -32600),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "helios/renders"}', -32600),
        (b'{"jsonrpc": "2.0", "id": null, "method": "helios/renders"}', -32600),
        (b'{"jsonrpc": "2.0", "id": [1], "method": "helios/renders"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1.5, "method": "helios/renders"}', -32600),
        (b'{"jsonrpc": "2.0", "id": true, "method": "helios/renders"}', -32600),
    ],
)
async def test_what_is_no_message_is_answered_and_the_daemon_goes_on(
    wire: WireClient, body: bytes, code: int
) -> None:
    wire.send_bytes(frame(body))
    error = (await wire.find(lambda message: "error" in message, "an error"))["error"]
    assert error["code"] == code
    assert error["data"]["code"] in ("parseError", "invalidRequest")
    await wire.ping()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"id": "a", "method": "helios/nothing"}, -32601),
        ({"id": "a", "method": "helios/nothing", "params": {"jsonrpc": "2.0"}}, -32601),
        ({"id": "a", "method": "textDocument/hover", "params": {}}, -32602),
        ({"id": "a", "method": "workspace/symbol", "params": {"query": ""}}, -32601),
        ({"id": "a", "method": 5}, -32600),
        ({"id": "a", "method": None}, -32600),
        ({"id": "a", "method": ["x"]}, -32600),
        ({"id": "a", "method": "\ud800"}, -32601),
        ({"id": "a", "method": "initialized", "params": {}}, -32600),
        ({"id": "a", "method": "initialize", "params": {}}, -32600),
    ],
)
async def test_every_request_is_answered(wire: WireClient, message: dict[str, Any], code: int) -> None:
    wire.send(message)
    assert (await wire.answer("a"))["error"]["code"] == code


async def test_answers_and_notifications_out_of_place_are_ignored(wire: WireClient) -> None:
    for message in (
        {"id": 99, "result": None},
        {"id": "nobody", "result": {"jsonrpc": "2.0"}},
        {"id": [1], "result": 5},
        {"id": 98, "error": {"code": 1, "message": "no"}},
        {"id": 97, "error": "no"},
        {"id": 96},
        {"method": "helios/nothing"},
        {"method": "$/whatever", "params": [1, 2]},
        {"method": "helios/renders"},
        {"method": "$/cancelRequest", "params": {"id": 55}},
        {"method": "$/cancelRequest", "params": {}},
        {"method": "window/workDoneProgress/cancel", "params": {"token": "nothing"}},
        {"method": "window/workDoneProgress/cancel"},
        {"method": 7},
    ):
        wire.send(message)
    await wire.ping()
    assert not wire.notifications("window/showMessage")
    assert not [message for message in wire.messages if "error" in message]


async def test_input_props_may_look_like_messages(wire: WireClient, page: Path) -> None:
    props = {"jsonrpc": "2.0", "id": 1, "method": "exit", "inner": {"jsonrpc": "2.0", "method": "shutdown"}}
    params = {"composition": str(page), "outputFolder": str(page.parent), "props": props}
    job_id = (await wire.result(START, params))["jobId"]
    await wire.state(job_id, "done")


@pytest.mark.parametrize("name", ["composition", "output", "root", "browser", "workDoneToken", "props"])
async def test_no_text_breaks_a_start(wire: WireClient, page: Path, name: str) -> None:
    good = {"composition": str(page), "outputFolder": str(page.parent)}
    for text in (
        "",
        "\0",
        "\ud800",
        "x" * 100_000,
        "../" * 2000,
        "~",
        "~nobody/x",
        "file://",
        "a\nb",
        "💥.mp4",
    ):
        answer = await wire.request(START, good | {name: text})
        if "error" in answer:
            assert answer["error"]["data"]["code"] != "internalError", (name, text)
    assert "result" in await wire.request(START, good)


async def test_stray_output_does_not_reach_the_wire(page: Path) -> None:
    params = {"composition": str(page), "outputFolder": str(page.parent), "props": {"noise": True}}
    async with running() as wire:
        await wire.initialize()
        job_id = (await wire.result(START, params))["jobId"]
        await wire.state(job_id, "done")
    assert b"Content-Length: 2" in wire.stderr
    assert b"child read ''" in wire.stderr


async def test_messages_may_come_in_pieces_and_in_heaps(wire: WireClient) -> None:
    one = json.dumps({"jsonrpc": "2.0", "id": "piece", "method": "helios/renders"}).encode()
    for byte in frame(one):
        wire.send_bytes(bytes([byte]))
        await asyncio.sleep(0)
    assert "jobs" in (await wire.answer("piece"))["result"]
    ids = [wire.ask("helios/renders") for _ in range(100)]
    for msg_id in ids:
        assert "jobs" in (await wire.answer(msg_id))["result"]
    answered = [message["id"] for message in wire.messages if message.get("id") in ids]
    assert answered == ids


async def test_a_broken_header_costs_its_message_alone(wire: WireClient) -> None:
    wire.send_bytes(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await wire.ping()
    wire.send_bytes(b"Content-Length: 99999999999\r\n\r\n{}")
    await wire.ping()
    wire.send_bytes(b"Content-Length: many\r\n\r\n{}" + b"\xff" * 100_000)
    await wire.ping()
    body = json.dumps({"jsonrpc": "2.0", "id": "typed", "method": "helios/renders"}).encode()
    header = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: %d\r\n\r\n" % len(
        body
    )
    wire.send_bytes(header + body)
    assert "jobs" in (await wire.answer("typed"))["result"]
    assert any("no message" in line["message"] for line in wire.notifications("window/logMessage"))


async def test_a_cancelled_request_is_answered_and_can_be_made_again(wire: WireClient, page: Path) -> None:
    params = {"composition": str(page), "outputFolder": str(page.parent), "props": {"hold": True}}
    job_id = (await wire.result(START, params))["jobId"]
    await wire.state(job_id, "rendering")
    msg_id = wire.ask("helios/render/cancel", {"jobId": job_id})
    wire.notify("$/cancelRequest", {"id": msg_id})
    answer = await wire.answer(msg_id)
    assert answer.get("error", {}).get("code", -32800) == -32800
    job = (await wire.result("helios/render/cancel", {"jobId": job_id}))["job"]
    assert job["state"] == "cancelled"


async def test_initialize_needs_no_capabilities(page: Path) -> None:
    async with running() as wire:
        early = await wire.error("helios/renders")
        assert early["code"] == -32002
        answer = await wire.initialize()
        assert answer["serverInfo"]["name"] == "helios-renders"
        assert answer["capabilities"]["textDocumentSync"]["change"] == 1
        assert "executeCommandProvider" not in answer["capabilities"]
        params = {"composition": str(page), "outputFolder": str(page.parent)}
        job_id = (await wire.result(START, params))["jobId"]
        await wire.state(job_id, "done")
        assert not wire.notifications("$/progress")
        assert not [message for message in wire.messages if "id" in message and "method" in message]


@pytest.mark.parametrize(
    "params", [None, {}, {"capabilities": None}, {"processId": None, "capabilities": {}}]
)
async def test_initialize_with_next_to_nothing(params: object) -> None:
    async with running() as wire:
        assert "result" in await wire.request("initialize", params)
        await wire.ping()


async def test_the_log_goes_to_the_editor_and_tracebacks_to_standard_error(page: Path) -> None:
    params = {"composition": str(page), "outputFolder": str(page.parent)}
    async with running() as wire:
        await wire.initialize()
        await wire.error(START, params | {"fps": 0})
        job_id = (await wire.result(START, params | {"props": {"fail": "unknown"}}))["jobId"]
        await wire.state(job_id, "failed")
    lines = [line["message"] for line in wire.notifications("window/logMessage")]
    start = f"[RenderManager] Starting distributed render job {job_id} with concurrency 1"
    assert lines.count(start) == 1
    assert not any("Traceback" in line for line in lines)
    stderr = wire.stderr.decode()
    assert "KeyError: 'lost'" in stderr
    assert stderr.count("Traceback") == 1, "an answer that is an error needs no traceback"
    assert start not in stderr
    assert "Sending data" not in stderr
