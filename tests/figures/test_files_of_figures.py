"""Files that speak: title and description in every form, and SVGs that can share a page."""

import re
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from figurepress.project import config, prompts
from figurepress.palette import THEMES
from figurepress.output.render import freeze_layout, render
from figurepress.look.theme import theme
from figurepress.output.accessible_svg import speaking

import pytest
from matplotlib.figure import Figure
from PIL import Image

ROOT = Path(__file__).parents[2]
STEMS = config.read(ROOT).figures
SVG = "{http://www.w3.org/2000/svg}"
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


def svg_file(stem: str, theme: str) -> Path:
    return ROOT / "figures" / f"{stem}{'' if theme == 'light' else '-dark'}.svg"


@pytest.fixture(params=[(stem, theme) for stem in STEMS for theme in THEMES], ids="-".join)
def svg(request):
    """A figure's stem, theme, and the text of its SVG."""
    return *request.param, svg_file(*request.param).read_text(encoding="utf-8")


def test_svg_says_its_title_and_description(svg):
    stem, theme, text = svg
    root = ElementTree.fromstring(text)
    prompt = prompts.read(ROOT / "prompts" / f"{stem}.md")
    title, description = list(root)[:2]
    assert root.get("role") == "img"
    assert (title.tag, title.text) == (f"{SVG}title", prompt.title), f"{stem}, {theme}"
    assert (description.tag, description.text) == (f"{SVG}desc", prompt.alt), f"{stem}, {theme}"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


def test_svg_refers_to_nothing_outside(svg):
    stem, theme, text = svg
    assert "<script" not in text
    assert "<!DOCTYPE" not in text
    assert "<style" not in text, f"{stem}, {theme}: a style sheet reaches the whole page"
    addresses = set(re.findall(r"\w+://[^\s\"'<]+", text))
    assert addresses <= set(NAMESPACES), f"{stem}, {theme}: {addresses}"
    for reference in re.findall(r'href="([^"]*)"', text):
        assert reference.startswith(("#", "data:image/png;base64,")), f"{stem}, {theme}"


def test_every_id_is_the_figures_own_and_used(svg):
    stem, theme, text = svg
    ids = re.findall(r'\bid="([^"]*)"', text)
    used = set(re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', text))
    used = {href or url for href, url in used} | set(
        re.search(r'aria-labelledby="([^"]*)"', text)[1].split()
    )
    assert all(id.startswith(f"{stem}-{theme}-") for id in ids), f"{stem}, {theme}"
    assert len(ids) == len(set(ids)), f"{stem}, {theme}: an id stands twice"
    assert set(ids) == used, f"{stem}, {theme}: {set(ids) ^ used}"


def test_no_two_svgs_share_an_id():
    ids = [
        id
        for stem in STEMS
        for theme in THEMES
        for id in re.findall(r'\bid="([^"]*)"', svg_file(stem, theme).read_text(encoding="utf-8"))
    ]
    assert len(ids) == len(set(ids))


def test_svgs_of_the_lectures_page_are_a_third_of_its_pngs_today():
    pages = [stem for stem in STEMS if prompts.read(ROOT / "prompts" / f"{stem}.md").page]
    sizes = {stem: svg_file(stem, "light").stat().st_size for stem in pages}
    heaviest = max(sizes, key=sizes.get)
    total = sum(sizes.values())
    assert total <= 500_000, f"{total} bytes, of them {sizes[heaviest]} in {heaviest}.svg"


@pytest.mark.parametrize("theme", ["", "-dark"])
@pytest.mark.parametrize("stem", STEMS)
def test_png_says_its_title_and_description_and_nothing_else(stem, theme):
    prompt = prompts.read(ROOT / "prompts" / f"{stem}.md")
    picture = Image.open(ROOT / "figures" / f"{stem}{theme}.png")
    said = {key: value for key, value in picture.info.items() if key != "dpi"}
    assert said == {"Title": prompt.title, "Description": prompt.alt}
    assert picture.width == 1300
    assert round(picture.info["dpi"][0]) == 200


@pytest.fixture
def drawn():
    """A small figure in the light theme, laid out."""
    with theme("light"):
        figure = Figure(figsize=(2, 1))
        figure.subplots().plot([0, 1], label="<&")
        freeze_layout(figure)
        yield figure


def test_pdf_says_its_title_and_description_and_no_date(drawn):
    pdf = render(drawn, "pdf", 200, "x-light", "A title", "What it shows")
    assert b"/Title (A title)" in pdf
    assert b"/Subject (What it shows)" in pdf
    for key in (b"/CreationDate", b"/ModDate", b"/Creator", b"/Producer"):
        assert key not in pdf


@pytest.mark.parametrize("dpi", [100, 200])
def test_png_has_matplotlibs_pixels_and_no_channel_beside_colour(drawn, dpi):
    png = Image.open(BytesIO(render(drawn, "png", dpi, "x-light", "A title", "What it shows")))
    file = BytesIO()
    drawn.savefig(file, format="png", dpi=dpi)
    assert png.mode == "RGB"
    assert png.text == {"Title": "A title", "Description": "What it shows"}
    assert png.convert("RGBA").tobytes() == Image.open(file).tobytes()


def test_reference_beside_a_colour_is_renamed():
    path = '<path d="M 0 0  L 1 1" fill="#f00" clip-path="url(#a)" />'
    drawn = f'<svg xmlns="{NAMESPACES[0]}">{path}</svg>'
    *_, path = ElementTree.fromstring(speaking(drawn.encode(), "x-light", "", ""))
    assert path.get("clip-path") == "url(#x-light-0)"


def test_svg_names_its_encoding(drawn):
    svg = render(drawn, "svg", 200, "x-light", "A title", "What it shows")
    assert svg.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<svg ")


def test_words_with_signs_of_xml_are_escaped(drawn):
    svg = render(drawn, "svg", 200, "x-light", "a < b & c", '"quoted" > all')
    title, description = list(ElementTree.fromstring(svg))[:2]
    assert (title.text, description.text) == ("a < b & c", '"quoted" > all')


def test_layout_is_settled_to_the_last_bit(drawn):
    for axes in drawn.axes:
        corners = axes.get_position(original=True).get_points()
        assert (corners == corners.round(9)).all()
    assert drawn.get_layout_engine() is None  # with one, savefig draws each file twice
    before = drawn.axes[0].get_position().bounds
    drawn.axes[0].set_ylabel("a label\nthat would move the panel")
    drawn.draw_without_rendering()
    assert drawn.axes[0].get_position().bounds == before


@pytest.mark.parametrize("format", ["svg", "png", "pdf"])
def test_same_figure_has_the_same_bytes(drawn, format):
    files = {render(drawn, format, 200, "x-light", "A title", "What it shows") for _ in range(2)}
    assert len(files) == 1
