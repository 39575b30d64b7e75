"""Finish the SVGs of matplotlib: small, accessible, and safe to inline in one page."""

import re
from collections.abc import Collection
from hashlib import sha256
from xml.etree import ElementTree

from figurepress.output.minify_svg import HREF, NAMESPACE, SVG, XLINK, minify

ElementTree.register_namespace("", NAMESPACE)
ElementTree.register_namespace("xlink", XLINK)


def finish(
    svg: bytes, name: str, title: str, description: str, gids: Collection[str] = ()
) -> bytes:
    """Give an SVG from matplotlib a title, a description and unique ids, and minify it.

    Parameters
    ----------
    svg
        The output of ``Figure.savefig``.
    name
        Name of the picture, different for each picture of a page. Ids made from gids start with
        it, and all others with a hash of it.
    title, description
        The content of ``<title>`` and ``<desc>``, which label the picture.
    gids
        The gids of the figure's artists, which become ids ``<name>-<gid>``.
    """
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        removed = (f"{SVG}style", f"{SVG}metadata")  # a style would affect the whole page
        parent[:] = [child for child in parent if child.tag not in removed]
    root.set("stroke-linejoin", "round")  # for all elements, as in the removed style sheet
    root.set("stroke-miterlimit", "10")  # as in PNG and PDF; the default of SVG cuts sharp corners

    _rename_ids(root, name, gids)
    minify(root)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for index, tag, text in ((0, "title", title), (1, "desc", description)):
        element = ElementTree.Element(f"{SVG}{tag}", id=f"{name}-{tag}")
        element.text = text
        root.insert(index, element)
    ElementTree.indent(root, space="")
    xml = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    return xml.replace(b" />", b"/>")  # changes no text, because texts contain &gt; instead of >


def _rename_ids(root: ElementTree.Element, name: str, gids: Collection[str]) -> None:
    """Number the ids that something refers to, prefix those in `gids` with `name`, drop the others.

    Numbers replace the ids of matplotlib, which are hashes of coordinates, whose last bits differ
    between machines.
    """
    # Matches "a1" in xlink:href="#a1" and in clip-path="url(#a1)".
    reference = re.compile(r"(?<=^#).+|(?<=url\(#)[^)]+")
    new_ids: dict[str, str] = {}
    # The prefix is short, because a picture refers to its glyphs hundreds of times.
    prefix = "i" + sha256(name.encode()).hexdigest()[:5]
    for element in root.iter():
        for key, value in element.attrib.items():
            is_color = value.startswith("#") and key != HREF
            if "#" not in value or is_color:
                continue
            for old_id in reference.findall(value):
                new_ids.setdefault(old_id, f"{prefix}-{len(new_ids)}")
            element.set(key, reference.sub(lambda match: new_ids[match[0]], value))
    taken = {f"{name}-title", f"{name}-desc"}
    for element in root.iter():
        old_id = element.attrib.pop("id", "")
        if old_id in new_ids:
            element.set("id", new_ids[old_id])
        elif old_id in gids:
            allowed = re.sub(r"[^\w.-]", "-", old_id)  # "a b" is not an id, but "a-b" is
            element.set("id", _first_free(f"{name}-{allowed}", taken))


def _first_free(wanted: str, taken: set[str]) -> str:
    """`wanted`, or if it is taken, `wanted`-2, `wanted`-3, ...; the result is added to `taken`."""
    free = wanted
    number = 1
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    taken.add(free)
    return free
