"""A plan that the editor asks for: what it says, and that giving it up leaves nothing behind."""

import asyncio
from pathlib import Path

import psutil

from editor.processes import wait_until
from helios_renders.errors import InvalidOption
from server.commands import REAL_DAEMON
from server.family import Family
from server.wire_client import TIMEOUT, running

PAGE = """<!doctype html>
<meta name="helios:size" content="320x180">
<meta name="helios:fps" content="30">
<meta name="helios:duration" content="2">
<p>Hello</p>
"""
GONE_SECONDS = 15.0


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_plan_is_made_and_another_one_given_up(tmp_path: Path) -> None:
    page = tmp_path / "still.html"
    page.write_text(PAGE)
    params = {"composition": str(page), "outputFolder": str(tmp_path), "scale": 50, "range": "5:9"}
    family = Family()
    async with running(REAL_DAEMON, variables=family.variables) as wire:
        await wire.initialize()
        refusal = await wire.error("helios/plan", {**params, "scale": 5})
        assert refusal["code"] == InvalidOption.rpc_code
        assert "25 to 100" in refusal["data"]["advice"]

        plan = (await wire.result("helios/plan", params))["plan"]
        assert (plan["name"], plan["start"], plan["end"]) == ("still", 5, 9)
        assert plan["size"] == {"width": 320, "height": 180}
        assert plan["encode"]["size"] == {"width": 160, "height": 90}
        alone = {psutil.Process(wire.process.pid)}
        await family.ends(family.members() - alone, GONE_SECONDS, frozenset(alone))

        asked = wire.ask("helios/plan", params)
        await asyncio.to_thread(
            wait_until, lambda: len(family.members()) > 4, TIMEOUT, "a worker and its browser"
        )
        members = family.members()
        wire.notify("$/cancelRequest", {"id": asked})
        assert (await wire.answer(asked))["error"]["code"] == -32800
        await family.ends(members - alone, GONE_SECONDS, frozenset(alone))
        await wire.ping()
    assert names(tmp_path) == ["still.html"]
