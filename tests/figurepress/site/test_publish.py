"""The appendix as Markdown, and the folder for a static host."""

import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from figurepress.project import config
from figurepress.project.validation import InputError
from figurepress.site import appendix, publish
from tests.support.projects import PAGES
from tests.support.tiny_lecture import write_animation, write_experiment, write_module


@pytest.fixture
def built(lecture):
    for name in PAGES:
        (lecture / "figures" / name).write_text(name)
    return lecture


def tokens(text: str):
    return MarkdownIt("commonmark").parse(text)


def test_appendix_has_a_heading_for_each_figure(lecture):
    parsed = tokens(appendix.markdown())
    headings = [
        after.content
        for token, after in pairwise(parsed)
        if token.type == "heading_open" and token.tag == "h2"
    ]
    assert headings == ["Figure 2.1: A straight line", "Another &lt;line>", "Rules of legibility"]


def test_appendix_has_complete_sources(lecture):
    blocks = [token.content for token in tokens(appendix.markdown()) if token.type == "fence"]
    files = ["prompts/line.md", "scripts/line.py", "tests/figures/test_line.py"]
    files += ["prompts/extra.md", "scripts/extra.py"]
    assert blocks[:-1] == [(lecture / file).read_text().rstrip() + "\n" for file in files]


def test_experiment_is_in_the_appendix_and_published(lecture):
    write_experiment(lecture)
    assert "### Experiment: `experiments/line.py`\n\n~~~python\n" in appendix.markdown()
    assert Path("experiments/line.py") in publish.files(config.read())


def test_module_is_in_the_appendix_and_published(lecture):
    write_module(lecture)
    headings = "## Modules that the scripts import\n\n### Module: `src/geometry/lines.py`\n\n"
    assert headings in appendix.markdown()
    assert Path("src/geometry/lines.py") in publish.files(config.read())


def test_animation_is_linked_and_published(lecture):
    write_animation(lecture, "line")
    assert "[Animation](figures/line.webp)" in appendix.markdown(pictures="figures/")
    files = {str(file) for file in publish.files(config.read())}
    assert files >= {"line.webp", "line-dark.webp", "line.gif"}


def test_code_block_may_contain_fences(lecture):
    script = lecture / "scripts/line.py"
    script.write_text('"""\n~~~~\n```\n~~~\n"""\n')
    blocks = [token.content for token in tokens(appendix.markdown()) if token.type == "fence"]
    assert script.read_text() in blocks


def test_appendix_shows_the_pictures_where_they_are(lecture):
    assert "![It rises.](figures/line.svg)" in appendix.markdown(pictures="figures/")


def test_formulas_make_no_table_in_kramdown(lecture):
    prompt = lecture / "prompts/line.md"
    prompt.write_text(prompt.read_text().replace("$y = x$", r"$|y| = \|x\|_1$"))
    assert r"A line $\vert y\vert = \Vert x\Vert_1$ costs" in appendix.markdown()


def test_formulas_have_no_backslash_that_markdown_drops(lecture):
    prompt = lecture / "prompts/line.md"
    prompt.write_text(prompt.read_text().replace("$y = x$", r"$y\,x \in \{-1, x\}$"))
    assert r"A line $y\thinspace x \in \lbrace-1, x\rbrace$ costs \$5" in appendix.markdown()


def test_html_in_a_caption_is_text(lecture):
    prompt = lecture / "prompts/line.md"
    text = prompt.read_text().replace("A line", "A `<b>` <script> $a<b$")
    prompt.write_text(text.replace("It rises.", "It <i>rises [x]."))
    assert "A `<b>` &lt;script> $a<b$ $y = x$ costs" in appendix.markdown()
    assert r"![It &lt;i>rises \[x\].](line.svg)" in appendix.markdown()


def test_contents_of_the_appendix_lead_to_the_figures(lecture):
    text = appendix.markdown()
    for line in ("- [Figure 2.1: A straight line](#line)", "- [Another &lt;line>](#extra)"):
        assert line in text.splitlines()
    assert '<a id="line"></a>\n\n## Figure 2.1: A straight line\n' in text


def test_jekyll_leaves_braces_alone(lecture):
    text = appendix.markdown()
    assert text.startswith("<!-- {% raw %} -->\n")
    assert text.endswith("<!-- {% endraw %} -->\n")


def test_published_folder_is_complete(built, tmp_path):
    publish.publish(tmp_path / "site")
    files = [file for file in (tmp_path / "site").rglob("*") if file.is_file()]
    assert {str(file.relative_to(tmp_path / "site")) for file in files} == {
        *(f"line{suffix}" for suffix in (".svg", ".png", "-dark.svg", "-dark.png")),
        *(f"extra{suffix}" for suffix in (".svg", ".png", "-dark.svg", "-dark.png")),
        *("prompts/line.md", "scripts/line.py", "tests/figures/test_line.py"),
        *("prompts/extra.md", "scripts/extra.py"),
        *PAGES,
        *("appendix.md", "docs/legibility.md"),
    }


def test_publishing_again_updates_the_folder(built, tmp_path):
    publish.publish(tmp_path / "site")
    (built / "figures/index.html").write_text("new")
    publish.publish(tmp_path / "site")
    assert (tmp_path / "site/index.html").read_text() == "new"


def test_folder_with_other_files_is_rejected(built, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").write_text("mine")
    with pytest.raises(InputError, match="mine: not empty and not published before; choose a new"):
        publish.publish(tmp_path / "mine")
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["thesis.tex"]


def test_command_prints_files_or_an_error(built):
    command = [sys.executable, "-m", "figurepress.site.publish", "site"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert re.fullmatch(r"site: \d+ files\n", done.stdout), done.stderr
    shutil.rmtree(built / "figures")
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_missing_url_is_reported(built, capsys):
    publish.main(["site"])
    assert "url" not in capsys.readouterr().out
    config = built / "config.yaml"
    config.write_text(config.read_text().replace("url: https://example.org/figures", ""))
    publish.main(["site"])
    assert "config.yaml: no `url`; set it to the address" in capsys.readouterr().out


def test_figures_folder_is_rejected(built):
    with pytest.raises(InputError, match="figures: contains the figures themselves"):
        publish.publish(built / "figures")


def test_missing_picture_prevents_publishing(built, tmp_path):
    (built / "figures/line.svg").unlink()
    with pytest.raises(InputError, match=r"figures/line\.svg: cannot be read .*; run make"):
        publish.publish(tmp_path / "site")
    assert not (tmp_path / "site").exists()
