"""Control groups as files laid out like the kernel's, and one real group where that is allowed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.render.cgroup import CpuQuota, MemoryLimit, read_cpu_quota, read_memory_limit

MIB = 2**20
V1_UNLIMITED = 9223372036854771712


class Tree:
    """A file system with the parts of /proc and /sys that tell of control groups."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._mounts: list[str] = ["25 1 0:22 / /proc rw,nosuid - proc proc rw"]
        self._groups: list[str] = []
        self._save()

    def mount_v2(self, folder: str = "/sys/fs/cgroup", group: str = "/") -> "Tree":
        return self._mount(f"30 24 0:26 {group} {folder} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate")

    def mount_v1(self, controllers: str, folder: str = "", group: str = "/") -> "Tree":
        folder = folder or f"/sys/fs/cgroup/{controllers}"
        return self._mount(
            f"31 30 0:27 {group} {folder} rw shared:9 master:1 - cgroup cgroup rw,{controllers}"
        )

    def join(self, line: str) -> "Tree":
        self._groups.append(line)
        return self._save()

    def write(self, path: str, content: str) -> "Tree":
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        return self

    def quota(self) -> CpuQuota | None:
        return read_cpu_quota(self.root)

    def memory(self) -> MemoryLimit | None:
        return read_memory_limit(self.root)

    def _mount(self, line: str) -> "Tree":
        self._mounts.append(line)
        return self._save()

    def _save(self) -> "Tree":
        self.write("/proc/self/mountinfo", "".join(f"{line}\n" for line in self._mounts))
        return self.write("/proc/self/cgroup", "".join(f"{line}\n" for line in self._groups))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_a_machine_without_control_groups(tmp_path: Path) -> None:
    assert read_cpu_quota(tmp_path) is None
    assert read_memory_limit(tmp_path) is None


def test_groups_without_limits(tree: Tree) -> None:
    tree.mount_v2().join("0::/user.slice/session.scope")
    tree.write("/sys/fs/cgroup/user.slice/cpu.max", "max 100000\n")
    tree.write("/sys/fs/cgroup/user.slice/memory.max", "max\n")
    tree.write("/sys/fs/cgroup/user.slice/memory.high", "max\n")
    tree.mount_v1("cpu,cpuacct").mount_v1("memory").join("4:cpu,cpuacct:/").join("5:memory:/")
    tree.write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n")
    tree.write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n")
    tree.write("/sys/fs/cgroup/memory/memory.limit_in_bytes", f"{V1_UNLIMITED}\n")
    assert tree.quota() is None
    assert tree.memory() is None


@pytest.mark.parametrize(
    "place", ["", "/user.slice", "/user.slice/app.slice", "/user.slice/app.slice/a.scope"]
)
def test_version_2_looks_at_every_ancestor(tree: Tree, place: str) -> None:
    tree.mount_v2().join("0::/user.slice/app.slice/a.scope")
    for group in ("", "/user.slice", "/user.slice/app.slice", "/user.slice/app.slice/a.scope"):
        tree.write(f"/sys/fs/cgroup{group}/cpu.max", "max 100000\n")
        tree.write(f"/sys/fs/cgroup{group}/memory.max", "max\n")
        tree.write(f"/sys/fs/cgroup{group}/memory.current", f"{300 * MIB}\n")
    tree.write(f"/sys/fs/cgroup{place}/cpu.max", "150000 100000\n")
    tree.write(f"/sys/fs/cgroup{place}/memory.max", f"{1000 * MIB}\n")
    assert tree.quota() == CpuQuota(1.5, place or "/")
    assert tree.memory() == MemoryLimit(700 * MIB, 1000 * MIB, place or "/")


def test_the_tightest_ancestor_counts(tree: Tree) -> None:
    tree.mount_v2().join("0::/a/b/c")
    tree.write("/sys/fs/cgroup/a/cpu.max", "200000 100000").write("/sys/fs/cgroup/a/b/cpu.max", "30000 20000")
    tree.write("/sys/fs/cgroup/a/b/c/cpu.max", "400000 100000")
    assert tree.quota() == CpuQuota(1.5, "/a/b")
    tree.write("/sys/fs/cgroup/a/memory.max", f"{900 * MIB}").write(
        "/sys/fs/cgroup/a/memory.current", f"{800 * MIB}"
    )
    tree.write("/sys/fs/cgroup/a/b/memory.max", f"{500 * MIB}").write(
        "/sys/fs/cgroup/a/b/memory.current", "0"
    )
    assert tree.memory() == MemoryLimit(100 * MIB, 900 * MIB, "/a"), "what is left counts, not the limit"


def test_groups_beside_the_own_one_do_not_count(tree: Tree) -> None:
    tree.mount_v2().join("0::/a/b")
    tree.write("/sys/fs/cgroup/a/other/cpu.max", "10000 100000")
    tree.write("/sys/fs/cgroup/a/b/below/cpu.max", "10000 100000")
    assert tree.quota() is None


def test_memory_high_holds_back_before_memory_max(tree: Tree) -> None:
    tree.mount_v2().join("0::/a")
    tree.write("/sys/fs/cgroup/a/memory.max", f"{900 * MIB}").write(
        "/sys/fs/cgroup/a/memory.high", f"{400 * MIB}"
    )
    tree.write("/sys/fs/cgroup/a/memory.current", f"{100 * MIB}")
    assert tree.memory() == MemoryLimit(300 * MIB, 400 * MIB, "/a")


def test_file_pages_that_can_be_dropped_count_as_free(tree: Tree) -> None:
    tree.mount_v2().join("0::/a")
    tree.write("/sys/fs/cgroup/a/memory.max", "1000").write("/sys/fs/cgroup/a/memory.current", "900")
    tree.write("/sys/fs/cgroup/a/memory.stat", "anon 1\nactive_file 700\ninactive_file 500\nslab 3\n")
    assert tree.memory() == MemoryLimit(600, 1000, "/a")
    tree.write("/sys/fs/cgroup/a/memory.stat", "inactive_file 5000\n")
    assert tree.memory() == MemoryLimit(1000, 1000, "/a")


def test_more_used_than_allowed_leaves_nothing(tree: Tree) -> None:
    tree.mount_v2().join("0::/a")
    tree.write("/sys/fs/cgroup/a/memory.max", "1000").write("/sys/fs/cgroup/a/memory.current", "1200")
    assert tree.memory() == MemoryLimit(0, 1000, "/a")


@pytest.mark.parametrize("place", ["", "/docker", "/docker/abc"])
def test_version_1_looks_at_every_ancestor(tree: Tree, place: str) -> None:
    tree.mount_v1("cpu,cpuacct").mount_v1("memory").mount_v1("pids")
    tree.join("9:pids:/docker/abc").join("5:memory:/docker/abc").join("4:cpu,cpuacct:/docker/abc")
    cpu, memory = f"/sys/fs/cgroup/cpu,cpuacct{place}", f"/sys/fs/cgroup/memory{place}"
    tree.write(f"{cpu}/cpu.cfs_quota_us", "50000\n").write(f"{cpu}/cpu.cfs_period_us", "100000\n")
    tree.write(f"{memory}/memory.limit_in_bytes", "1000\n").write(f"{memory}/memory.usage_in_bytes", "900\n")
    tree.write(f"{memory}/memory.stat", "inactive_file 1\ntotal_inactive_file 300\n")
    assert tree.quota() == CpuQuota(0.5, place or "/")
    assert tree.memory() == MemoryLimit(400, 1000, place or "/")


def test_controllers_of_version_1_are_not_mixed_up(tree: Tree) -> None:
    tree.mount_v1("cpuset").mount_v1("memory")
    tree.join("3:cpuset:/a").join("5:memory:/b").join("1:name=systemd:/a")
    for file in ("cpu.cfs_quota_us", "cpu.cfs_period_us", "memory.limit_in_bytes"):
        tree.write(f"/sys/fs/cgroup/cpuset/a/{file}", "1000")
    tree.write("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "1000")
    assert tree.quota() is None
    assert tree.memory() is None


def test_both_versions_together(tree: Tree) -> None:
    tree.mount_v1("cpu").mount_v1("memory").mount_v2("/sys/fs/cgroup/unified")
    tree.join("4:cpu:/one").join("5:memory:/one").join("0::/two")
    tree.write("/sys/fs/cgroup/cpu/one/cpu.cfs_quota_us", "300000")
    tree.write("/sys/fs/cgroup/cpu/one/cpu.cfs_period_us", "100000")
    tree.write("/sys/fs/cgroup/unified/two/memory.max", "500")
    assert tree.quota() == CpuQuota(3.0, "/one")
    assert tree.memory() == MemoryLimit(500, 500, "/two")
    tree.write("/sys/fs/cgroup/unified/two/cpu.max", "200000 100000")
    tree.write("/sys/fs/cgroup/memory/one/memory.limit_in_bytes", "400")
    assert tree.quota() == CpuQuota(2.0, "/two")
    assert tree.memory() == MemoryLimit(400, 400, "/one")


def test_a_container_that_sees_its_own_group_as_the_mount(tree: Tree) -> None:
    tree.mount_v1("cpu", group="/docker/abc").join("4:cpu:/docker/abc/inner")
    tree.write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "150000").write(
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000"
    )
    assert tree.quota() == CpuQuota(1.5, "/docker/abc")
    tree.write("/sys/fs/cgroup/cpu/inner/cpu.cfs_quota_us", "50000")
    tree.write("/sys/fs/cgroup/cpu/inner/cpu.cfs_period_us", "100000")
    assert tree.quota() == CpuQuota(0.5, "/docker/abc/inner")


@pytest.mark.parametrize("path", ["/../../other", "/elsewhere", "/docker/abcd"])
def test_a_group_outside_the_mount_shows_the_mount_only(tree: Tree, path: str) -> None:
    tree.mount_v2(group="/docker/abc").join(f"0::{path}")
    tree.write("/sys/fs/cgroup/cpu.max", "150000 100000")
    assert tree.quota() == CpuQuota(1.5, "/docker/abc")


def test_the_closest_of_several_mounts_is_read(tree: Tree) -> None:
    tree.mount_v2("/host/cgroup").mount_v2("/sys/fs/cgroup", "/docker/abc").join("0::/docker/abc/x")
    tree.write("/sys/fs/cgroup/x/cpu.max", "150000 100000")
    assert tree.quota() == CpuQuota(1.5, "/docker/abc/x")


def test_names_with_spaces_and_colons(tree: Tree) -> None:
    tree.mount_v2(r"/sys/my\040groups\134x").join("0::/a b:c/d")
    tree.write("/sys/my groups\\x/a b:c/cpu.max", "150000 100000")
    assert tree.quota() == CpuQuota(1.5, "/a b:c")


@pytest.mark.parametrize(
    "content",
    [
        "", "\n", "max", "max 100000", "garbage", "-5 100000", "100000", "100000 0", "0 100000", "1.5 100000",
        "1 2 3", "١٠ ١", "9" * 5000 + " 1",
    ],
)  # fmt: skip
def test_a_quota_in_another_format_sets_no_limit(tree: Tree, content: str) -> None:
    tree.mount_v2().join("0::/a").write("/sys/fs/cgroup/a/cpu.max", content)
    assert tree.quota() is None
    tree.mount_v1("cpu").join("4:cpu:/a").write("/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", content)
    tree.write("/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "0")
    assert tree.quota() is None


@pytest.mark.parametrize("content", ["", "\n", "max", "garbage", "-1", "1.5", "1 2", str(V1_UNLIMITED)])
def test_a_memory_limit_in_another_format_sets_no_limit(tree: Tree, content: str) -> None:
    tree.mount_v2().join("0::/a").write("/sys/fs/cgroup/a/memory.max", content)
    tree.mount_v1("memory").join("5:memory:/a")
    tree.write("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", content)
    assert tree.memory() is None


def test_a_limit_without_its_usage_is_a_limit(tree: Tree) -> None:
    tree.mount_v2().join("0::/a").write("/sys/fs/cgroup/a/memory.max", "1000")
    assert tree.memory() == MemoryLimit(1000, 1000, "/a")


def test_a_folder_in_the_place_of_a_file_sets_no_limit(tree: Tree) -> None:
    tree.mount_v2().join("0::/a")
    (tree.root / "sys/fs/cgroup/a/cpu.max").mkdir(parents=True)
    assert tree.quota() is None


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_in_proc_is_survived(groups: str, mounts: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(Path(folder))
        tree.write("/proc/self/cgroup", groups).write("/proc/self/mountinfo", mounts)
        assert tree.quota() is None
        assert tree.memory() is None


@given(
    st.lists(
        st.none() | st.tuples(st.integers(1000, 10**6), st.integers(1000, 10**6)), min_size=1, max_size=6
    )
)
def test_the_quota_is_the_least_over_the_ancestors(quotas: list[tuple[int, int] | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = (
            Tree(Path(folder)).mount_v2().join("0::" + "".join(f"/{number}" for number in range(len(quotas))))
        )
        group = "/sys/fs/cgroup"
        for number, quota in enumerate(quotas):
            group += f"/{number}"
            tree.write(f"{group}/cpu.max", "max 100000" if quota is None else f"{quota[0]} {quota[1]}")
        found = tree.quota()
    least = min((quota[0] / quota[1] for quota in quotas if quota is not None), default=None)
    assert (None if found is None else found.cores) == least


def test_this_machine_can_be_read() -> None:
    quota, memory = read_cpu_quota(), read_memory_limit()
    assert quota is None or quota.cores > 0
    assert memory is None or 0 <= memory.free <= memory.limit


@pytest.mark.skipif(sys.platform != "linux", reason="control groups are Linux's")
def test_a_real_quota_is_found(tmp_path: Path) -> None:
    """A process puts itself into a group that has 1.5 cores, two levels down, and reads its quota."""
    parent = _own_cpu_group()
    if parent is None:
        pytest.skip("no CPU controller is mounted here")
    folder, version = parent
    outer = folder / f"helios-test-{os.getpid()}"
    inner = outer / "inner"
    try:
        outer.mkdir()
        inner.mkdir()
    except OSError as error:
        outer.rmdir() if outer.exists() else None
        pytest.skip(f"no control group can be made here: {error}")
    code = (
        "import os, sys; from pathlib import Path; from helios_renders.render.cgroup import read_cpu_quota\n"
        "Path(sys.argv[1], 'cgroup.procs').write_text(str(os.getpid()))\n"
        "print(read_cpu_quota())\n"
    )
    try:
        try:
            if version == 2:
                (outer / "cpu.max").write_text("150000 100000")
            else:
                (outer / "cpu.cfs_period_us").write_text("100000")
                (outer / "cpu.cfs_quota_us").write_text("150000")
        except OSError as error:
            pytest.skip(f"no quota can be set here: {error}")
        done = subprocess.run(
            [sys.executable, "-c", code, str(inner)], capture_output=True, text=True, timeout=60, check=True
        )
    finally:
        inner.rmdir()
        outer.rmdir()
    assert done.stdout.startswith("CpuQuota(cores=1.5,")
    assert outer.name in done.stdout


def _own_cpu_group() -> tuple[Path, int] | None:
    """The folder of this process's group with a CPU controller, and the version."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for mount in Path("/proc/self/mountinfo").read_text().splitlines():
            before, _, after = mount.partition(" - ")
            kind, _, options = after.split(" ")[:3]
            folder = Path(before.split(" ")[4]) / path.lstrip("/")
            if kind == "cgroup" and "cpu" in controllers.split(",") and "cpu" in options.split(","):
                return folder, 1
            if kind == "cgroup2" and not controllers and (folder / "cgroup.controllers").is_file():
                names = (folder / "cgroup.controllers").read_text().split()
                if "cpu" in names:
                    return folder, 2
    return None
