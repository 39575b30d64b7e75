"""SVGs with texts for screen readers, and with ids that stay unique when SVGs share a page."""

import re
from xml.etree import ElementTree

import pytest

from figurepress.output.finish_svg import finish

SVG = "{http://www.w3.org/2000/svg}"
XML = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
PATH = '<path d="M 0 0 L 1 1"/>'


@pytest.fixture(scope="module")
def svg(original):
    """The figure with a bit of everything, finished; two of its artists have a gid."""
    return finish(original, "x-light", "a < b & c", '"All" it > shows', {"sine", "stars"})


@pytest.fixture(scope="module")
def root(svg):
    return ElementTree.fromstring(svg)


def ids(inner: str, gids: set[str]) -> list[str]:
    """The ids in a finished SVG with this content, without those of its title and description."""
    root = ElementTree.fromstring(finish(XML.format(inner).encode(), "x", "", "", gids))
    every_id = [element.get("id") for element in root.iter() if element.get("id")]
    return every_id[2:]


def test_title_and_description_come_first(root):
    title, description = list(root)[:2]
    assert (title.tag, title.text) == (f"{SVG}title", "a < b & c")
    assert (description.tag, description.text) == (f"{SVG}desc", '"All" it > shows')


def test_svg_is_labelled_by_its_title_and_description(root):
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "x-light-title x-light-desc")
    assert [child.get("id") for child in root[:2]] == ["x-light-title", "x-light-desc"]


def test_svg_does_not_affect_its_page(svg):
    for tag in (b"<!DOCTYPE", b"<style", b"<metadata", b"<script"):
        assert tag not in svg


def test_every_reference_has_its_id(svg):
    ids = re.findall(r'\bid="([^"]*)"', svg.decode())
    references = re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', svg.decode())
    assert len(ids) == len(set(ids))
    assert {href or url for href, url in references} < set(ids)


def test_gids_are_kept(root):
    assert root.find(f".//{SVG}g[@id='x-light-sine']/{SVG}path") is not None
    assert root.find(f".//{SVG}g[@id='x-light-stars']") is not None


def test_repeated_gid_is_numbered_and_other_ids_are_dropped():
    other = f'<g id="figure_1">{PATH}</g>'
    assert ids(other + f'<g id="it">{PATH}</g>' * 3, {"it"}) == ["x-it", "x-it-2", "x-it-3"]


def test_gid_with_spaces_becomes_an_id():
    assert ids(f'<g id="a b&amp;c">{PATH}</g>', {"a b&c"}) == ["x-a-b-c"]


def test_size_is_about_half(svg, original):
    assert len(svg) < len(original) * 0.55
