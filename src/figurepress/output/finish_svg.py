"""Finish the SVGs of matplotlib: small, accessible, and safe to inline several times in a page."""

import re
from collections.abc import Collection
from hashlib import sha256
from itertools import chain, count
from xml.etree import ElementTree

from figurepress.output.minify_svg import HREF, NAMESPACE, SVG, XLINK, minify

ElementTree.register_namespace("", NAMESPACE)
ElementTree.register_namespace("xlink", XLINK)


def finish(
    svg: bytes, name: str, title: str, description: str, gids: Collection[str] = ()
) -> bytes:
    """Give an SVG from matplotlib a title, a description and unique ids, and minify it.

    This removes the document type, the metadata and the style sheet, which would affect other
    pictures on the same page.

    Parameters
    ----------
    svg
        The output of ``Figure.savefig``.
    name
        The prefix of ids made from gids. Other ids have a hash of it as their prefix, so that
        no two pictures share an id.
    title, description
        The content of ``<title>`` and ``<desc>``, which label the picture.
    gids
        Ids to keep, even if nothing in the SVG refers to them.
    """
    root = ElementTree.fromstring(svg)
    for tag in (f"{SVG}style", f"{SVG}metadata"):
        for parent in root.findall(f".//{tag}/.."):
            parent[:] = [child for child in parent if child.tag != tag]
    # The removed style sheet set this for all elements; now they inherit it from the root.
    root.set("stroke-linejoin", "round")
    root.set("stroke-miterlimit", "10")  # as in PNG and PDF; the default of SVG cuts sharp corners

    _rename_ids(root, name, gids)
    minify(root)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(f"{SVG}{tag}", id=f"{name}-{tag}")
        element.text = text
        root.insert(place, element)
    ElementTree.indent(root, space="")
    lines = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    return lines.replace(b" />", b"/>")  # in tags only: texts contain &gt; instead of >


def _rename_ids(root: ElementTree.Element, name: str, gids: Collection[str]) -> None:
    """Number the ids that something refers to, keep those in `gids`, and drop the others.

    matplotlib's ids are hashes of coordinates, whose last bits differ between machines. If
    several artists have the same gid, a number makes the others unique.
    """
    reference = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")
    ids: dict[str, str] = {}
    # Short, because glyphs have hundreds of references.
    short = "i" + sha256(name.encode()).hexdigest()[:5]
    for element in root.iter():
        for key, value in element.attrib.items():
            is_color = value.startswith("#") and key != HREF
            if "#" not in value or is_color:
                continue
            for old in reference.findall(value):
                ids.setdefault(old, f"{short}-{len(ids)}")
            element.set(key, reference.sub(lambda match: ids[match[0]], value))
    taken = {f"{name}-title", f"{name}-desc", *ids.values()}
    for element in root.iter():
        old = element.attrib.pop("id", "")
        if old in ids:
            element.set("id", ids[old])
        elif old in gids:
            new = f"{name}-" + re.sub(r"[^\w.-]", "-", old)
            element.set("id", _first_free(new, taken))


def _first_free(wanted: str, taken: set[str]) -> str:
    """The first of `wanted`, `wanted`-2, `wanted`-3, ... that is free; it is added to `taken`."""
    names = chain([wanted], (f"{wanted}-{number}" for number in count(2)))
    free = next(name for name in names if name not in taken)
    taken.add(free)
    return free
