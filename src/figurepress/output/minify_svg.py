"""matplotlib's SVG in half its bytes, the same to the eye.

Lengths are rounded to 0.01 pt, in letters to 0.001 em, and what stands many times is said once.
"""

import re
from collections import defaultdict
from itertools import groupby
from operator import methodcaller
from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
# matplotlib places letters in units of 1/100 em and outlines them in 1/6400 em, scaled by 1/64.
OUTLINE = "scale(0.015625)"
OUTLINE_UNIT, TEXT_UNIT = 1000 / 6400, 1000 / 100  # to 1/1000 em, where whole numbers do
# What a group can say for all in it.
SHARED = (
    "clip-path",
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-opacity",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
)


def lighten(root: Element) -> None:
    """Rewrite an SVG of matplotlib's, in place."""
    definitions = _gather_definitions(root)
    for element in root.iter():
        _say_style_in_attributes(element)
    for element in root:
        _round(element)
    _write_out(root, definitions)
    for text in root.findall(f".//{SVG}g[@transform]"):
        _join_letters(text)
    _open_groups(root)
    for group in [root, *root.iter(f"{SVG}g")]:
        _share(group, SHARED)


def _gather_definitions(root: Element) -> Element:
    gathered = Element(f"{SVG}defs")
    for parent in root.findall(f".//{SVG}defs/.."):
        for definitions in parent.findall(f"{SVG}defs"):
            gathered.extend(definitions)
            parent.remove(definitions)
    root.insert(0, gathered)
    return gathered


def _say_style_in_attributes(element: Element) -> None:
    if element.tag == f"{SVG}image":  # says one property twice: browsers know either value
        return
    for item in filter(None, element.attrib.pop("style", "").split("; ")):
        key, value = item.split(": ")
        if item != "stroke-dashoffset: 0":
            element.set(key, re.sub(r"^#(.)\1(.)\2(.)\3$", r"#\1\2\3", value))


def _round(element: Element, unit: float = 1, digits: int = 2) -> None:
    """Multiply the lengths of an element and of all in it by ``unit``, and round them."""
    if element.tag == f"{SVG}image":  # measured in pixels, which its transform makes lengths
        return
    transform = element.get("transform", "")
    shift = re.match(r"translate\(([^)]+)\) ?", transform)
    if transform == OUTLINE:
        del element.attrib["transform"]
        unit, digits = OUTLINE_UNIT, 0
    elif shift and shift[0] == transform and element.tag == f"{SVG}use":
        del element.attrib["transform"]
        element.attrib.update(zip("xy", shift[1].split(), strict=True))
    elif shift:
        shifted = f"translate({_lengths(shift[1], unit, digits)})"
        element.set("transform", shifted + transform[shift.end() :])
    for key in element.attrib.keys() & {"x", "y", "width", "height"}:
        element.set(key, _lengths(element.get(key), unit, digits))
        if key in "xy" and element.get(key) == "0":
            del element.attrib[key]
    if "d" in element.attrib:
        element.set("d", _path(element.get("d"), unit, digits))
    if text := re.search(r"scale\((\S+) -\1\)$", transform):
        size = _number(float(text[1]) / TEXT_UNIT, 6)
        place = element.get("transform").removesuffix(text[0])
        element.set("transform", f"{place}scale({size}-{size})")
        unit, digits = TEXT_UNIT, 0
    for child in element:
        _round(child, unit, digits)


def _lengths(numbers: str, unit: float, digits: int) -> str:
    return " ".join(_number(float(number) * unit, digits) for number in numbers.split())


def _number(value: float, digits: int) -> str:
    """As SVG reads it: without zeros before and behind, never -0."""
    return re.sub(r"^(-?)0\.", r"\1.", f"{round(value, digits) + 0.0:.10g}")


def _path(d: str, unit: float, digits: int) -> str:
    """A path of matplotlib's in steps from point to point.

    Not the steps are rounded but the points, so that no error adds up.
    """
    grid = 10**digits
    text, last = "", ""
    at = start = (0, 0)
    for command, numbers, closes in re.findall(r"([MLQCz])([^MLQCz]*)(?=(z?))", d):
        values = [round(float(number) * unit * grid) for number in numbers.split()]
        points = list(zip(values[::2], values[1::2], strict=True))
        steps = [value - at[axis] for point in points for axis, value in enumerate(point)]
        if command == "M":
            start = points[0]
        if closes and command == "L" and points[0] == start:  # z draws the same line
            continue
        at = points[-1] if points else start
        command = command.lower()
        if command == "l" and 0 in steps:
            command, steps = ("v", steps[1:]) if steps[0] == 0 else ("h", steps[:1])
        text += " " if command == last and command not in "mz" else command
        text += " ".join(_number(step / grid, digits) for step in steps)
        last = command
    return text.replace(" -", "-").replace("m", "M", 1)


def _write_out(root: Element, definitions: Element) -> None:
    """Draw in its places what is shorter there than its definition and the references to it."""
    uses = defaultdict(list)
    for use in root.iter(f"{SVG}use"):
        uses[use.get(HREF)].append(use)
    for defined in definitions.findall(f"{SVG}path"):
        reference, d = f"#{defined.get('id')}", defined.get("d", "")
        places = uses[reference]
        definition = len(f'<path id="{reference}" d="{d}"')
        referring, drawing = len(f'<use xlink:href="{reference}"'), len(f'<path d="{d}"')
        if len(places) * drawing > definition + len(places) * referring:
            continue
        definitions.remove(defined)
        for use in places:
            use.tag = defined.tag
            del use.attrib[HREF]
            corner = [float(use.attrib.pop(key, 0)) for key in "xy"]
            use.attrib.update(defined.attrib, d=_moved(d, *corner))
            del use.attrib["id"]


def _moved(path: str, x: float, y: float) -> str:
    """A path from another first point; its steps are the same."""
    return re.sub(
        r"^M(-?[\d.]+) ?(-?[\d.]+)",
        lambda first: f"M{_number(float(first[1]) + x, 2)} {_number(float(first[2]) + y, 2)}",
        path,
    ).replace(" -", "-")


def _join_letters(text: Element) -> None:
    """Draw as one path the letters that a text does not refer to."""
    drawn = [part for part in text if part.keys() == ["d"]]
    for other in drawn[1:]:
        drawn[0].set("d", drawn[0].get("d") + other.get("d"))
        text.remove(other)


def _open_groups(parent: Element) -> None:
    """Take out of its group what a group says nothing about, and drop what draws nothing."""
    children = []
    for child in parent:
        _open_groups(child)
        if child.tag == f"{SVG}g" and not child.attrib:
            children += child
        elif len(child) or child.get("d") or child.tag not in (f"{SVG}g", f"{SVG}path"):
            children.append(child)
    parent[:] = children


def _share(parent: Element, keys: tuple[str, ...]) -> None:
    """Let a group say once what neighbours among its children say each."""
    for place, key in enumerate(keys, start=1):
        children = []
        for value, run in groupby(list(parent), methodcaller("get", key)):
            neighbours = list(run)
            if value is None or len(neighbours) == 1:
                children += neighbours
                continue
            for child in neighbours:
                del child.attrib[key]
            if len(neighbours) == len(parent) and key not in parent.attrib:
                parent.set(key, value)
                children = neighbours
            else:
                group = Element(f"{SVG}g", {key: value})
                group.extend(neighbours)
                _share(group, keys[place:])
                children.append(group)
        parent[:] = children
