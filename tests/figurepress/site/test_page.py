"""The HTML of the page of all figures; test_browser.py tests it in a browser."""

import gzip
import json
import re
from html import unescape
from pathlib import Path

import pytest

from figurepress.project.validated_files import InputError
from tests.support.projects import append, edit
from tests.support.tiny_lecture import (
    TESTS,
    build_page,
    write_animation,
    write_experiment,
    write_module,
    write_prompt,
)


@pytest.fixture
def html(lecture):
    return build_page()


def article(html: str, stem: str) -> str:
    """The part of the page that shows a figure."""
    return html.split(f'<article id="{stem}"')[1].split("</article>")[0]


def text(html: str) -> str:
    """The text that a browser shows."""
    return unescape(re.sub(r"<[^>]*>", "", html))


def part(html: str, id: str) -> str:
    """The content of a folded part."""
    return html.split(f'id="{id}"')[1].split(">", 1)[1].split("</div>\n</details>")[0]


def claims(html: str) -> list[str]:
    """The claims of the figure line, each with its tests."""
    _, *claims = part(html, "line-claims").split("<h4")
    return claims


def test_title_and_description_come_from_the_configuration(html):
    assert "<title>Figures: Lines &amp; more</title>" in html
    assert "<h1>Lines &amp; more</h1>" in html
    assert "2 figures, each with" in html


def test_sections_have_headings_in_lecture_order(html):
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", html)
    assert headings == ["1.10", "2.1 Straight lines"]


def test_section_ten_follows_section_nine(lecture):
    write_prompt(lecture, "line", section="1.9")
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", build_page()) == ["1.9", "1.10"]


def test_thumbnails_contents_and_articles_have_one_order(html):
    orders = [
        re.findall(r'<li data-of="(\w+)"', html.split("<nav")[1].split("</nav>")[0]),
        re.findall(r'<li data-of="(\w+)"', html.split('class="grid"')[1].split("<section")[0]),
        re.findall(r'<article id="(\w+)"', html),
    ]
    assert orders == [["extra", "line"]] * 3


def test_contents_overview_and_article_have_the_same_heading(html):
    assert ">Figure 2.1: A straight line</a>" in html.split("<nav")[1].split("</nav>")[0]
    assert "<small>Section 2.1</small>\nFigure 2.1: A straight line</a>" in html
    assert '-title">Figure 2.1: A straight line <a' in article(html, "line")


def test_contents_overview_and_article_tag_an_extra(html):
    assert "are not on the lecture’s page" in html
    tag = ' <span class="tag">Extra</span>'
    assert f"Another &lt;line&gt;{tag}</a>" in html.split("<nav")[1].split("</nav>")[0]
    assert f"<small>Section 1.10{tag}</small>" in html
    assert f"Another &lt;line&gt;{tag} <a" in article(html, "extra")


def test_figure_without_a_number_is_tagged(lecture):
    assert "No number" not in build_page()
    write_prompt(lecture, "line", number="null")
    html = build_page()
    tag = ' <span class="tag">No number</span>'
    assert f"A straight line{tag} <a" in article(html, "line")
    assert f"marked{tag} are cited by title" in html


def test_title_and_caption_have_typographic_quotes(lecture):
    write_prompt(lecture, "line", title='The "same" & *l*')
    edit("prompts/line.md", "caption: A", 'caption: The author\'s "A"')
    shown = article(build_page(), "line")
    assert "The “same” &amp; *l* <a" in shown
    assert "<p>The author’s “A” line" in shown


def test_prompt_keeps_its_quotes(lecture):
    append(lecture / "prompts/line.md", '\nThe word "line".\n')
    assert 'The word "line".' in text(part(build_page(), "line-prompt"))


def test_caption_and_description_are_typeset(html):
    caption = re.search(r"<figcaption>(.*?)</figcaption>", article(html, "line"))[1]
    assert "<mi>y</mi>" in caption and "costs $5" in caption
    assert "<em>rises</em>" in part(html, "line-description")


def test_claim_is_above_its_tests(html):
    rising, straight = claims(html)
    assert "The line rises" in text(rising)
    assert "Its slope is 1." in text(straight)
    names = re.findall(r"def (\w+)", text(rising))
    assert names == ["test_line_rises", "test_each_step_is_positive"]
    assert re.findall(r"def (\w+)", text(straight)) == ["test_slope_is_one"]
    assert "2 claims, checked by 3 tests" in html


def test_claim_has_the_numbers_that_its_tests_use(html):
    rising, straight = claims(html)
    assert "<li><code>line.x</code> = &lt;3&gt; values</li>" in rising
    assert "<li>" not in straight


def test_claims_state_a_number_once_and_at_most_five(lecture):
    numbers = dict.fromkeys("abcdefg", "1") | {"h": ""}  # no text: a large array
    (lecture / ".build/numbers/line.json").write_text(json.dumps(numbers))
    (lecture / "tests/figures/test_line.py").write_text(
        '@pytest.mark.claim("rising")\ndef test_1(a, b, c, d, e, f): ...\n'
        '@pytest.mark.claim("straight")\ndef test_2(e, f, g, h): ...\n'
    )
    names = [re.findall("<li><code>(.*?)</code>", claim) for claim in claims(build_page())]
    assert names == [["a", "b", "c", "d", "e"], ["f", "g"]]


def test_tests_keep_their_line_numbers(html):
    lines = TESTS.splitlines()
    listings = re.findall(r'(?s) style="--start:(\d+)">\n(.*?)</pre>', html)
    assert len(listings) == 3
    for start, content in listings:
        assert text(content).splitlines()[0] == lines[int(start) - 1]


def test_line_numbers_reach_the_last_line(html):
    # The style sheet has two columns of text: all digits but the last, and the last digits.
    # In CSS, "\a " ends a line. TESTS is the longest listing.
    leading, last = re.findall(r'content: "(.*)\\a "', html)
    digits = zip(leading.split(r"\a "), last.split(r"\a "), strict=True)
    numbers = [start + end for start, end in digits]
    assert numbers == [str(line) for line in range(1, len(TESTS.splitlines()) + 1)]


def test_prompt_is_rendered(html):
    prompt = part(html, "line-prompt")
    assert "<h4>Numbers</h4>" in prompt
    assert "<li><code>SLOPE = 1</code>: the slope.</li>" in prompt


def test_keyboard_reaches_what_may_scroll(lecture):
    append(lecture / "prompts/line.md", "\n| a |\n|---|\n\n$$x$$\n\n```\ny\n```\n\n$z$\n")
    reached = re.findall(r'<(\w+) tabindex="0"', part(build_page(), "line-prompt"))
    assert reached == ["table", "math", "pre"]


def test_script_is_complete_and_escaped(html, lecture):
    listing = re.search(r"(?s)<pre.*?>\n(.*)</pre>", part(html, "line-script"))[1]
    assert text(listing) == (lecture / "scripts/line.py").read_text().rstrip()


def test_page_of_tests_has_complete_files(lecture):
    listings = re.findall(r"(?s)<pre.*?>\n(.*?)</pre>", build_page("tests.html"))
    prompt_of_extra = (lecture / "prompts/extra.md").read_text()  # this figure has no tests
    prompt_of_line = (lecture / "prompts/line.md").read_text()
    files = [prompt_of_extra, TESTS, prompt_of_line]
    assert [text(listing) for listing in listings] == [file.rstrip() for file in files]


def test_contents_of_the_tests_have_targets(lecture):
    html = build_page("tests.html")
    targets = set(re.findall(r'href="#([^"]*)"', html))
    assert targets == {"page-tests", "page-top", "extra", "line"}
    assert targets <= set(re.findall(r' id="([^"]*)"', html))


def test_experiment_is_shown_and_names_its_data(lecture):
    write_experiment(lecture)
    shown = part(build_page(), "line-experiment-line")
    assert "experiments/line.py, which computes data/line.npz" in text(shown)
    assert 'SEED = "<3>"' in text(shown)  # text() would delete <3> if it were not escaped


def test_script_and_prompt_link_to_imported_modules(lecture):
    write_module(lecture)
    html = build_page()
    link = '<a href="tests.html#geometry.lines">geometry.lines</a>'
    assert f"<b>from</b> {link} <b>import</b> SLOPE" in part(html, "line-script")
    assert f"<code>{link}.SLOPE</code>" in part(html, "line-prompt")


def test_page_of_tests_has_the_modules(lecture):
    write_module(lecture)
    html = build_page("tests.html")
    module = html.split('<article id="geometry.lines"')[1].split("</article>")[0]
    listing = re.search(r"(?s)<pre.*?>\n(.*)</pre>", module)[1]
    assert text(listing) == (lecture / "src/geometry/lines.py").read_text().rstrip()
    assert "src/geometry/lines.py" in module
    assert 'id="geometry"' not in html  # geometry/__init__.py is empty, so it is left out


def test_lecture_without_modules_shows_none(lecture):
    assert "modules" not in build_page("tests.html").lower()


@pytest.mark.parametrize("name", ["`docs/legibility.md`", "[legibility.md](../docs/legibility.md)"])
def test_rules_of_a_prompt_are_linked(lecture, name):
    append(lecture / "prompts/line.md", f"\nKeep {name}.\n")
    html = build_page()
    assert 'href="#legibility-rules"' in part(html, "line-prompt")
    assert "Type size" in part(html, "legibility-rules")


def test_script_cannot_inject_html(html):
    assert html.count("<script") == 2  # those of the page
    assert html.count("</script>") == 2


def test_missing_tests_are_stated(html):
    extra = article(html, "extra")
    assert "2 claims, no tests yet" in extra
    assert part(html, "extra-claims").count("no test yet") == 2


def test_syntax_error_in_tests_is_located(lecture):
    (lecture / "tests/figures/test_line.py").write_text("def f(:\n")
    with pytest.raises(InputError, match=r"test_line\.py: line 1: not valid Python"):
        build_page()


def test_every_relative_url_exists(html):
    addresses = set(re.findall(r'(?:href|src|srcset)="([^"#:]+)["#]', html))
    built = {"fonts.css", "figures.json", "tests.html"}
    assert {name for name in addresses - built if not Path("figures", name).is_file()} == set()
    assert not [name for name in addresses if name.endswith(".pdf")]  # not published by default


def test_every_fragment_is_unique(html):
    fragments = set(re.findall(r'(?:href="#|aria-labelledby=")([^"]+)"', html))
    assert {id for id in fragments if html.count(f'id="{id}"') != 1} == set()


def test_page_requests_no_external_resource(html):
    outside = set(re.findall(r'(?:href|src|srcset)="(\w+:[^"]*)"', html))
    assert outside == {"data:,", "https://example.org/figures"}
    assert not re.search(r"@import|url\((?!data:)", html)


@pytest.mark.parametrize(("themes", "name"), [(["light"], "overview"), (["dark"], "overview-dark")])
def test_preview_picture_has_a_theme_that_is_built(lecture, themes, name):
    assert f'content="https://example.org/figures/{name}.png"' in build_page(themes=themes)


def test_author_and_licence_are_shown(html):
    footer = html.split("<footer>")[1]
    assert "A. Author" in footer and "CC BY 4.0" in footer


def citation(html: str) -> str:
    return unescape(re.search(r'(?s)<pre class="snippet">(.*?)</pre>', html)[1])


def test_citation_is_bibtex(html):
    assert citation(html).splitlines() == [
        "@misc{lines-more,",
        "  author = {A. Author},",
        r"  title = {Figures: Lines \& more},",
        "  year = {2026},",
        "  url = {https://example.org/figures},",
        "}",
    ]


def test_group_of_authors_has_braces_in_the_citation_only(lecture):
    html = build_page(author="{The course team}")
    assert "author = {{The course team}}," in citation(html)
    assert html.count("{The course team}") == 1


def test_pdf_is_linked_if_it_is_published(lecture):
    assert 'href="line.pdf" download' in build_page(downloads=["pdf"])


def test_every_picture_states_its_size(html):
    for image in re.findall(r"<img [^>]*>", html):
        assert re.search(r'width="\d+" height="\d+"', image), image


def test_png_is_shown_without_svg(lecture):
    assert 'src="line.png" width="650" height="300"' in build_page(formats=["png"])


@pytest.mark.parametrize(("theme", "name"), [("light", "line.svg"), ("dark", "line-dark.svg")])
def test_single_theme_is_supported(lecture, theme, name):
    html = build_page(themes=[theme])
    assert f'src="{name}"' in html
    assert 'type="radio"' not in html
    assert "light-dark(" not in html


def test_pdf_alone_is_rejected(lecture):
    with pytest.raises(InputError, match="line: no picture that a browser can show; add svg"):
        build_page(formats=["pdf"])


def test_animation_comes_after_the_still(lecture):
    write_animation(lecture, "line")
    figure = article(build_page(), "line")
    assert re.findall(r'<img class="light" src="([^"]*)"', figure) == ["line.svg", "line.webp"]
    assert 'width="600" height="200" alt="It rises."' in figure


def test_animation_may_have_an_alternative_text_of_its_own(lecture):
    write_animation(lecture, "line")
    edit("prompts/line.md", "claims:", "animation_alt: It moves.\nclaims:")
    assert 'alt="It moves."' in part(build_page(), "line-animation")


def test_animation_may_be_downloaded(lecture):
    write_animation(lecture, "line")
    use = part(build_page(), "line-use")
    assert {"line.webp", "line-dark.webp", "line.gif"} <= set(re.findall('href="([^"]*)"', use))


def test_optional_settings_have_defaults(lecture):
    config = lecture / "config.yaml"
    config.write_text(config.read_text().split("title:")[0])
    html = build_page()
    assert "<h1>Figures</h1>" in html
    assert 'content="overview.png"' in html
    assert citation(html) == "@misc{figures,\n  title = {Figures: Figures},\n}"


@pytest.mark.slow
def test_page_of_this_lecture_is_small():
    page = Path("figures/index.html").read_bytes()
    assert len(gzip.compress(page, 9)) <= 150_000


def test_ids_of_the_page_are_not_names_of_figures(html):
    ids = re.findall(r' id="([^"]*)"', html)
    possible_stems = {id for id in ids if re.fullmatch(r"[a-z0-9_]+", id)}
    assert possible_stems == {"line", "extra"}
