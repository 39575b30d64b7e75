"""What a page shows and links to, on which lines, and which errors `make check-page` reports."""

import os
import re
from pathlib import Path

import pytest

from figurepress.names import EXPORTED
from figurepress.project.validated_files import InputError
from figurepress.tools import check_page
from figurepress.tools.page_links import read
from tests.support.cpu_time import cpu_seconds
from tests.support.projects import edit

SHOWN = "![bars](figures/bars.png) ![waves](figures/waves.png)\n"


@pytest.fixture
def notes(project, course):
    """The folder of a course with two figures, for the notes that a test writes."""
    (course / "figures").mkdir()
    for name in ("bars.png", "waves.png"):
        (course / "figures" / name).touch()
    return course


@pytest.fixture
def errors(notes):
    """Writes a page into the folder of the notes, and returns its errors and notes.

    Paths in the messages are relative to the folder.
    """

    def errors(text, name="notes.md"):
        page = notes / name
        page.parent.mkdir(exist_ok=True)
        page.write_text(text)
        errors_of_page, notes_of_page = check_page.check_pages(page)
        messages = [*errors_of_page, *notes_of_page]
        return [message.replace(f"{notes}/", "") for message in messages]

    return errors


# Where images are


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("![a](x.png)", 1, id="inline"),
        pytest.param("one ![b\nb](y.png) ![a](x.png)", 2, id="after an image of 2 lines"),
        pytest.param("one\n![a][label]\n\n[label]: x.png 'title'", 2, id="reference"),
        pytest.param("[![a](x.png)](#top)", 1, id="in a link"),
        pytest.param('![a](x.png){: width="50%"}\n{: .wide }', 1, id="kramdown's attributes"),
        pytest.param("| a |\n|---|\n| b |\n| ![a](x.png) |", 4, id="table"),
        pytest.param("Term\n: one\n\n    ![a](x.png)", 4, id="definition"),
        pytest.param("one[^1]\n\n[^1]: ![a](x.png)", 3, id="footnote"),
        pytest.param("---\ntitle: t\n---\n![a](x.png)", 4, id="after front matter"),
        pytest.param('one\n<img src="x.png" alt="a">', 2, id="HTML in a paragraph"),
        pytest.param("<figure>\n<IMG\nALT='a' SRC=x.png>\n</figure>", 2, id="HTML block"),
        pytest.param('<picture>\n<source srcset="x.png 2x">\n</picture>', 2, id="source"),
        pytest.param('<img alt="a"\nsrcset="x.png 650w">', 1, id="srcset"),
        pytest.param('<img alt="a" data-src="x.png">', 1, id="lazy image"),
        pytest.param("<object data=x.png>\nwords\n</object>", 1, id="object"),
        pytest.param("<embed src=x.png>", 1, id="embed"),
        pytest.param("<p\nstyle='background: url(\"x.png\")'>", 1, id="CSS"),
        pytest.param("<style>\np { background: url(x.png) }\n</style>", 2, id="style sheet"),
        pytest.param("one\n<video src=y poster=x.png></video>", 2, id="poster of a video"),
        pytest.param('<div markdown="1">\n![a](x.png)\n</div>', 2, id="Markdown in HTML"),
        pytest.param('<p>\n<![x[ ]]><img src="x.png" alt="a">', 2, id="after <!["),
        pytest.param("{% comment %}\n{% endcomment %}\n![a](x.png)", 3, id="after a comment"),
    ],
)
def test_image_is_found_on_its_line(text, line):
    images = [image for image in read(text).images if image.link == "x.png"]
    assert [(image.line, image.described) for image in images] == [(line, True)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("```\n![a](x.png)\n```", id="fence"),
        pytest.param("one `![a](x.png)` two", id="code in a line"),
        pytest.param("<!--\n![a](x.png)\n\n<img src='x.png'> -->", id="comment"),
        pytest.param("one <!-- ![a](x.png)\n<img src='x.png'> --> two", id="comment in a line"),
        pytest.param("{% comment %} ![a](x.png) {% endcomment %}", id="Jekyll's comment"),
        pytest.param("<div>\n![a](x.png)\n</div>", id="text in HTML"),
        pytest.param("---\nimage: '![a](x.png)'\n---", id="front matter"),
        pytest.param("<p fill='url(#gradient)'>", id="reference in a picture"),
    ],
)
def test_non_image_is_ignored(text):
    assert read(text).images == []


def test_every_candidate_of_a_picture_is_an_image():
    page = '<picture><source srcset="a.svg, b.svg 2x"><img src="c.png" srcset="d.png 2x"></picture>'
    assert [image.link for image in read(page).images] == ["a.svg", "b.svg", "c.png", "d.png"]


@pytest.mark.parametrize(
    "link",
    ["{{ site.baseurl }}/x.png", "{{ '/x.png' | relative_url }}", "{% link x.png %}"],
)
def test_jekyll_links_start_at_the_site(link):
    assert [image.link for image in read(f"![a]({link})").images] == ["/x.png"]


@pytest.mark.parametrize("broken", ["![](x.png) ", "<img ", "{", "{% comment %}", "![](x){"])
def test_time_is_linear_in_the_length_of_a_page(broken):
    def seconds(size):
        text = broken * (size // len(broken))
        return cpu_seconds(lambda: read.__wrapped__(text))  # without the cache

    # For 8 times the text, quadratic time would be 64 times as long.
    assert seconds(40_000) < 25 * seconds(5_000) + 0.1


# Images and links


# Each is valid in a page that contains CONTENT, in a folder with the files that the test writes.
VALID = [
    "![w:800 the background](figures/mine.png)",
    "![a](./figures/mine.png?v=2#top)",
    "![a](figures/two%20words.png)",
    "![a](/figures/mine.png)",
    "![a]({% link figures/mine.png %})",
    "![a]({{ page.picture }})",
    "![a](https://example.org/nowhere.png)",
    "![](figures/mine.png){#fig-loss\n width=50% fig-alt='*said*'}",
    "<img src=' figures/mine.png ' alt='said'>",
    "<img src='figures/mine.png' alt='' role='presentation'>",
    "<picture><source srcset='figures/mine.png'><img src='figures/mine.png' alt='said'></picture>",
    "<object data='figures/mine.png'><img src='figures/mine.png' alt='said'></object>",
    "[a](other.md)",
    "[a](other.html#one-more)",
    "[a](other#id)",
    "[a](part)",
    "[a](#44-pooling-co)",
    "[a](#pooling-co-1)",
    "[a](#top)",
    "[a](#fig-x)",
    "[a](#name)",
    "[a](/a/permalink/)",
    "[a]({{ page.url }}#x)",
]
# Headings and other targets of the links.
CONTENT = """
# 4.4 Pooling, `co`
# Pooling co
# Pooling co

<a name=name>

```{python}
#| label: fig-x
```
"""


@pytest.mark.parametrize("text", VALID)
def test_valid_image_or_link_is_accepted(errors, notes, text):
    (notes / "_config.yml").touch()
    (notes / "part").mkdir()
    (notes / "other.md").write_text("# One more\n\n![a](x.png){#id}")
    for name in ("mine.png", "two words.png"):
        (notes / "figures" / name).touch()
    assert errors(f"{SHOWN}{CONTENT}\n{text}") == []


NO_FILE = "no such file; correct the link"
NO_TEXT = "no alternative text; prompts/bars.md has it"
NO_IMAGE = "not read as an image; define its label, or write %20 for a space in its link"
INVALID = [
    ('<img src="figures/none.png" alt="a">', f"figures/none.png: {NO_FILE}"),
    ("![a](/none.png)", f"/none.png: {NO_FILE}"),
    ("[a](none.html)", f"none.html: {NO_FILE}"),
    ("![a](part)", f"part: {NO_FILE}"),
    ("![a](figures/bars.svg)", "figures/bars.svg: no such file; run `make export`"),
    ("![a]()", "image: has no address; set src"),
    ("<img alt='a'>", "image: has no address; set src"),
    ("![a](figs/waves.png)", "figs/waves.png: no such file; did you mean figures/waves.png?"),
    ("and ![a][none]", f"![a][none]: {NO_IMAGE}"),
    ("and ![a](two words.png)", f"![a](two words.png): {NO_IMAGE}"),
    ("![ ](figures/bars.png)", f"figures/bars.png: {NO_TEXT}"),
    ("![](figures/bars.png){: data-alt='unsaid'}", f"figures/bars.png: {NO_TEXT}"),
    ("![](figures/bars.png) {: alt='said'}", f"figures/bars.png: {NO_TEXT}"),
    ("![w:800](figures/bars.png)", f"figures/bars.png: {NO_TEXT}"),
    ("![bg left:40% 40%](figures/bars.png)", f"figures/bars.png: {NO_TEXT}"),
    ("<img src='figures/bars.png'>", f"figures/bars.png: {NO_TEXT}"),
    ("<img src='figures/bars.png' srcset='figures/bars.png 2x'>", f"figures/bars.png: {NO_TEXT}"),
    ("![](https://x.org/x.png)", "https://x.org/x.png: no alternative text; write it"),
    ("[a](#headin)", "#headin: no such anchor; correct the link"),
    ("<a href='other.md#nowhere'>a</a>", "other.md#nowhere: no such anchor; correct the link"),
    (
        "[a](figures/appendix.html)",
        "figures/appendix.html: no such file; run `make export` without FORMATS and PAGES",
    ),
]


@pytest.mark.parametrize(("text", "error"), INVALID, ids=[text for text, _ in INVALID])
def test_error_is_reported_once_with_its_line(errors, notes, text, error):
    (notes / "_config.yml").touch()
    (notes / "part").mkdir()
    (notes / "other.md").write_text("# One more")
    assert errors(f"{SHOWN}# Heading\n\n{text}") == [f"notes.md:4: {error}"]


@pytest.mark.parametrize("on_disk", ["Figures/bars.png", "figures/Bars.png"])
def test_wrong_case_is_reported_where_the_disk_ignores_case(errors, notes, monkeypatch, on_disk):
    def iterdir(folder):  # such a disk finds figures/bars.png, but lists another name
        return [folder / name for name in on_disk.split("/")]

    monkeypatch.setattr(Path, "iterdir", iterdir)
    wrong = "the file has other upper and lower case letters; correct the link"
    page = "![a](figures/bars.png) [a](figures/bars.png)\n{% include figure.html stem='waves' %}"
    assert errors(page) == [f"notes.md:1: figures/bars.png: {wrong}"] * 2


def test_link_starts_in_the_folder_of_its_page(errors):
    text = "![a](../figures/bars.png) ![a](../figures/waves.png)\n![a](figures/bars.png)"
    error = "part/one.md:2: figures/bars.png: no such file; did you mean ../figures/bars.png?"
    assert errors(text, "part/one.md") == [error]


@pytest.mark.parametrize("mark", ["_config.yml", "_quarto.yml", ".git", EXPORTED])
def test_link_with_slash_starts_at_the_site(errors, notes, mark):
    (notes / mark).touch()
    assert errors(SHOWN.replace("figures/", "/figures/"), "part/one.md") == []


def test_anchor_of_an_html_page_is_checked(errors, notes):
    (notes / "figures/appendix.html").write_text("<article id=bars></article>")
    assert errors(f"{SHOWN}[a](figures/appendix.html#bars)") == []
    error = "notes.md:2: figures/appendix.html#bar: no such anchor; correct the link"
    assert errors(f"{SHOWN}[a](figures/appendix.html#bar)") == [error]


def test_errors_are_in_the_order_of_lines(errors):
    lines = [error.split(":")[1] for error in errors("[a](no.md)\n\n![](no.png)\n\n[a](#no)")]
    assert lines == ["1", "3", "3", "5"]


# Figures that are not shown


def test_figure_that_is_not_shown_is_reported(errors):
    error = "note: does not show waves; this is fine if another page shows them"
    assert errors("![a](figures/bars.png) [a](figures/waves.png)") == [f"notes.md: {error}"]


def test_page_without_figures_gets_a_note_only_below_an_export(errors, notes):
    assert errors("Another lecture.") == []
    (notes / EXPORTED).write_text("{}")
    (note,) = errors("This lecture.")
    assert note.startswith("notes.md: note: does not show bars, waves; ")


@pytest.mark.parametrize(
    "shown",
    [
        "![a](figures/waves.svg)",
        "![a](figures/waves-dark.svg?v=2.1#part.1)",
        '{% include figure.html stem="waves" %}',
        '```{python}\nshow("waves")\n```',
    ],
)
def test_figure_is_shown_in_any_form(errors, notes, shown):
    for name in ("waves.svg", "waves-dark.svg"):
        (notes / "figures" / name).touch()
    assert errors(f"![a](figures/bars.png)\n{shown}\n") == []


def test_extra_figure_may_be_missing(errors, project):
    edit(project / "prompts/waves.md", "page: true", "page: false")
    assert errors("![a](figures/bars.png)") == []


# Folders


def test_pages_of_a_folder_show_figures_together(notes):
    (notes / "one.md").write_text("![a](figures/bars.png)")
    (notes / "a/b").mkdir(parents=True)
    (notes / "a/b/two.QMD").write_text("![a](../../figures/waves.png)")
    assert check_page.check_pages(notes) == ([], [])


def test_html_page_is_checked_only_if_its_path_is_given(notes):
    page = notes / "page.html"
    page.write_text('<p>\n\n    <img src="none.png" alt="a">\n')
    errors, notes_of_folder = check_page.check_pages(notes)
    hint = "no Markdown pages to check; give the path of an HTML page"
    assert errors == []
    assert notes_of_folder == [f"{notes}: note: {hint}"]
    errors, _ = check_page.check_pages(page)
    assert errors == [f"{page}:3: none.png: no such file; correct the link"]


@pytest.mark.parametrize(
    "name", [".git/x.md", "node_modules/y/x.md", "_site/x.md", ".x.md", "x.txt", "figures/x.md"]
)
def test_hidden_exported_and_generated_pages_are_not_checked(notes, name):
    (notes / EXPORTED).write_text("{}")
    (notes / "notes.md").write_text(SHOWN)
    page = notes / name
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("![a](none.png)")
    assert check_page.check_pages(notes) == ([], [])


# The command


def test_command_fails_only_for_errors(notes, capsys):
    page = notes / "notes.md"
    page.write_text("![a](figures/bars.png)")
    assert check_page.main([str(page)]) == 0
    done, note = capsys.readouterr().out.splitlines()
    assert done == f"{page}: no errors"
    assert note.startswith(f"{page}: note: does not show waves; ")
    page.write_text("![](none.png)")
    assert check_page.main([str(page)]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "PAGE: '': give a page or a folder: make check-page PAGE=<notes.md>"),
        ("none.md", "none.md: missing; check the path; pages must be in UTF-8"),
        ("latin.md", "latin.md: cannot be read ('utf-8' codec can't decode"),
        ("notes.tex", "notes.tex: not a page; give a folder, or a Markdown or HTML page"),
        ("/dev/zero", "/dev/zero: not a page; give a folder"),
        ("pipe.md", "pipe.md: not a file; check the path"),
    ],
)
def test_invalid_page_is_rejected(project, name, error):
    Path("latin.md").write_bytes(b"\xdc")
    Path("notes.tex").touch()
    os.mkfifo("pipe.md")
    with pytest.raises(InputError, match=re.escape(error)):
        check_page.main([name])
