"""Rules are tested without a database, their sentences in English; Hypothesis never fails them for being slow."""

from hypothesis import settings

from tests.english import english

__all__ = ["english"]

settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
