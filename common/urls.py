"""Addresses that every list has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, re_path

__all__ = ["export_path"]


def export_path(prefix: str, view: Callable[..., Any], name: str) -> URLPattern:
    """Where a list is taken away as a file: prefix/xlsx/ or prefix/csv/, and nothing else."""
    return re_path(rf"^{prefix}(?P<kind>xlsx|csv)/$", view, name=name)
