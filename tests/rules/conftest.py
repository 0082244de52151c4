"""Rules are tested without a database; Hypothesis never fails them for being slow."""

from hypothesis import settings

settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
