"""python -m tests.bench [NAME …] [--large]: the ratios of quality.md, each measured against its reference in this run.

Every benchmark is a module of this folder with a function `run(report, large=…)`. It gets a database of its own on a
private, durable PostgreSQL below var/bench (or BENCH_DIR), with the settings that the program itself uses.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

from config.env import PROJECT_DIR
from config.postgres import private_server
from tests.bench.report import Report

FOLDER = Path(__file__).parent
HELPERS = {"__init__", "__main__", "report", "reference"}


def benchmarks() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in HELPERS)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(benchmarks())}")
    parser.add_argument("--large", action="store_true", help="measure growth with ten times the data as well")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(benchmarks()):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    folder = Path(os.environ.get("BENCH_DIR") or PROJECT_DIR / "var" / "bench")
    folder.mkdir(parents=True, exist_ok=True)
    server = private_server(folder)
    server.start()
    try:
        return _measure(server, options)
    finally:
        server.stop()


def _measure(server: object, options: argparse.Namespace) -> int:
    os.environ["DATA_DIR"] = str(server.data_dir)
    os.environ["DATABASE_URL"] = server.url("app")
    os.environ["DATABASE_OWNER_URL"] = server.url("owner")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from tests.databases import Databases

    databases = Databases(server)
    report = Report(databases=databases)
    try:
        for name in options.names or benchmarks():
            print(f"{name} …", flush=True)
            began = time.perf_counter()
            with databases.cloned():
                importlib.import_module(f"tests.bench.{name}").run(report, large=options.large)
            print(f"{name}: {time.perf_counter() - began:.0f} s in all", flush=True)
    finally:
        databases.close()
    print(report)
    return 0 if report.reached else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
