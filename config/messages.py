"""The translations: gathered from code and templates, compiled, and checked, without GNU gettext.

    python -m config.messages compile            .po → .mo, where the .po has changed
    python -m config.messages update             bring the .po to what code and templates say now
    python -m config.messages merge FILE.json …  fill in translations from maps {text: translation}
    python -m config.messages check              list what is missing; exit 1 if anything is

English is the language of the code and needs no catalogue. A catalogue is sorted by its texts and names no lines of
code, so that a change of code alone changes nothing in it.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib

from config.env import PROJECT_DIR

CATALOGUE = PROJECT_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SKIPPED = {".git", ".venv", "node_modules", "tests", "var", "locale", "static", "docs", "migrations"}
TEMPLATE_SUFFIXES = {".html", ".txt"}
# Text first; for plural forms the second text; `1c` is the context. Babel's notation.
KEYWORDS = {
    name: spec
    for base, spec in {
        "gettext": (1,),
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for name in (base, f"{base}_lazy", f"{base}_noop")
} | {"_": (1,)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?[a-z]|\{(\w*)[^{}]*\}")
HEADER = {
    "Project-Id-Version": "jingli",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


class Text(NamedTuple):
    """A text to translate, as code or a template has it."""

    context: str
    singular: str
    plural: str


def main(words: list[str]) -> int:
    match words:
        case ["compile"]:
            compile_catalogue()
        case ["update"]:
            update()
        case ["merge", *files] if files:
            merge([Path(file) for file in files])
        case ["check"]:
            problems = check()
            for problem in problems:
                print(problem)
            print(f"Translations: {len(problems)} problem(s)." if problems else "Translations: complete.")
            return 1 if problems else 0
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    return 0


def compile_catalogue() -> None:
    compiled = CATALOGUE.with_suffix(".mo")
    if not CATALOGUE.exists() or (compiled.exists() and compiled.stat().st_mtime >= CATALOGUE.stat().st_mtime):
        return
    draft = compiled.with_suffix(f".{os.getpid()}.mo")
    polib.pofile(str(CATALOGUE)).save_as_mofile(str(draft))
    draft.replace(compiled)


def update() -> None:
    """Bring the catalogue to the texts in use: new ones untranslated, unused ones gone, translations kept."""
    kept = {_text_of(entry): entry for entry in _read()}
    texts = set(gather())
    _write([kept[text] if text in kept else _entry(text) for text in texts])
    print(f"{len(texts)} texts, {len(texts - kept.keys())} new, {len(kept.keys() - texts)} gone.")


def merge(files: list[Path]) -> None:
    """Fill in translations by text. A key `context␄text` means a text with a context."""
    entries = {_text_of(entry): entry for entry in _read()}
    by_key = {"\x04".join(filter(None, (text.context, text.singular))): entry for text, entry in entries.items()}
    filled = unknown = 0
    for file in files:
        for key, translation in json.loads(file.read_text(encoding="utf-8")).items():
            entry = by_key.get(key)
            if entry is None:
                unknown += 1
            elif _translation(entry) != translation:
                filled += 1
                if entry.msgid_plural:
                    entry.msgstr_plural = {0: translation}
                else:
                    entry.msgstr = translation
    _write(entries.values())
    print(
        f"{filled} filled in, {unknown} not in use, {sum(not _translation(entry) for entry in entries.values())} left."
    )


def check() -> list[str]:
    """What is wrong with the catalogue, a sentence each; empty when it is complete."""
    entries = {_text_of(entry): entry for entry in _read()}
    texts = set(gather())
    problems = [f"missing from the catalogue: {text.singular!r}" for text in sorted(texts - entries.keys())]
    problems += [f"no longer used: {text.singular!r}" for text in sorted(entries.keys() - texts)]
    for text in sorted(texts & entries.keys()):
        entry = entries[text]
        translation = _translation(entry)
        if not translation:
            problems.append(f"not translated: {text.singular!r}")
        elif entry.fuzzy:
            problems.append(f"marked as a guess: {text.singular!r}")
        elif not _placeholders(translation) <= (allowed := _placeholders(text.singular) | _placeholders(text.plural)):
            problems.append(
                f"names {sorted(_placeholders(translation) - allowed)}, unknown to its text: {text.singular!r}"
            )
        elif missing := _placeholders(text.plural or text.singular) - _placeholders(translation):
            problems.append(f"lacks {sorted(missing)}: {text.singular!r}")
    return problems


def gather() -> Iterator[Text]:
    """Every text that code and templates give to gettext."""
    from babel.messages.extract import extract

    for path in _sources():
        content = path.read_bytes()
        if path.suffix in TEMPLATE_SUFFIXES:
            content = _template_as_python(content.decode("utf-8"), path).encode("utf-8")
        for _line, messages, _comments, context in extract("python", io.BytesIO(content), keywords=KEYWORDS):
            parts = messages if isinstance(messages, tuple) else (messages,)
            singular = parts[0]
            if singular:
                yield Text(context or "", singular, parts[1] if len(parts) > 1 and parts[1] else "")


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(PROJECT_DIR):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            in_templates = "templates" in path.relative_to(PROJECT_DIR).parts
            if path.suffix == ".py" or (path.suffix in TEMPLATE_SUFFIXES and in_templates):
                yield path


def _template_as_python(source: str, path: Path) -> str:
    from django.conf import settings
    from django.utils.translation import template

    if not settings.configured:
        settings.configure(USE_I18N=True)
    # Django turns tags into gettext calls and everything else into X; a template's other marks (¥, "…") would not
    # pass for Python, and only the calls matter.
    calls = template.templatize(source, origin=str(path))
    return "\n".join(found.group(0) for found in CALL.finditer(calls))


CALL = re.compile(
    r"""\b(?:n?p?gettext|ngettext|_)\((?:[^()'"]|u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")*\)""", re.DOTALL
)


def _read() -> list[polib.POEntry]:
    if not CATALOGUE.exists():
        return []
    return [entry for entry in polib.pofile(str(CATALOGUE), encoding="utf-8") if not entry.obsolete]


def _write(entries: object) -> None:
    catalogue = polib.POFile(wrapwidth=0, encoding="utf-8")
    catalogue.metadata = HEADER
    for entry in sorted(entries, key=_text_of):  # type: ignore[call-overload]
        catalogue.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))


def _entry(text: Text) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.singular, msgctxt=text.context or None)
    if text.plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = {0: ""}
    if "%(" in text.singular:
        entry.flags.append("python-format")
    return entry


def _text_of(entry: polib.POEntry) -> Text:
    return Text(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def _translation(entry: polib.POEntry) -> str:
    translation: str = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
    return translation


def _placeholders(text: str) -> set[str]:
    return {found.group(1) or f"{{{found.group(2)}}}" for found in PLACEHOLDER.finditer(text)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
