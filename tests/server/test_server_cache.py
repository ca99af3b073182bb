"""The cache as the editor asks for it: how much there is, and that it is gone."""

from pathlib import Path

from helios_renders.errors import InvalidOption
from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE, Cache, key_of
from server.wire_client import running

LIMIT = 10_000


async def test_the_cache_is_measured_and_cleared(tmp_path: Path) -> None:
    content, folder = tmp_path / "content", tmp_path / "cache"
    content.write_bytes(b"a frame")
    Cache(folder, LIMIT).keep(key_of({}), {}, content)
    async with running(variables={FOLDER_VARIABLE: str(folder), BYTES_VARIABLE: str(LIMIT)}) as wire:
        await wire.initialize()
        usage = (await wire.result("helios/cache", {}))["usage"]
        size = len(b"a frame") + len(b"{}")
        assert usage == {"folder": str(folder), "entries": 1, "sizeBytes": size, "limitBytes": LIMIT}
        assert (await wire.result("helios/cache/clear", {}))["usage"] == usage
        assert (await wire.result("helios/cache", {}))["usage"]["entries"] == 0


async def test_a_bound_that_is_none_is_said() -> None:
    async with running(variables={BYTES_VARIABLE: "much"}) as wire:
        await wire.initialize()
        assert (await wire.error("helios/cache/clear", {}))["code"] == InvalidOption.rpc_code
