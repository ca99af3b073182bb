"""Run all suites in two lanes side by side, because most tests leave a core idle.

`python tests/run.py` prints the first lane as it goes and the second one after it; the exit code is 1 when
either has failed. Tests find processes by their own descendants or marks, so that lanes do not meet.
The failures of both come last once more, a line each: the end is what is kept of a long output.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

TESTS = Path(__file__).resolve().parent
LANES = (("render", "setup", "cli"), ("unit", "server", "faults", "editor"))


def main() -> int:
    """Run the lanes to their ends."""
    missing = sorted(
        folder.name
        for folder in TESTS.iterdir()
        if any(folder.glob("test_*.py")) and folder.name not in {name for lane in LANES for name in lane}
    )
    if missing:
        sys.exit(f"No lane runs tests/{missing[0]}.")
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder, f"lane-{number}.xml") for number in (1, 2)]
        second = subprocess.Popen(_command(LANES[1], reports[1]), stdout=printed, stderr=subprocess.STDOUT)
        first = subprocess.run(_command(LANES[0], reports[0]), check=False)
        second.wait()
        printed.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(printed.read())
        sys.stdout.flush()
        for report in reports:
            if report.exists():
                print(*_failures(report), sep="\n")
    return int(bool(first.returncode or second.returncode))


def _command(lane: tuple[str, ...], report: Path) -> list[str]:
    tests = (str(TESTS / name) for name in lane)
    return [sys.executable, "-m", "pytest", f"--junit-xml={report}", *tests]


def _failures(report: Path) -> Iterator[str]:
    for case in ElementTree.parse(report).iter("testcase"):
        for problem in (*case.iter("failure"), *case.iter("error")):
            places = re.findall(r"^\S+\.py:\d+", problem.text or "", re.MULTILINE)
            reason = " ".join(problem.get("message", "").split())[:300]
            yield f"{case.get('classname')}.{case.get('name')} at {' < '.join(reversed(places))}: {reason}"


if __name__ == "__main__":
    sys.exit(main())
