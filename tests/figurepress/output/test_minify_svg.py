"""SVGs in few bytes: they look as matplotlib draws them, and say each thing once."""

import re
from collections import Counter
from importlib import import_module
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from figurepress import look
from figurepress.project import config
from figurepress.output.minify_svg import SHARED, lighten
from figurepress.palette import THEMES
from figurepress.output.render import freeze_layout
from figurepress.output.accessible_svg import speaking

import numpy as np
import pytest
import resvg_py
from matplotlib.figure import Figure
from PIL import Image

STEMS = config.read(Path(__file__).parents[1]).figures
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "http://www.w3.org/1999/xlink"


def as_matplotlib(figure: Figure) -> bytes:
    file = BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def in_the_column(svg: bytes) -> np.ndarray:
    """What is seen where a figure is 650 px wide: (H, W, RGB) of 0 to 255, each pixel from four."""
    drawn = resvg_py.svg_to_bytes(svg_string=svg.decode(), dpi=200, skip_system_fonts=True)
    return np.asarray(Image.open(BytesIO(drawn)).convert("RGB").reduce(2), dtype=float)


def look_the_same(light: bytes, drawn: bytes) -> bool:
    """No pixel differs by a quarter of the scale, all by less than 1 of 255.

    The renderer tells 4 x 16 shades of an edge: a hundredth of a point can be one of the 4.
    """
    difference = np.abs(in_the_column(light) - in_the_column(drawn)).max(axis=2)
    return bool(difference.max() < 64 and np.sqrt((difference**2).mean()) < 1)


@pytest.fixture(scope="module")
def figure():
    """A bit of all that figures draw."""
    rng = np.random.default_rng(0)
    with look.theme("light"):
        figure = Figure(figsize=(6.5, 4))
        curves, cells, bars, image = figure.subplots(2, 2).flat
        x = np.linspace(0, 9, 400)
        curves.plot(x, np.sin(x), "--", label=r"$\sum_t \frac{k[t]}{x^2}$, sine")
        curves.plot(x[::20], np.cos(x[::20]), "o-", color="#fff", markeredgecolor="black")
        curves.fill_between(x, np.sin(x), alpha=0.3)
        curves.axvline(4, zorder=-1)
        curves.annotate("there", (4, 0), (6, 1), arrowprops={"arrowstyle": "->"}, rotation=30)
        curves.legend()
        curves.set(ylabel="eeeee eeeee eeeee", xlim=(1, 8))
        mesh = look.heatmap(cells, rng.normal(size=(3, 5)), look.diverging(), (-2, 2))
        look.write_cells(cells, mesh, "{:.1f}")
        bars.bar(range(3), [1, 3, 2], hatch="//", edgecolor="white", linestyle=":")
        bars.scatter(rng.normal(size=30), rng.normal(size=30), alpha=0.5)
        figure.colorbar(image.imshow(rng.normal(size=(9, 9)), interpolation="none"))
        freeze_layout(figure)
        yield figure


@pytest.fixture(scope="module")
def drawn(figure):
    return as_matplotlib(figure)


@pytest.fixture(scope="module")
def light(drawn):
    return speaking(drawn, "x-light", "A title", "What it shows")


def test_looks_as_matplotlib_draws_it(light, drawn):
    assert look_the_same(light, drawn)


@pytest.mark.slow
@pytest.mark.parametrize("stem", STEMS)
def test_figure_looks_as_matplotlib_draws_it(stem):
    script = import_module(stem)
    numbers = script.compute()
    for theme in THEMES:
        with look.theme(theme):
            figure = script.draw(numbers)
            freeze_layout(figure)
            drawn = as_matplotlib(figure)
        assert look_the_same(speaking(drawn, stem, "A title", "What it shows"), drawn), theme


def test_has_half_the_bytes(light, drawn):
    assert len(light) < len(drawn) / 2


def test_letter_used_often_is_defined_once(light):
    root = ElementTree.fromstring(light)
    uses = Counter(use.get(f"{{{XLINK}}}href") for use in root.iter(f"{SVG}use"))
    (e, times), *_ = uses.most_common()
    assert times > 15
    assert len(root.findall(f"./{SVG}defs/{SVG}path[@id='{e[1:]}']")) == 1


def test_nothing_used_once_is_defined(light):
    for definition in ElementTree.fromstring(light).findall(f"./{SVG}defs/{SVG}path"):
        assert light.count(f'#{definition.get("id")}"'.encode()) > 1


def test_letters_drawn_in_their_places_are_one_path(light):
    texts = ElementTree.fromstring(light).findall(f".//{SVG}g[@transform]")
    letters = [[path for path in text if path.keys() == ["d"]] for text in texts]
    assert max(map(len, letters)) == 1


def test_all_definitions_stand_in_one_place(light):
    root = ElementTree.fromstring(light)
    assert list(root.iter(f"{SVG}defs")) == root.findall(f"./{SVG}defs")
    assert len(root.findall(f"./{SVG}defs")) == 1


def test_style_is_said_in_attributes(light):
    elements = ElementTree.fromstring(light).iter()
    assert {element.tag for element in elements if element.get("style")} <= {f"{SVG}image"}


def test_neighbours_do_not_say_the_same(light):
    root = ElementTree.fromstring(light)
    said = {
        (key, one.get(key))
        for parent in root.iter()
        for one, next in pairwise(parent)
        for key in SHARED
        if one.get(key) is not None and one.get(key) == next.get(key)
    }
    assert not said


def test_zero_goes_without_saying(light):
    zero = [
        (key, element.get(key))
        for element in ElementTree.fromstring(light).iter()
        for key in ("x", "y", "stroke-dashoffset")
        if element.get(key) == "0"
    ]
    assert not zero


def test_clip_within_a_clip_stays():
    root = ElementTree.fromstring(
        f'<svg xmlns="{SVG[1:-1]}"><g clip-path="url(#a)">'
        '<path clip-path="url(#b)" d="M 0 0  L 1 1" /><path clip-path="url(#b)" d="M 0 0  L 2 1" />'
        "</g></svg>"
    )
    lighten(root)
    clips = [element.get("clip-path") for element in root.iter()]
    assert [clip for clip in clips if clip] == ["url(#a)", "url(#b)"]


def test_every_group_says_something(light):
    assert all(
        group.attrib and len(group) for group in ElementTree.fromstring(light).iter(f"{SVG}g")
    )


def test_every_element_has_its_line(light):
    assert max(line.count(b"<") for line in light.splitlines()) <= 2


def lightened_svg(inner: str) -> ElementTree.Element:
    """An SVG with this inside after the rewrite: its definitions, then what it draws."""
    root = ElementTree.fromstring(f'<svg xmlns="{SVG[1:-1]}" xmlns:xlink="{XLINK}">{inner}</svg>')
    lighten(root)
    return root


@pytest.mark.parametrize(("size", "written"), [("0.09", ".009"), ("0.08333333", ".008333")])
def test_only_the_size_of_a_text_changes_its_unit(size, written):
    _, text = lightened_svg(
        f'<g transform="translate(10.09 5.004) scale({size} -{size})"><path d="M 0 0  L 1 1" /></g>'
    )
    assert text.get("transform") == f"translate(10.09 5)scale({written}-{written})"


def test_group_is_moved_by_its_transform():
    _, group = lightened_svg('<g transform="translate(-0.001 5)"><path d="M 0 0  L 1 1" /></g>')
    assert group.attrib == {"transform": "translate(0 5)"}


def test_use_is_moved_by_its_place():
    _, use = lightened_svg('<use transform="translate(0.5 -3)" />')
    assert use.attrib == {"x": ".5", "y": "-3"}


def test_outlines_of_letters_and_their_places_are_in_thousandths_of_an_em():
    outline = '<path transform="scale(0.015625)" d="M 64000 3  L 0 6400" />'
    placed = '<use transform="translate(6.26 0)" />'
    scale = "scale(0.1 -0.1)"
    _, path, text = lightened_svg(f'{outline}<g transform="translate(1 2) {scale}">{placed}</g>')
    assert path.attrib == {"d": "M10000 0l-10000 1000"}
    assert text[0].attrib == {"x": "63"}


@pytest.mark.parametrize(
    ("corners", "uses", "defined"), [(16, 2, False), (20, 2, True), (10, 3, False), (12, 3, True)]
)
def test_path_is_defined_where_that_has_fewer_bytes(corners, uses, defined):
    d = "M 0 0 " + "".join(f" L {(n + 1) // 2} {n // 2} " for n in range(1, corners + 1))
    use = '<use xlink:href="#a" />'
    definitions, *_ = lightened_svg(f'<defs><path id="a" d="{d}" /></defs>{use * uses}')
    assert bool(len(definitions)) == defined


@pytest.mark.parametrize(
    ("place", "d"), [('x="0.25" y="5.75"', "M1.25 7.75h3"), ('y="-3"', "M1-1h3"), ("", "M1 2h3")]
)
def test_path_drawn_in_its_place_is_moved_there(place, d):
    defined = '<defs><path id="a" d="M 1 2  L 4 2" /></defs>'
    _, path = lightened_svg(f'{defined}<use xlink:href="#a" {place} />')
    assert path.attrib == {"d": d}


def test_letter_that_says_more_than_its_path_stays_its_own():
    clipped = '<path clip-path="url(#a)" d="M 0 0  L 2 2" />'
    letters = f'<path d="M 0 0  L 1 1" />{clipped}'
    _, text = lightened_svg(f'<g transform="translate(1 2)">{letters}</g>')
    assert [letter.get("clip-path") for letter in text] == [None, "url(#a)"]


def test_metadata_of_matplotlib_are_left_out(light, drawn):
    assert b"<metadata>" in drawn
    assert b"<metadata>" not in light


def lightened(d: str) -> str:
    """A path's data after the rewrite."""
    root = ElementTree.fromstring(f'<svg xmlns="{SVG[1:-1]}"><path d="{d}" /></svg>')
    lighten(root)
    return root.find(f"{SVG}path").get("d")


def test_tags_close_without_a_blank(light):
    assert b" />" not in light


def test_path_goes_in_steps():
    assert lightened("M 1 2  L 3 4  L 3 5  L 6 5  Q 7 8 9.125 10  C 1 2 3 4 5 6  z") == (
        "M1 2l2 2v1h3q1 3 3.12 5c-8.12-8-6.12-6-4.12-4z"
    )


def test_second_part_of_a_path_starts_from_the_first():
    assert lightened("M 1 1  L 3 2  L 0 4  z M 5 5  M 6 6  L 7 8") == "M1 1l2 1-3 2zm4 4m1 1l1 2"


def test_last_side_is_left_to_the_closing():
    assert lightened("M 0 0  L 2 0  L 2 2  L 0 0  z M 1 1  L 1 2  L 1 1") == "M0 0h2v2zm1 1v1-1"
    assert lightened("M 0 0  L 2 0  L 2 2  z M 1 1  z") == "M0 0h2v2zm1 1z"


def test_numbers_have_no_idle_zeros():
    assert lightened("M 0.5 -0.5  L 0.501 100  L -0.001 0.25") == "M.5-.5v100.5l-.5-99.75"


def test_rounding_does_not_add_up():
    points = np.random.default_rng(0).uniform(0.05, 0.4, size=(3000, 2)).cumsum(axis=0)
    d = lightened("M" + "L".join(f" {x:.6f} {y:.6f} " for x, y in points))
    steps = np.array([float(number) for number in re.findall(r"-?[\d.]+", d)]).reshape(-1, 2)
    assert np.abs(np.cumsum(steps, axis=0) - points).max() < 0.00501
