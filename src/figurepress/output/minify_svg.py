"""Shrink an SVG from matplotlib to about half its bytes, without visible change.

Coordinates are rounded to 0.01 pt, paths are written in relative steps, and style that
neighbours share moves to a group around them. The result is valid SVG 1.1, with separators
wherever its grammar requires them. Elements that this module does not support (other path
commands and transforms, gradients, filters, images) are left unchanged.
"""

import re
from collections import defaultdict
from functools import lru_cache, partial
from itertools import groupby
from xml.etree.ElementTree import Element

NAMESPACE, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
SVG, HREF = f"{{{NAMESPACE}}}", f"{{{XLINK}}}href"
NUMBER = r"-?\d*\.?\d+"
SHIFT = rf"translate\((?P<x>{NUMBER}) (?P<y>{NUMBER})\)"
GLYPH = re.compile(rf"({SHIFT})?(?P<scale> ?scale\({NUMBER}\))?")
PLACE = re.compile(rf"(?P<shift>{SHIFT})?( ?rotate\({NUMBER}\))?")
TEXT = re.compile(rf"(?P<place>.*?) ?scale\((?P<size>{NUMBER}) -(?P=size)\)")
# matplotlib places glyphs in 1/100 em, and outlines them in 1/6400 em with this transform.
OUTLINE = "scale(0.015625)"
PER_EM = 1000  # our unit; whole numbers are precise enough in it
LARGEST = 100_000  # beyond it, steps in single precision would miss their end
POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "z": 0}  # of each command that this module supports
Point = tuple[int, int]
# A group passes these on to its children. clip-path is not inherited, but clips the whole group.
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
PROPERTIES = {*SHARED, "opacity", "stroke-dashoffset", "stop-color", "stop-opacity"}


def minify(root: Element) -> None:
    """Rewrite an SVG from matplotlib in place, in time linear in its size."""
    definitions = _collect_definitions(root)
    for element in root.iter():
        _style_to_attributes(element)
    texts = _use_whole_numbers_in_texts(root, definitions)
    for element in root:
        _round_coordinates(element)
    _inline_small_definitions(root, definitions)
    for text in texts:
        _join_glyphs(text)
    _unwrap_groups(root)
    for group in reversed([root, *root.iter(f"{SVG}g")]):  # so that attributes can move far up
        _hoist_common_attributes(group, SHARED)


def _collect_definitions(root: Element) -> Element:
    """Move the content of all ``defs`` elements into one at the start."""
    definitions = Element(f"{SVG}defs")
    for parent in list(root.iter()):
        for defs in parent.findall(f"{SVG}defs"):
            definitions.extend(defs)
            defs.clear()
        parent[:] = [child for child in parent if child.tag != definitions.tag]
    root.insert(0, definitions)
    return definitions


def _style_to_attributes(element: Element) -> None:
    """Replace ``style`` by presentation attributes, if it contains only known properties."""
    declarations = [part.split(":") for part in element.get("style", "").split(";") if part.strip()]
    if any(len(declaration) != 2 for declaration in declarations):
        return
    style = {key.strip(): value.strip() for key, value in declarations}
    if len(style) < len(declarations) or not style.keys() <= PROPERTIES:
        return
    element.attrib.pop("style", None)
    for key, value in style.items():
        if (key, value) != ("stroke-dashoffset", "0"):
            element.set(key, _short_color(value) if value.startswith("#") else value)


@lru_cache
def _short_color(value: str) -> str:
    return re.sub(r"^#(.)\1(.)\2(.)\3$", r"#\1\2\3", value)


def _use_whole_numbers_in_texts(root: Element, definitions: Element) -> list[Element]:
    """Change the unit of texts and their glyphs to 1/1000 em, so that coordinates are whole.

    It changes all texts or none: none if a text contains what this module does not support, or if
    a glyph is also used outside a text, where the new unit would change its size.
    Together with `_join_glyphs`, this saves a third of the bytes, and a quarter after gzip.

    Returns
    -------
    list of Element
        The groups of the rewritten texts.
    """
    groups = root.iter(f"{SVG}g")
    texts = [group for group in groups if TEXT.fullmatch(group.get("transform", ""))]
    parts = [part for text in texts for part in text]
    glyphs = [path for path in definitions if path.get("transform") == OUTLINE]
    uses = [part for part in parts if part.tag == f"{SVG}use"]
    rules = [part for part in parts if part.tag == f"{SVG}path"]  # of fractions and roots
    references = {f"#{glyph.get('id')}" for glyph in glyphs}
    uses_anywhere = [use for use in root.iter(f"{SVG}use") if use.get(HREF) in references]
    paths = {rule: _relative_path(rule.get("d", ""), 0, PER_EM / 100) for rule in rules}
    paths |= {glyph: _relative_path(glyph.get("d", ""), 0, PER_EM / 6400) for glyph in glyphs}
    is_known = (
        len(uses) + len(rules) == len(parts)
        and len(uses_anywhere) == len(uses)
        and all(GLYPH.fullmatch(use.get("transform", "")) for use in uses)
        and None not in paths.values()
    )
    if not is_known:
        return []
    for text in texts:
        text.set("transform", TEXT.sub(_in_our_unit, text.get("transform", "")).strip())
    for use in uses:
        _place_glyph(use)
    for path, d in paths.items():
        path.set("d", d or "")
        path.attrib.pop("transform", None)
    return texts


def _in_our_unit(text: re.Match[str]) -> str:
    """The transform of a text whose content is in 1/PER_EM em."""
    size = f"{float(text['size']) * 100 / PER_EM:.6g}".replace("0.", ".", 1)
    return f"{text['place']} scale({size} -{size})"


def _place_glyph(use: Element) -> None:
    """Write the position of a glyph in 1/PER_EM em."""
    place = GLYPH.fullmatch(use.attrib.pop("transform", ""))
    assert place is not None  # the caller has checked this
    x, y = (_rounded(float(place[axis] or 0) * PER_EM / 100, 0) for axis in "xy")
    if place["scale"]:
        use.set("transform", f"translate({x} {y}){place['scale'].replace('0.', '.')}")
    else:
        use.attrib.update(x=x, y=y)


def _round_coordinates(element: Element) -> None:
    """Round the coordinates of an element and of everything in it to 0.01."""
    transform = element.get("transform", "")
    text = TEXT.fullmatch(transform)
    place = PLACE.fullmatch(text["place"] if text else transform)
    if place is None or element.tag == f"{SVG}image":
        return
    if place["shift"]:
        shift = f"translate({_rounded(place['x'])} {_rounded(place['y'])})"
        element.set("transform", shift + transform[place.end("shift") :])
    for key in element.attrib.keys() & {"x", "y", "width", "height"}:
        if re.fullmatch(NUMBER, element.attrib[key]):
            element.set(key, _rounded(element.attrib[key]))
        if key in "xy" and element.attrib[key] == "0":
            del element.attrib[key]
    if path := _relative_path(element.get("d", ""), 2):
        element.set("d", path)
    for child in element:
        _round_coordinates(child)


def _rounded(number: str | float, digits: int = 2) -> str:
    """A number rounded to `digits` decimals, in the fewest characters."""
    return _number(round(float(number) * 10**digits), digits)


@lru_cache(maxsize=2**16)
def _number(value: int, digits: int) -> str:
    """``value / 10**digits``, in the fewest characters that SVG accepts."""
    return re.sub(r"^(-?)0\.", r"\1.", f"{value / 10**digits:.12g}")


def _relative_path(d: str, digits: int, unit: float = 1) -> str | None:
    """Path data in relative steps, multiplied by `unit`; None if its form is not supported.

    This rounds the points instead of the steps between them, so that errors do not add up.
    """
    segments = _segments(d, unit * 10**digits)
    if segments is None:
        return None
    text = last = ""
    start = at = (0, 0)
    for place, (command, points) in enumerate(segments):
        if command == "M":
            start = points[0]
        is_last_side = segments[place + 1 : place + 2] == [("z", [])] and points == [start]
        if command == "L" and is_last_side:
            continue  # z draws this line, too
        letter, steps = _step(command, points, at)
        at = points[-1] if points else start
        text += " " if letter == last and letter not in "mz" else letter
        text += " ".join(_number(step, digits) for step in steps)
        last = letter
    return text.replace("m", "M", 1).replace(" -", "-")


def _segments(d: str, grid: float) -> list[tuple[str, list[Point]]] | None:
    """Commands with their points, times `grid` and rounded; None if one is not supported."""
    segments = []
    for command, text in re.findall(r"([A-Za-z])([^A-Za-z]*)", d):
        try:
            numbers = [float(number) for number in text.split()]
        except ValueError:
            return None
        is_known = len(numbers) == 2 * POINTS.get(command, -1)
        if not is_known or any(abs(number) > LARGEST for number in numbers):
            return None
        values = [round(number * grid) for number in numbers]
        segments.append((command, list(zip(values[::2], values[1::2], strict=True))))
    return segments if not segments or segments[0][0] == "M" else None


def _step(command: str, points: list[Point], at: Point) -> tuple[str, list[int]]:
    """The relative form of a command that starts at the point `at`: its letter and numbers."""
    steps = [point[axis] - at[axis] for point in points for axis in (0, 1)]
    if command == "L" and steps[0] == 0:
        return "v", steps[1:]
    if command == "L" and steps[1] == 0:
        return "h", steps[:1]
    return command.lower(), steps


def _inline_small_definitions(root: Element, definitions: Element) -> None:
    """Replace references to a path by the path itself, unless this needs more bytes."""
    uses = defaultdict(list)
    for use in root.iter(f"{SVG}use"):
        uses[use.get(HREF)].append(use)
    kept = []
    for defined in definitions:
        reference = f"#{defined.get('id')}"
        d = defined.get("d", "")
        places = uses[reference]
        by_reference = len(f'<path id="{reference}" d="{d}"')
        by_reference += len(places) * len(f'<use xlink:href="{reference}"')
        if len(places) * len(f'<path d="{d}"') > by_reference or not _can_move(defined):
            kept.append(defined)
            continue
        for use in places:
            x = float(use.attrib.pop("x", 0))
            y = float(use.attrib.pop("y", 0))
            attributes = {**defined.attrib, "d": _moved(d, x, y)}
            del attributes["id"], use.attrib[HREF]
            use.tag = defined.tag
            use.attrib.update(attributes)
    definitions[:] = kept


def _can_move(defined: Element) -> bool:
    """Whether moving its first point moves the whole path: relative steps, no transform."""
    placed = {"style", "transform"} & defined.attrib.keys()
    relative = re.fullmatch("(M[^A-Z]+)?", defined.get("d", ""))
    return defined.tag == f"{SVG}path" and not placed and relative is not None


def _moved(d: str, x: float, y: float) -> str:
    """A relative path, moved by (x, y)."""
    if (x, y) == (0, 0):
        return d
    return re.sub(
        r"^M(-?[\d.]+) ?(-?[\d.]+)",
        lambda at: f"M{_rounded(float(at[1]) + x)} {_rounded(float(at[2]) + y)}",
        d,
    ).replace(" -", "-")


def _join_glyphs(text: Element) -> None:
    """Combine the inlined glyphs of a text into one path."""
    glyphs = [part for part in text if part.tag == f"{SVG}path" and part.keys() == ["d"]]
    if len(glyphs) > 1:
        glyphs[0].set("d", "".join(glyph.attrib["d"] for glyph in glyphs))
        joined = set(glyphs[1:])
        text[:] = [part for part in text if part not in joined]


def _unwrap_groups(parent: Element) -> None:
    """Replace groups without attributes by their children, and drop empty elements."""
    children: list[Element] = []
    for child in parent:
        _unwrap_groups(child)
        if child.tag == f"{SVG}g" and not child.attrib:
            children += child
        elif len(child) or child.get("d") or child.tag not in (f"{SVG}g", f"{SVG}path"):
            children.append(child)
    parent[:] = children


def _hoist_common_attributes(parent: Element, keys: tuple[str, ...]) -> None:
    """Move an attribute that neighbouring children share to a group around them."""
    for place, key in enumerate(keys, start=1):
        children: list[Element] = []
        for value, run in groupby(list(parent), partial(_shareable, key)):
            neighbours = list(run)
            if value is None or len(neighbours) == 1:
                children += neighbours
                continue
            for child in neighbours:
                del child.attrib[key]
            if len(neighbours) == len(parent) and not {key, "style"} & parent.attrib.keys():
                parent.set(key, value)
                children = neighbours
            else:
                group = Element(f"{SVG}g", {key: value})
                group.extend(neighbours)
                _hoist_common_attributes(group, keys[place:])
                children.append(group)
        parent[:] = children


def _shareable(key: str, child: Element) -> str | None:
    """The value of an attribute, or None if it cannot move to the parent."""
    if key == "clip-path" and "transform" in child.attrib:  # the transform also moves the clip path
        return None
    return child.get(key)
