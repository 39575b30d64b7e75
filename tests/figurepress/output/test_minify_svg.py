"""Minified SVGs: smaller, valid, and the same picture."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from figurepress.output.minify_svg import SHARED, minify
from tests.support.cpu_time import cpu_seconds
from tests.support.pixels_of_files import cairo_pixels, difference, reportlab_pixels, svg_pixels

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
XML = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
# The grammars of transforms and paths in SVG 1.1, sections 7.6 and 8.3.9.
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
TRANSFORM = rf"(?:matrix|translate|scale|rotate)\({NUMBER}(?:[ ,]+{NUMBER})*\)"
TRANSFORMS = re.compile(rf"{TRANSFORM}(?:[ ,]+{TRANSFORM})*")
PATH = re.compile(rf"(?:\s*[MmLlHhVvQqCcZz]\s*(?:{NUMBER}[ ,\n]*)*)*")


def minified(inner: str) -> ElementTree.Element:
    """The minified SVG with this content; its first child contains the definitions."""
    root = ElementTree.fromstring(XML.format(inner))
    minify(root)
    return root


def minified_path(d: str) -> str:
    return minified(f'<path d="{d}"/>').find(f"{SVG}path").get("d")


@pytest.fixture(scope="module")
def small(original):
    """The minified SVG of the figure with a bit of everything."""
    root = ElementTree.fromstring(original)
    minify(root)
    return ElementTree.tostring(root)


@pytest.fixture(scope="module")
def root(small):
    return ElementTree.fromstring(small)


def test_picture_is_the_same(small, original):
    """The program resvg draws an edge in one of four shades; rounding may move it to the next."""
    assert difference(svg_pixels(small), svg_pixels(original)) < 64


@pytest.mark.slow
@pytest.mark.parametrize("pixels", [cairo_pixels, reportlab_pixels])
def test_other_programs_draw_the_same(pixels, small, original):
    assert difference(pixels(small), pixels(original)) < 64


def test_paths_and_transforms_are_svg_1_1(root):
    for element in root.iter():
        assert PATH.fullmatch(element.get("d", "")), element.attrib
        assert TRANSFORMS.fullmatch(element.get("transform", "scale(1)")), element.attrib


def test_common_attributes_move_to_a_group(root):
    for parent in root.iter():
        for first, second in pairwise(parent):
            common = first.attrib.items() & second.attrib.items()
            assert not {key for key, _ in common} & set(SHARED), (first.attrib, second.attrib)


def test_style_becomes_attributes():
    _, path = minified('<path style="fill: #ff0000; stroke-width: 2" d="M 0 0 L 1 1"/>')
    assert path.attrib == {"d": "M0 0l1 1", "fill": "#f00", "stroke-width": "2"}


def test_unknown_style_is_kept():
    style = "mix-blend-mode: screen; fill: red"
    _, path = minified(f'<path style="{style}" d="M 0 0 L 1 1"/>')
    assert path.get("style") == style


@pytest.mark.parametrize(
    "d", ["M 1,2 L 3,4 Z", "M 0 0 A 5 5 0 0 1 3 4", "M 0 0 L 123456 2", "L 1 2"]
)
def test_unknown_path_is_kept(d):
    assert minified_path(d) == d


def test_content_of_unknown_transform_is_kept():
    transform = "matrix(1 0 0 1 5.123 6)"
    _, group = minified(f'<g transform="{transform}"><path d="M 0.001 0 L 1 1"/></g>')
    assert group.get("transform") == transform
    assert group[0].get("d") == "M 0.001 0 L 1 1"


def test_clip_path_stays_below_a_transform():
    shifted = '<g clip-path="url(#a)" transform="translate(1 {})"><path d="M 0 0 L 1 1"/></g>'
    _, *groups = minified(shifted.format(1) + shifted.format(2))
    assert [group.get("clip-path") for group in groups] == ["url(#a)", "url(#a)"]


@pytest.mark.parametrize(("size", "new_size"), [("0.09", ".009"), ("0.08333333", ".00833333")])
def test_texts_are_in_thousandths_of_an_em(size, new_size):
    """64000/6400 em in the glyph become 10000/1000 em, and 6.26/100 em become 63/1000 em."""
    glyph = '<path id="a" transform="scale(0.015625)" d="M 64000 3 L 0 6400 L 0 3200 L 9 9"/>'
    uses = '<use xlink:href="#a"/><use xlink:href="#a" transform="translate(6.26 0)"/>' * 3
    transform = f"translate(1.001 2) rotate(-90) scale({size} -{size})"
    definitions, text = minified(f'<defs>{glyph}</defs><g transform="{transform}">{uses}</g>')
    assert text.get("transform") == f"translate(1 2) rotate(-90) scale({new_size} -{new_size})"
    assert definitions[0].attrib == {"id": "a", "d": "M10000 0l-10000 1000v-500l1-499"}
    assert text[1].attrib == {HREF: "#a", "x": "63"}


def test_glyph_outside_a_text_keeps_its_unit():
    glyph = '<path id="a" transform="scale(0.015625)" d="M 0 0 L 64 64"/>'
    definitions, use = minified(f'<defs>{glyph}</defs><use xlink:href="#a"/>')
    assert definitions[0].get("transform") == "scale(0.015625)"
    assert use.attrib == {HREF: "#a"}


@pytest.mark.parametrize(
    "text", ['<circle r="1"/>', '<use xlink:href="#a" transform="skewX(3)"/>', '<path d="M 1,2"/>']
)
def test_unknown_part_of_a_text_keeps_its_unit(text):
    glyph = '<path id="a" transform="scale(0.015625)" d="M 0 0 L 64 64"/>'
    definitions, group = minified(
        f'<defs>{glyph}</defs><g transform="scale(0.09 -0.09)">{text}</g>'
    )
    assert definitions[0].get("transform") == "scale(0.015625)"
    assert group.get("transform") == "scale(0.09 -0.09)"


@pytest.mark.parametrize(
    ("place", "d"), [('x="0.25" y="5.75"', "M1.25 7.75h3"), ('y="-3"', "M1-1h3"), ("", "M1 2h3")]
)
def test_inlined_path_is_moved_to_its_place(place, d):
    definition = '<defs><path id="a" d="M 1 2 L 4 2"/></defs>'
    _, path = minified(f'{definition}<use xlink:href="#a" {place}/>')
    assert path.attrib == {"d": d}


def test_path_is_written_in_steps():
    d = "M 1 2 L 3 4 L 3 5 L 6 5 Q 7 8 9.125 10 C 1 2 3 4 5 6 z M 1.5 2.5 L 2 2"
    assert minified_path(d) == "M1 2l2 2v1h3q1 3 3.12 5c-8.12-8-6.12-6-4.12-4zm.5 .5l.5-.5"


def test_rounding_errors_do_not_add_up():
    # No step is near 0, so d has an x and a y for each point.
    points = np.random.default_rng(0).uniform(0.05, 0.4, size=(3000, 2)).cumsum(axis=0)
    coordinates = [f"{x:.6f} {y:.6f}" for x, y in points]
    d = minified_path("M " + " L ".join(coordinates))
    steps = np.array([float(number) for number in re.findall(r"-?[\d.]+", d)]).reshape(-1, 2)
    errors = np.cumsum(steps, axis=0) - points
    assert np.abs(errors).max() < 0.005 + 1e-5  # half of the last digit, with a tolerance


def test_time_is_linear_in_the_size_of_the_picture():
    def seconds(size: int) -> float:
        paths = [f'<path id="a{n}" d="M {n} 0 L 0 {n}"/>' for n in range(size)]
        uses = [f'<use xlink:href="#a{n}" x="{n}" style="fill: #000"/>' for n in range(size)]
        curve = f'<path d="M 0 0{" L 1 2 L 3 4" * size}"/>'
        svg = f"<defs>{''.join(paths)}</defs>{''.join(uses)}{curve}"
        return cpu_seconds(lambda: minified(svg))

    # A picture of 8 times the size would take 64 times as long if the time were quadratic.
    assert seconds(4000) < 25 * seconds(500) + 0.1
