"""`make check`: every check that reads the code without running it, all of them, whatever the first ones say."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.env import PROJECT_DIR

TOOLS = Path(sys.prefix) / "bin"
# As an installation that others reach: only there must cookies and addresses insist on TLS.
DEPLOYED = {"ALLOWED_HOSTS": "jingli.example", "DEBUG": "0"}


def main() -> int:
    checks: dict[str, Callable[[], bool]] = {
        "ruff": lambda: passes("ruff", "check", "."),
        "format": lambda: passes("ruff", "format", "--check", "."),
        "types": lambda: passes("mypy"),
        "imports": lambda: passes("lint-imports"),
        "migrations": lambda: passes("python", "manage.py", "makemigrations", "--check", "--dry-run"),
        "deployment": lambda: passes("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **DEPLOYED),
        "translations": lambda: passes("python", "-m", "config.messages", "check"),
        "vulnerabilities": audit,
    }
    failed = []
    for name, check in checks.items():
        began = time.monotonic()
        good = check()
        print(f"{'passed' if good else 'FAILED':7} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        if not good:
            failed.append(name)
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.", flush=True)
    return 1 if failed else 0


def passes(tool: str, *words: str, **environ: str) -> bool:
    """Whether a tool is content; shows what it says when it is not."""
    done = subprocess.run(
        [TOOLS / tool, *words],
        cwd=PROJECT_DIR,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        print(done.stdout, flush=True)
    return done.returncode == 0


def audit() -> bool:
    """Whether no pinned package has a known vulnerability.

    Only a finding fails. What could not be asked about, because the service is away or does not know the package, is
    said loudly: a check that cannot be made is no reason to stop the work, nor one to believe in.
    """
    words = ["--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json", "--timeout=15"]
    done = subprocess.run(
        [TOOLS / "pip-audit", "--requirement", "requirements/dev.txt", *words],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"!!! NOT AUDITED: the vulnerability service cannot be asked. {done.stderr.strip()[-300:]}")
        return True
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    found = [package for package in packages if package.get("vulns")]
    if skipped:
        print(
            f"!!! NOT AUDITED: {len(skipped)} of {len(packages)} packages, unknown to the vulnerability service here."
        )
    for package in found:
        for finding in package["vulns"]:
            fixed = ", ".join(finding["fix_versions"]) or "none"
            print(f"{package['name']} {package['version']}: {finding['id']}; fixed in: {fixed}")
    return not found


if __name__ == "__main__":
    sys.exit(main())
