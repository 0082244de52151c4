"""Gathering, merging and checking translations."""

import json

import polib
import pytest

from config import messages
from config.messages import Text


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project: one module, one template, no catalogue yet."""
    monkeypatch.setattr(messages, "PROJECT_DIR", tmp_path)
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "locale" / "django.po")
    (tmp_path / "app.py").write_text(
        'a = _("The month is closed.")\nb = pgettext("month", "May")\nc = ngettext("%(n)d row", "%(n)d rows", n)\n'
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}<p title="¥ \'odd">{% translate "It\'s “open”." %}</p>'
        "{% blocktranslate with name=x %}Hello {{ name }}{% endblocktranslate %}"
    )
    return tmp_path


def test_texts_of_code_and_templates_are_found(project):
    assert set(messages.gather()) == {
        Text("", "The month is closed.", ""),
        Text("month", "May", ""),
        Text("", "%(n)d row", "%(n)d rows"),
        Text("", "It's “open”.", ""),
        Text("", "Hello %(name)s", ""),
    }


def test_a_catalogue_is_brought_up_to_date_filled_in_and_compiled(project):
    messages.update()
    assert len(messages.check()) == 5
    translations = {
        "The month is closed.": "本月已关账。",
        "month\x04May": "五月",
        "%(n)d row": "%(n)d 行",
        "It's “open”.": "“未关账”",
        "Hello %(name)s": "%(name)s，您好",
    }
    (project / "mine.json").write_text(json.dumps(translations))
    messages.merge([project / "mine.json"])
    assert messages.check() == []
    before = messages.CATALOGUE.read_bytes()
    messages.update()
    assert messages.CATALOGUE.read_bytes() == before
    messages.compile_catalogue()
    compiled = polib.mofile(str(messages.CATALOGUE.with_suffix(".mo")))
    assert {entry.msgid for entry in compiled} == {text.singular for text in messages.gather()}


@pytest.mark.parametrize(
    ("translation", "problem"),
    [
        ("您好", "lacks ['name']: 'Hello %(name)s'"),
        ("%(name)s，%(nmae)s", "names ['nmae'], unknown to its text: 'Hello %(name)s'"),
        ("", "not translated: 'Hello %(name)s'"),
    ],
)
def test_a_translation_with_other_placeholders_is_a_problem(project, translation, problem):
    messages.update()
    (project / "mine.json").write_text(json.dumps({"Hello %(name)s": translation}))
    messages.merge([project / "mine.json"])
    assert problem in messages.check()


def test_texts_missing_or_no_longer_used_are_problems(project):
    messages.update()
    (project / "app.py").write_text('a = _("The month is open.")\n')
    problems = messages.check()
    assert "missing from the catalogue: 'The month is open.'" in problems
    assert "no longer used: 'The month is closed.'" in problems
