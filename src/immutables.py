"""Replaces the package of this name, which has no wheel for Python 3.14.

Snakemake needs only an empty `Map` as the default of a field. Without this module, Python 3.14
would need a C compiler to install Snakemake.
"""

from typing import Any


class Map(dict[Any, Any]):
    """A hashable dictionary; dataclasses accept it as a default value."""

    def __hash__(self) -> int:  # type: ignore[override] # a dict has none
        return id(self)
