"""Stands in for the package of this name, which has no wheel for Python 3.14.

Snakemake needs only an empty `Map` as the default of a field. Without this module, Python 3.14
would need a C compiler to install Snakemake.
"""


class Map(dict):
    """A dictionary that may be a default value, because it is hashable."""

    __hash__ = object.__hash__
