"""Where the real data lies: beside the project, or where BERKA_DIR says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def berka_folder() -> Path:
    """The folder of real data in the canonical forms. A test that needs it is skipped without it; in CI it fails."""
    folder = Path(os.environ.get("BERKA_DIR") or Path(__file__).parents[3] / "shared" / "data" / "berka")
    if not (folder / "deposit_transactions.csv").exists():
        sentence = f"The real data is not in {folder}. Put it there or name its folder in BERKA_DIR."
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return folder
