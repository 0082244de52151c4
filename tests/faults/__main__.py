"""Kills the program in the middle of its work, again and again: `python -m tests.faults --rounds 100 --seed 1`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from config.env import PROJECT_DIR
from tests.faults.kills import ENVIRON, World, plans


def build(folder: Path) -> None:
    """Fills the folder with the world, in a process of its own."""
    environ = {**os.environ, **ENVIRON, "DATA_DIR": str(folder)}
    subprocess.run([sys.executable, "-m", "tests.faults.build"], cwd=PROJECT_DIR, env=environ, check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="begin with this round of the seed")
    parser.add_argument("--keep", type=Path, help="a folder for the world, kept afterwards")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jingli-faults-") as temporary:
        os.chmod(temporary, 0o711)
        folder = chosen.keep or Path(temporary)
        if not (folder / "postgres").exists():
            folder.mkdir(mode=0o711, exist_ok=True)
            build(folder)
        world, bad, mid = World(folder), 0, 0
        for plan in plans(chosen.rounds, chosen.seed):
            if plan.number < chosen.first:
                continue
            try:
                played = world.play(plan)
            except AssertionError as error:
                bad += 1
                print(f"{plan}\n  BAD: {error} {error.__cause__ or ''}", flush=True)
                continue
            bad += bool(played.differences)
            mid += played.killed_while != "after the end"
            print(
                f"{plan.number:4} {plan.stage:9} {plan.victim:24} {plan.seconds:4.2f} s after it was {plan.after}:"
                f" killed while [{played.killed_while}], {played.attempts} attempts, the work took {played.lasted:.1f} s"
                f"{' — BAD' if played.differences else ''}",
                *played.differences,
                sep="\n     ",
                flush=True,
            )
        print(f"{chosen.rounds} rounds, seed {chosen.seed}: {mid} in the middle of the work, {bad} bad")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
