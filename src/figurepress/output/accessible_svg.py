"""An SVG that speaks to a screen reader and can stand inline beside others."""

import re
from xml.etree import ElementTree

from figurepress.output.minify_svg import lighten

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def speaking(svg: bytes, name: str, title: str, alt: str) -> bytes:
    """matplotlib's SVG with title and description, and with ids of its own.

    Every id, and every reference to one, begins with ``name``; ids that nothing
    refers to are dropped, and so are the document type, the metadata and the
    style sheet, which would reach beyond this picture on a page.
    """
    root = ElementTree.fromstring(svg)
    for parent in root.findall(f".//{{{SVG}}}style/.."):
        for style in parent.findall(f"{{{SVG}}}style"):
            parent.remove(style)
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    # What the style sheet said for all elements, said once where all inherit it.
    root.set("stroke-linejoin", "round")

    _rename_ids(root, name)
    lighten(root)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for place, (tag, text) in enumerate((("title", title), ("desc", alt))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", id=f"{name}-{tag}")
        element.text = text
        root.insert(place, element)
    ElementTree.indent(root, space="")
    lines = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    return lines.replace(b" />", b"/>")


def _rename_ids(root: ElementTree.Element, name: str) -> None:
    """Number the ids that something refers to, and drop the others.

    matplotlib's are hashes of coordinates to the last bit, which layout does not settle.
    """
    reference = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")
    ids: dict[str, str] = {}
    for element in root.iter():
        for key, value in element.attrib.items():
            if value.startswith("#") and key != f"{{{XLINK}}}href":  # a colour
                continue
            for old in reference.findall(value):
                ids.setdefault(old, f"{name}-{len(ids)}")
            element.set(key, reference.sub(lambda match: ids[match[0]], value))
    for element in root.iter():
        if element.get("id") in ids:
            element.set("id", ids[element.get("id")])
        else:
            element.attrib.pop("id", None)
