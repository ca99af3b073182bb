"""CPU and memory limits of this process's control groups, versions 1 and 2, over all ancestors.

Sources: the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/{memory,cpusets}.rst,
Documentation/scheduler/sched-bwc.rst, proc_pid_mountinfo(5) and cgroups(7).
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import attrs

_UNLIMITED = 2**60
"""Version 1 writes "no limit" as a number near 2**63, rounded to pages."""
_DIGITS = re.compile(r"[0-9]{1,20}")


@attrs.frozen
class CpuQuota:
    """The tightest CPU quota."""

    cores: float
    """CPU seconds per second."""
    group: str
    """The group that sets it, such as `/user.slice`."""


@attrs.frozen
class MemoryLimit:
    """The memory limit with the least left below it."""

    free: int
    """Bytes left: the limit less what is used, not counting file pages that the kernel drops first."""
    limit: int
    """Bytes."""
    group: str


@attrs.frozen
class _Group:
    folder: Path
    name: str
    version: int
    controllers: frozenset[str]


@attrs.frozen
class _Mount:
    root: PurePosixPath
    """The group that is seen at the mount's folder."""
    folder: Path
    version: int
    options: frozenset[str]


def read_cpu_quota(root: Path = Path("/")) -> CpuQuota | None:
    """The tightest quota of this process's groups and their ancestors; None when there is none.

    `root` is where the file system with /proc and /sys starts. Files that are missing or hold something else
    than the documented format set no limit.
    """
    quotas = (
        CpuQuota(cores, group.name)
        for group in _groups(root)
        if (cores := _quota_v2(group) if group.version == 2 else _quota_v1(group)) is not None
    )
    return min(quotas, key=lambda quota: quota.cores, default=None)


def read_memory_limit(root: Path = Path("/")) -> MemoryLimit | None:
    """The limit that leaves least, over this process's groups and their ancestors; None when there is none.

    Arguments as for `read_cpu_quota`.
    """
    limits = (
        limit
        for group in _groups(root)
        if (limit := _memory_v2(group) if group.version == 2 else _memory_v1(group)) is not None
    )
    return min(limits, key=lambda limit: limit.free, default=None)


def _quota_v2(group: _Group) -> float | None:
    match _words(group.folder / "cpu.max"):
        case [quota, period] if _DIGITS.fullmatch(quota) and _DIGITS.fullmatch(period) and int(period):
            return int(quota) / int(period) or None
    return None


def _quota_v1(group: _Group) -> float | None:
    if "cpu" not in group.controllers:
        return None
    quota, period = (_number(group.folder / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    return quota / period if quota and period else None


def _memory_v2(group: _Group) -> MemoryLimit | None:
    limits = (_number(group.folder / name) for name in ("memory.max", "memory.high"))
    return _memory(
        group, min((limit for limit in limits if limit is not None), default=None), "memory.current"
    )


def _memory_v1(group: _Group) -> MemoryLimit | None:
    if "memory" not in group.controllers:
        return None
    return _memory(group, _number(group.folder / "memory.limit_in_bytes"), "memory.usage_in_bytes")


def _memory(group: _Group, limit: int | None, usage: str) -> MemoryLimit | None:
    if limit is None or limit >= _UNLIMITED:
        return None
    used = _number(group.folder / usage) or 0
    droppable = "total_inactive_file" if group.version == 1 else "inactive_file"
    stat = re.search(rf"^{droppable} (\d+)$", _text(group.folder / "memory.stat"), re.MULTILINE)
    used -= min(used, int(stat[1])) if stat else 0
    return MemoryLimit(max(0, limit - used), limit, group.name)


def _groups(root: Path) -> Iterator[_Group]:
    """This process's groups and all their ancestors that can be seen."""
    mounts = tuple(_mounts(root))
    for line in _text(root / "proc/self/cgroup").splitlines():
        match line.split(":", 2):
            case [number, controllers, path] if path.startswith("/"):
                names = frozenset(controllers.split(",")) - {""}
                version = 2 if number == "0" and not names else 1
                fitting = [
                    mount
                    for mount in mounts
                    if mount.version == version and (version == 2 or names & mount.options)
                ]
                if fitting:
                    yield from _ancestors(PurePosixPath(path), fitting, version, names)


def _ancestors(
    path: PurePosixPath, mounts: list[_Mount], version: int, controllers: frozenset[str]
) -> Iterator[_Group]:
    around = [mount for mount in mounts if path.is_relative_to(mount.root) and ".." not in path.parts]
    # A mount that shows other groups only, as seen from a container's namespace: its top is all there is.
    mount = max(around or mounts, key=lambda mount: len(mount.root.parts))
    below = path.relative_to(mount.root) if around else PurePosixPath()
    for part in (below, *below.parents):
        name = str(mount.root / part)
        yield _Group(mount.folder / part, name, version, controllers)


def _mounts(root: Path) -> Iterator[_Mount]:
    for line in _text(root / "proc/self/mountinfo").splitlines():
        before, separator, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if not separator or len(fields) < 6 or len(kinds) < 3 or kinds[0] not in ("cgroup", "cgroup2"):
            continue
        group, folder = (_unescape(field) for field in fields[3:5])
        version = 2 if kinds[0] == "cgroup2" else 1
        yield _Mount(PurePosixPath(group), root / folder.lstrip("/"), version, frozenset(kinds[2].split(",")))


def _unescape(field: str) -> str:
    """Spaces, tabs, line ends and backslashes are octal in mountinfo."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)


def _number(path: Path) -> int | None:
    """A whole number, or None for `max`, `-1` (no limit), a missing file or anything else."""
    match _words(path):
        case [word] if _DIGITS.fullmatch(word):
            return int(word)
    return None


def _words(path: Path) -> list[str]:
    return _text(path).split()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        # Not Linux, no such controller here, or not for this user to read.
        return ""
