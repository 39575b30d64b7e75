"""What a page shows and links to, on which lines, and which errors `make check-page` reports."""

import time

import pytest

from figurepress.command_line import EXPORTED
from figurepress.project.validation import InputError
from figurepress.tools import check_page
from figurepress.tools.markdown_page import read

SHOWN = "![bars](figures/bars.png) ![waves](figures/waves.png)\n"


@pytest.fixture
def notes(project, course):
    """The folder of a course, with two figures for the notes to come."""
    (course / "figures").mkdir()
    for name in ("bars.png", "waves.png"):
        (course / "figures" / name).touch()
    return course


@pytest.fixture
def errors(notes):
    """The errors of a page in the folder of the notes, without the folder's name."""

    def errors(text, name="notes.md"):
        page = notes / name
        page.parent.mkdir(exist_ok=True)
        page.write_text(text)
        found, notes_of_page = check_page.check_pages(page)
        return [it.replace(f"{notes}/", "") for it in (*found, *notes_of_page)]

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
        pytest.param("Heading\n![a](x.png)\n=====", 2, id="heading"),
        pytest.param("| a |\n|---|\n| b |\n| ![a](x.png) |", 4, id="table"),
        pytest.param("> 1. one\n>\n>    ![a](x.png)", 3, id="list in a quotation"),
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
        pytest.param("one\n<video src=y poster=x.png></video>", 2, id="poster of a video"),
        pytest.param("<p\nstyle='background: url(\"x.png\")'>", 1, id="CSS"),
        pytest.param("<style>\np { background: url(x.png) }\n</style>", 2, id="style sheet"),
        pytest.param('<div markdown="1">\n![a](x.png)\n</div>', 2, id="Markdown in HTML"),
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
        pytest.param("    ![a](x.png)", id="indented code"),
        pytest.param("one `![a](x.png)` two", id="code in a line"),
        pytest.param("<!--\n![a](x.png)\n\n<img src='x.png'> -->", id="comment"),
        pytest.param("one <!-- ![a](x.png)\n<img src='x.png'> --> two", id="comment in a line"),
        pytest.param("{::comment}\n![a](x.png)\n{:/comment}", id="kramdown's comment"),
        pytest.param("{% comment %} ![a](x.png) {% endcomment %}", id="Jekyll's comment"),
        pytest.param(r"\![a](x.png)", id="escaped"),
        pytest.param("<div>\n![a](x.png)\n</div>", id="text in HTML"),
        pytest.param("<script>\n'<img src=x.png>'\n</script>", id="script"),
        pytest.param("\ufeff---\nimage: '![a](x.png)'\n---", id="front matter"),
        pytest.param("<div markdown='0'>\n![a](x.png)\n</div>", id="HTML without Markdown"),
        pytest.param("[a](x.png)", id="link"),
        pytest.param("<p fill='url(#gradient)'>", id="reference in a picture"),
    ],
)
def test_non_image_is_ignored(text):
    assert read(text).images == []


def test_every_candidate_is_an_image():
    page = '<picture><source srcset="a.svg, b.svg 2x"><img src="c.png" srcset="d.png 2x"></picture>'
    assert [image.link for image in read(page).images] == ["a.svg", "b.svg", "c.png", "d.png"]


@pytest.mark.parametrize(
    "link",
    ["{{ site.baseurl }}/x.png", "{{ '/x.png' | relative_url }}", "{% link x.png %}"],
)
def test_jekyll_links_start_at_the_site(link):
    assert [image.link for image in read(f"![a]({link})").images] == ["/x.png"]


@pytest.mark.parametrize(
    "broken",
    ["![a](x.png) ", "<img ", "{", "{% comment %}", "![a](x){"],
)
def test_long_page_takes_linear_time(broken):
    def seconds(size):
        """The least of three, because a busy machine slows down single calls."""
        times = []
        for _ in range(3):
            start = time.process_time()
            read(broken * (size // len(broken)))
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(40_000) < 25 * seconds(5_000) + 0.1, "8 times the text"


# Images without a file


@pytest.mark.parametrize(
    "link",
    [
        "./figures/mine.png?v=2#top",
        "figures/two%20words.png",
        "<figures/two words.png>",
        "figures/%C3%BCbung.png",
        "/figures/mine.png",
        "{% link figures/mine.png %}",
        "{{ page.picture }}",
        "https://example.org/nowhere.png",
        "//example.org/nowhere.png",
        "data:image/png;base64,iVBORw0KGgo=",
    ],
)
def test_valid_link_is_accepted(errors, notes, link):
    (notes / "_config.yml").touch()
    for name in ("mine.png", "two words.png", "übung.png"):
        (notes / "figures" / name).touch()
    assert errors(f"{SHOWN}\n![a]({link})") == []


@pytest.mark.parametrize(
    "link", ["figures/none.png", "/none.png", "file:///none.png", "//[", "x" * 999, "%00.png"]
)
def test_missing_file_is_reported(errors, link):
    error = f"notes.md:3: {link}: no such file; correct the link"
    assert errors(f'{SHOWN}\n<img src="{link}" alt="a">') == [error]


@pytest.mark.parametrize("image", ["![a]()", "<img alt='a'>"])
def test_image_without_link_is_reported(errors, image):
    assert errors(SHOWN + image) == ["notes.md:2: image: has no address; set src"]


def test_folder_is_reported(errors, notes):
    (notes / "x.png").mkdir()
    assert errors(f"{SHOWN}![a](x.png)") == ["notes.md:2: x.png: not a file; link to a picture"]


@pytest.mark.parametrize("link", ["figures/Bars.png", "Figures/bars.PNG", "/FIGURES/bars.png"])
def test_wrong_case_is_reported(errors, notes, link):
    (notes / "_config.yml").touch()
    error = f"notes.md:2: {link}: no such file; did you mean figures/bars.png?"
    assert errors(f"{SHOWN}![a]({link})") == [error]


def test_wrong_case_is_reported_on_every_disk(errors, notes):
    (notes / "figures/Bars.png").touch()  # as if the disk found it under this name
    (notes / "figures/bars.png").unlink()
    (error,) = errors(SHOWN)
    assert error == "notes.md:1: figures/bars.png: no such file; did you mean figures/Bars.png?"


def test_link_starts_in_the_folder_of_its_page(errors):
    text = "![a](../figures/bars.png) ![a](../figures/waves.png)\n![a](figures/bars.png)"
    error = "part/one.md:2: figures/bars.png: no such file; did you mean ../figures/bars.png?"
    assert errors(text, "part/one.md") == [error]


@pytest.mark.parametrize("mark", ["_config.yml", "_quarto.yml", ".git", EXPORTED])
def test_link_with_slash_starts_at_the_site(errors, notes, mark):
    (notes / mark).touch()
    assert errors(SHOWN.replace("figures/", "/figures/"), "part/one.md") == []


def test_missing_figure_comes_with_an_export(errors, notes):
    (notes / "figures/bars.png").unlink()
    error = "notes.md:1: figures/bars.png: no such file; run `make export`"
    assert errors(SHOWN) == [error]


@pytest.mark.parametrize("written", ["![a][none]", "![a](two words.png)"])
def test_image_read_as_text_is_reported(errors, written):
    error = "not read as an image; define its label, or write %20 for a space in its link"
    assert errors(f"{SHOWN}and {written}") == [f"notes.md:2: {written}: {error}"]


# Images without alternative text


@pytest.mark.parametrize(
    "image",
    [
        "![ ]({})",
        "![]({}){{: alt='' title='alt'}}",
        "![]({}){{: data-alt='unsaid'}}",
        "![]({}) {{: alt='said'}}",
        "![][label]\n\n[label]: {}",
        "<img src='{}'>",
        "<img src='{}' alt>",
        "<picture><source srcset='{0}'><img src='{0}'></picture>",
        "<img src='{0}' srcset='{0} 2x'>",
    ],
)
def test_missing_alternative_text_is_reported_once(errors, image):
    link = "figures/bars.png"
    error = f"notes.md:3: {link}: no alternative text; prompts/bars.md has it"
    assert errors(f"{SHOWN}\n{image.format(link)}") == [error]


@pytest.mark.parametrize(
    "image",
    [
        "![]({}){{: .wide alt='said'}}",
        "![]({}){{#fig-loss\n width=50% fig-alt='*said*'}}",
        "<img src=' {} ' alt='said'>",
        "<img src='{}' alt='' role='presentation'>",
        "<picture><source srcset='{0}'><img src='{0}' alt='said'></picture>",
        "<object data='{0}'><img src='{0}' alt='said'></object>",
    ],
)
def test_alternative_text_is_read(errors, image):
    assert errors(SHOWN + image.format("figures/bars.png")) == []


def test_alternative_text_is_required_elsewhere(errors):
    error = "notes.md:2: https://example.org/x.png: no alternative text; write it"
    assert errors(f"{SHOWN}![](https://example.org/x.png)") == [error]


# Links


@pytest.mark.parametrize(
    "link",
    [
        "other.md",
        "other.html#one-more",
        "other#id",
        "part",
        "#44-pooling-co",
        "#pooling-co",
        "#pooling-co-1",
        "#top",
        "#fn1",
        "#fig-x",
        "#name",
        "/a/permalink/",
        "mailto:a@example.org",
        "{{ page.url }}#x",
    ],
)
def test_valid_link_to_a_page_is_accepted(errors, notes, link):
    (notes / "part").mkdir()
    (notes / "other.md").write_text("# One more\n\n![a](x.png){#id}")
    text = f"{SHOWN}\n# 4.4 Pooling, `co`\n# Pooling co\n# Pooling co\n\n<a name=name>\n\n"
    assert errors(f"{text}```{{python}}\n#| label: fig-x\n```\n[a]({link})") == []


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("none.md", "no such file; correct the link"),
        ("Other.html", "no such file; did you mean other.md?"),
        ("#headin", "no such anchor; did you mean #heading?"),
        ("other.md#nowhere", "no such anchor; correct the link"),
    ],
)
@pytest.mark.parametrize("written", ["[a]({})", "<a href='{}'>a</a>"])
def test_dead_link_is_reported(errors, notes, written, link, error):
    (notes / "other.md").write_text("# One more")
    found = errors(f"{SHOWN}\n# Heading\n\n{written.format(link)}")
    assert found == [f"notes.md:5: {link}: {error}"]


def test_appendix_comes_with_an_export(errors, notes):
    text = f"{SHOWN}[a](figures/appendix.html)"
    error = "notes.md:2: figures/appendix.html: no such file; run `make export`"
    assert errors(text) == [error]
    (notes / "figures/appendix.html").touch()
    assert errors(text) == []


# Figures that are not shown


def test_figure_that_is_not_shown_is_reported(errors):
    error = "note: does not show waves; show each, or write `page: false` in prompts/<figure>.md"
    assert errors("![a](figures/bars.png) [a](figures/waves.png)") == [f"notes.md: {error}"]


def test_page_without_figures_needs_none(errors, notes):
    assert errors("Another lecture.") == []
    (notes / EXPORTED).write_text("{}")
    assert errors("Below an export.") != []


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
    prompt = project / "prompts/waves.md"
    prompt.write_text(prompt.read_text().replace("page: true", "page: false"))
    assert errors("![a](figures/bars.png)") == []


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("figures/wave.png", "waves.png"),
        ("figs/waves.png", "waves.png"),
        ("figures/waves.gif", "waves.png"),
        ("figures/wave.svg", "waves.svg"),
        ("figures/wave-dark.svg", "waves-dark.svg"),
    ],
)
def test_misspelt_link_causes_one_error(errors, link, meant):
    error = f"notes.md:2: {link}: no such file; did you mean figures/{meant}?"
    assert errors(f"![a](figures/bars.png)\n![a]({link})") == [error]


def test_similar_file_name_is_not_a_figure(errors, notes):
    (notes / "figures/wave.png").touch()
    (error,) = errors("![a](figures/bars.png) ![a](figures/wave.png)")
    assert "does not show waves" in error


# Folders


def test_pages_of_a_folder_show_figures_together(notes):
    (notes / "one.md").write_text("![a](figures/bars.png)")
    (notes / "a/b").mkdir(parents=True)
    (notes / "a/b/two.QMD").write_text("![a](../../figures/waves.png) ![a](none.png)")
    error = f"{notes}/a/b/two.QMD:1: none.png: no such file; correct the link"
    assert check_page.check_pages(notes) == ([error], [])


@pytest.mark.parametrize(
    "name", [".git/x.md", "node_modules/y/x.md", "_site/x.md", ".x.md", "x.txt", "figures/x.md"]
)
def test_pages_of_tools_are_not_checked(notes, name):
    (notes / EXPORTED).write_text("{}")
    (notes / "notes.md").write_text(SHOWN)
    page = notes / name
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("![a](none.png)")
    assert check_page.check_pages(notes) == ([], [])


def test_unreadable_page_does_not_stop_others(command, notes):
    (notes / "a.md").write_bytes(b"\xdc")
    (notes / "b.md").write_text(f"{SHOWN} ![a](none.png)")
    (notes / "closed").mkdir(mode=0)
    lines = command("check_page", notes).lines
    assert lines[0].startswith(f"{notes}/a.md: cannot be read ('utf-8' codec")
    assert lines[0].endswith("; save it in UTF-8")
    assert lines[1:] == [
        f"{notes}/closed: Permission denied; its pages are not checked",
        f"{notes}/b.md:2: none.png: no such file; correct the link",
    ]


# The command


def test_page_without_errors(command, notes):
    page = notes / "notes.md"
    page.write_text(SHOWN)
    done = command("check_page", page)
    assert (done.status, done.lines, done.error) == (0, [f"{page}: no errors"], "")


def test_page_that_shows_some_figures_passes(command, notes):
    page = notes / "notes.md"
    page.write_text("![a](figures/bars.png)")
    done = command("check_page", page)
    assert done.status == 0
    assert done.lines[0] == f"{page}: no errors"
    assert done.lines[1].startswith(f"{page}: note: does not show waves; ")


def test_page_with_an_error_fails(command, notes):
    page = notes / "notes.md"
    page.write_text(f"{SHOWN}\n![](none.png)")
    done = command("check_page", page)
    assert done.status == 1
    assert [line.partition("png: ")[2] for line in done.lines] == [
        "no such file; correct the link",
        "no alternative text; write it",
    ]


@pytest.fixture
def refused(project):
    """The error of the command for an argument."""

    def refused(argument):
        with pytest.raises(InputError) as error:
            check_page.main([str(argument)])
        return str(error.value)

    return refused


def test_invalid_page_is_rejected(refused, course):
    assert refused("") == "PAGE: '': name a page or a folder: make check-page PAGE=<notes.md>"
    page = course / "notes.md"
    assert refused(page) == f"{page}: missing; name a Markdown page in UTF-8"
    page.write_bytes(b"\xdc")
    assert refused(page).startswith(f"{page}: cannot be read ('utf-8' codec can't decode")


def test_page_without_permission_is_rejected(command, course):
    page = course / "notes.md"
    page.touch(mode=0)
    done = command("check_page", page)
    assert (done.status, done.lines) == (2, [])
    assert done.error.startswith(f"{page}: cannot be read ([Errno 13] Permission denied")
    course.chmod(0)
    done = command("check_page", page)
    course.chmod(0o755)
    assert (done.status, done.error) == (2, f"{page}: Permission denied\n")
