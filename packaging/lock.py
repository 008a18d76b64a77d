"""Turn pip's installation report into `requirements.lock`: one exact version a line.

Usage: lock.py REPORT LOCK. Knows nothing of what the packages are for. GPU libraries are left out: torch names their
exact versions itself, and only its GPU builds need them.
"""

import json
import re
import sys
from pathlib import Path

HEADER = (
    "# Exact versions of what `make talk`, `make test` and `make lint` install. Written by `make lock`; do not edit.\n"
)
GPU_ONLY = re.compile(r"nvidia-|cuda-|triton$")


def pins(report: dict[str, object]) -> list[str]:
    lines: dict[str, str] = {}
    for item in report["install"]:  # type: ignore[attr-defined]
        name = re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower()
        version = item["metadata"]["version"].partition("+")[0]
        if name == "cslm" or GPU_ONLY.match(name):
            continue
        lines[name] = f"{name}=={version}"
    return [lines[name] for name in sorted(lines)]


def main() -> None:
    report, lock = Path(sys.argv[1]), Path(sys.argv[2])
    text = HEADER + "".join(f"{line}\n" for line in pins(json.loads(report.read_text(encoding="utf-8"))))
    temporary = lock.with_name(lock.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(lock)


if __name__ == "__main__":
    main()
