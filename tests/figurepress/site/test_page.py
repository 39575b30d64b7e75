"""The list of all figures, and the page that shows them."""

import json
import re
import struct
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from html import escape, unescape
from importlib import import_module
from pathlib import Path

from figurepress.project import config, prompts
from figurepress.project.validation import InputError

from figurepress.site import captions
import gallery
import manifest
import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[1]
CONFIG = config.read(ROOT)
FIGURES = ROOT / "figures"
NAMES = [stem + suffix for stem in CONFIG.figures for suffix in CONFIG.suffixes]
COMMITTED = [name for name in NAMES if not name.endswith(".pdf")]
SCHEMA = json.loads((ROOT / "page/figures.schema.json").read_text())


@pytest.fixture(scope="module")
def listed():
    """The manifest as it is published."""
    return json.loads((FIGURES / "figures.json").read_text())


@pytest.fixture(scope="module")
def page():
    """The gallery as it is published."""
    return (FIGURES / "index.html").read_text()


# The manifest


def test_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_manifest_fits_its_schema(listed):
    Draft202012Validator(SCHEMA).validate(listed)


@pytest.mark.parametrize(
    ("key", "value"),
    [("stem", "A b"), ("number", 3.1), ("section", None), ("page", "yes"), ("alt", ""), ("x", 1)],
)
def test_schema_refuses_a_wrong_figure(listed, key, value):
    wrong = {"figures": [listed["figures"][0] | {key: value}]}
    assert not Draft202012Validator(SCHEMA).is_valid(wrong)


@pytest.mark.parametrize(
    ("key", "value"),
    [("name", "../x.svg"), ("format", "gif"), ("width", 0), ("bytes", 1.5), ("sha256", "ab")],
)
def test_schema_refuses_a_wrong_file(listed, key, value):
    figure = listed["figures"][0]
    wrong = {"figures": [figure | {"files": [figure["files"][0] | {key: value}]}]}
    assert not Draft202012Validator(SCHEMA).is_valid(wrong)


def test_schema_describes_every_key():
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        bare = [
            key
            for key, value in part["properties"].items()
            if not value.keys() & {"description", "enum"}
        ]
        assert not bare


def test_manifest_lists_the_figures_in_lecture_order(listed):
    assert [figure["stem"] for figure in listed["figures"]] == CONFIG.figures


def test_manifest_lists_every_file(listed):
    assert [file["name"] for figure in listed["figures"] for file in figure["files"]] == NAMES


@pytest.mark.parametrize("stem", CONFIG.figures)
def test_manifest_has_the_words_of_the_prompt(listed, stem):
    (figure,) = (figure for figure in listed["figures"] if figure["stem"] == stem)
    words = prompts.read(ROOT / "prompts" / f"{stem}.md").model_dump()
    for key in ("number", "section", "page", "title", "caption", "alt"):
        assert figure[key] == words[key], f"figures/figures.json: {stem}: stale {key}: run make"


@pytest.mark.parametrize("name", COMMITTED)
def test_manifest_has_the_length_and_hash_of_the_file(listed, name):
    (file,) = (file for f in listed["figures"] for file in f["files"] if file["name"] == name)
    content = (FIGURES / name).read_bytes()
    assert (file["bytes"], file["sha256"]) == (len(content), sha256(content).hexdigest())


def test_sizes_are_of_the_column_in_the_unit_of_each_format(listed):
    for figure in listed["figures"]:
        width = {file["format"]: file["width"] for file in figure["files"]}
        assert width == {"svg": 650, "png": 6.5 * CONFIG.dpi, "pdf": 6.5 * 72}


def test_all_files_of_a_figure_have_its_shape(listed):
    for figure in listed["figures"]:
        for file in figure["files"]:
            height = file["height"] * 650 / file["width"]
            assert height == pytest.approx(figure["files"][0]["height"], abs=0.6), file["name"]


def test_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"x\.svg: cannot be read \(No such file.*; run make"):
        manifest.describe(tmp_path / "x.svg")


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_file_that_is_not_what_its_suffix_says_is_named(tmp_path, suffix):
    file = tmp_path / f"x{suffix}"
    file.write_text("<html></html>")
    with pytest.raises(InputError, match=rf"x\{suffix}: not a figure's {suffix[1:]}; delete it"):
        manifest.describe(file)


def test_width_and_height_are_not_confused(tmp_path):
    (tmp_path / "x.svg").write_text('<svg width="468pt" height="108pt">')
    (tmp_path / "x.pdf").write_text("/MediaBox [ 0 0 468 108 ]")
    (tmp_path / "x.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 1300, 300)
    )
    size = {
        file.suffix: (described["width"], described["height"])
        for file in tmp_path.iterdir()
        if (described := manifest.describe(file))
    }
    assert size == {".svg": (650, 150), ".pdf": (468, 108), ".png": (1300, 300)}


def test_failed_manifest_writes_nothing(tmp_path):
    run = subprocess.run(
        [sys.executable, ROOT / "page/manifest.py", "new.json", "quadratic_loss_curve.svg"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "scripts")},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("quadratic_loss_curve.svg: cannot be read")
    assert run.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


# The gallery


def test_page_is_built_from_what_is_there_now(listed, page):
    assert gallery.gallery(listed) == page, "figures/index.html is stale: run make"


def test_page_shows_every_figure_in_lecture_order(page):
    assert re.findall(r'<article id="(\w+)"', page) == CONFIG.figures


@pytest.mark.parametrize("stem", CONFIG.figures)
def test_page_says_what_the_prompt_says(page, stem):
    prompt = prompts.read(ROOT / "prompts" / f"{stem}.md")
    article = unescape(page.split(f'<article id="{stem}"')[1].split("</article>")[0])
    assert f">Figure {prompt.number}<" in article or prompt.number is None
    assert f"{prompt.title}</h3>" in article
    assert f'alt="{prompt.alt}"' in article
    assert f"<p>{prompt.alt}</p>" in article
    for id, said in prompt.claims.items():
        assert re.search(rf"<dt>{id}, \d+ tests?</dt>\n<dd>{re.escape(said)}</dd>", article)


@pytest.mark.parametrize("stem", CONFIG.figures)
def test_page_counts_the_tests_that_pytest_knows(page, stem):
    """The page counts in the text of the tests; here they are imported."""
    tests = vars(import_module(f"test_{stem}")).values()
    marks = [mark for test in tests for mark in getattr(test, "pytestmark", ())]
    claims = Counter(mark.args[0] for mark in marks if mark.name == "claim")
    article = page.split(f'<article id="{stem}"')[1].split("</article>")[0]
    assert dict(re.findall(r"<dt>([\w-]+), (\d+) tests?</dt>", article)) == {
        id: str(count) for id, count in claims.items()
    }
    total = claims.total()
    assert f"guarded by {total} test{'s' if total != 1 else ''}<" in article


def test_page_leads_to_every_file_and_its_sources(page):
    links = set(re.findall(r'<a href="([^"#]+)"', page))
    sources = {
        place.format(stem)
        for stem in CONFIG.figures
        for place in ("../scripts/{}.py", "../prompts/{}.md", "../tests/test_{}.py")
    }
    assert links == {*NAMES, *sources, "figures.json"}


def test_no_link_leads_nowhere(page):
    links = re.findall(r'(?:href|src|srcset)="([^"#:]+)"', page)
    there = [link for link in links if not link.endswith(".pdf")]  # made here, not committed
    assert [link for link in there if not (FIGURES / link).is_file()] == []
    inside = re.findall(r'(?:href="#|aria-labelledby=")([^"]+)"', page)
    assert [id for id in inside if page.count(f'id="{id}"') != 1] == []


def test_page_needs_no_network_and_no_script(page):
    addresses = re.findall(r'(?:href|src|srcset)="(\w+:[^"]*)"', page)
    assert addresses == ["data:,"]  # an icon, so that no server is asked for one
    assert not re.search(r"<script|<link rel=.stylesheet|@import|url\(", page)


def test_figures_beyond_the_page_come_last():
    figures = [
        {"stem": stem, "section": section, "page": page}
        for stem, section, page in (("a", "2.1", True), ("b", "2.1", False), ("c", "4.2", True))
    ]
    shown = gallery.by_section(figures)
    assert [(heading, [f["stem"] for f in under]) for heading, under in shown.items()] == [
        ("Section 2.1", ["a"]),
        ("Section 4.2", ["c"]),
        ("Beyond the page", ["b"]),
    ]


def only(figure: dict, *formats: str, theme: str = "light") -> dict:
    """The figure as if no more than this had been built."""
    files = [f for f in figure["files"] if f["format"] in formats and f["theme"] == theme]
    return figure | {"files": files}


def test_page_shows_png_where_there_is_no_svg(listed):
    figure = only(listed["figures"][0], "png", "pdf")
    assert f'<img src="{figure["stem"]}.png"' in gallery.gallery({"figures": [figure]})


def test_page_shows_the_only_theme_there_is(listed):
    figure = only(listed["figures"][0], "svg", theme="dark")
    assert f'<img src="{figure["stem"]}-dark.svg"' in gallery.gallery({"figures": [figure]})


def test_pdf_alone_cannot_be_shown(listed):
    figure = only(listed["figures"][0], "pdf")
    with pytest.raises(InputError, match=f"{figure['stem']}: no picture that a browser shows"):
        gallery.gallery({"figures": [figure]})


def test_words_are_escaped(listed):
    title = '<b> & "x"'
    figure = listed["figures"][0] | {"title": title, "alt": title}
    page = gallery.gallery({"figures": [figure]})
    assert title not in page
    assert f"{escape(title)}</h3>".replace("&quot;", "&#34;") in page
