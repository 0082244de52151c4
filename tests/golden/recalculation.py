"""LibreOffice as a second opinion: it computes a workbook's formulas anew, so that what it says owes nothing to us.

LibreOffice recalculates on load only when its profile says so. To be certain that it has, the copy that it is given
holds a wrong cached value in every formula cell (a canary in each): one that comes back wrong was not recalculated.
"""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

from openpyxl import Workbook, load_workbook

CANARY = "987654321"

_CACHED = re.compile(rb"(</f><v>)[^<]*(</v>)")
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


def poisoned(source: Path, target: Path) -> int:
    """Writes a copy with a wrong cached value in every formula cell. Returns how many there are."""
    count = 0
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                content, found = _CACHED.subn(rb"\g<1>" + CANARY.encode() + rb"\g<2>", content)
                count += found
            new.writestr(item, content)
    return count


def convert(soffice: str, source: Path, kind: str, folder: Path) -> Path:
    """The file as LibreOffice writes it, in a profile of its own that recalculates on load."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    target = folder / "converted"
    target.mkdir(exist_ok=True)
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
    command += ["--outdir", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    made = target / f"{source.stem}.{kind.split(':')[0]}"
    assert made.exists(), done.stdout + done.stderr
    return made


def recalculated(soffice: str, source: Path, folder: Path) -> Workbook:
    """The workbook with the values that LibreOffice computes from a copy whose own values are all wrong."""
    copy = folder / "poisoned.xlsx"
    assert poisoned(source, copy) > 0
    return load_workbook(convert(soffice, copy, "xlsx", folder), data_only=True)
