"""The appendix as Markdown; all files that it refers to are published."""

from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

from figurepress.project import config
from figurepress.site import markdown_appendix
from figurepress.tools import publish
from tests.support.projects import edit
from tests.support.tiny_lecture import write_animation, write_experiment, write_module


def tokens(text: str):
    """The elements of a Markdown text, as CommonMark reads it."""
    return MarkdownIt("commonmark").parse(text)


def code_blocks(text: str) -> list[str]:
    return [token.content for token in tokens(text) if token.type == "fence"]


def test_appendix_has_a_heading_for_each_figure(lecture):
    headings = [
        token.content  # the text of a heading is the token after its beginning
        for previous, token in pairwise(tokens(markdown_appendix.markdown()))
        if previous.type == "heading_open" and previous.tag == "h2"
    ]
    assert headings == ["Figure 2.1: A straight line", "Another &lt;line>", "Rules of legibility"]


def test_appendix_has_complete_sources(lecture):
    *blocks, _block_of_the_rules = code_blocks(markdown_appendix.markdown())
    files = ["prompts/line.md", "scripts/line.py", "tests/figures/test_line.py"]
    files += ["prompts/extra.md", "scripts/extra.py"]
    assert blocks == [(lecture / file).read_text().rstrip() + "\n" for file in files]


def test_experiment_is_in_the_appendix_and_published(lecture):
    write_experiment(lecture)
    assert (
        "### Experiment: `experiments/line.py`\n\n~~~~~~~~~~python\n"
        in markdown_appendix.markdown()
    )
    assert Path("experiments/line.py") in publish.files(config.read())


def test_module_is_in_the_appendix_and_published(lecture):
    write_module(lecture)
    headings = "## Modules that the scripts import\n\n### Module: `src/geometry/lines.py`\n\n"
    assert headings in markdown_appendix.markdown()
    assert Path("src/geometry/lines.py") in publish.files(config.read())


def test_animation_is_linked_and_published(lecture):
    write_animation(lecture, "line")
    assert "[Animation](line.webp)" in markdown_appendix.markdown()
    files = {str(file) for file in publish.files(config.read())}
    assert files >= {"line.webp", "line-dark.webp", "line.gif"}


def test_code_block_may_contain_fences(lecture):
    script = lecture / "scripts/line.py"
    script.write_text('"""\n~~~~\n```\n~~~\n"""\n')
    blocks = code_blocks(markdown_appendix.markdown())
    assert script.read_text() in blocks


def test_formulas_make_no_table_in_kramdown(lecture):
    edit("prompts/line.md", "$y = x$", r"$|y| = \|x\|_1$")
    assert r"A line $\vert y\vert = \Vert x\Vert_1$ costs" in markdown_appendix.markdown()


def test_formulas_have_no_backslash_that_markdown_drops(lecture):
    edit("prompts/line.md", "$y = x$", r"$y\,x \in \{-1, x\}$")
    formula = r"$y\thinspace x \in \lbrace-1, x\rbrace$"
    assert rf"A line {formula} costs \$5" in markdown_appendix.markdown()


def test_html_in_a_caption_is_text(lecture):
    edit("prompts/line.md", "A line", "A `<b>` <script> $a<b$")
    edit("prompts/line.md", "It rises.", "It <i>rises [x].")
    assert "A `<b>` &lt;script> $a<b$ $y = x$ costs" in markdown_appendix.markdown()
    assert r"![It &lt;i>rises \[x\].](line.svg)" in markdown_appendix.markdown()


def test_contents_of_the_appendix_lead_to_the_figures(lecture):
    text = markdown_appendix.markdown()
    for line in ("- [Figure 2.1: A straight line](#line)", "- [Another &lt;line>](#extra)"):
        assert line in text.splitlines()
    assert '<a id="line"></a>\n\n## Figure 2.1: A straight line\n' in text


def test_jekyll_leaves_braces_alone(lecture):
    text = markdown_appendix.markdown()
    assert text.startswith("<!-- {% raw %} -->\n")
    assert text.endswith("<!-- {% endraw %} -->\n")
