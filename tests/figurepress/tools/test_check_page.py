"""Which images a page shows and on which lines, and which faults `make check-page` names."""

import check
import pytest
from figurepress.tools.page_images import images
from tests.support.projects import bound_by_permissions, run, small_project

FIGURE = "quadratic_loss_curve"
SHOWN = f"![parabola](figures/{FIGURE}.png)\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with one figure."""
    return small_project(tmp_path_factory.mktemp("check") / "project", FIGURE)


@pytest.fixture
def notes(tmp_path):
    """The folder of a lecture, with that figure beside the notes to come."""
    (tmp_path / "figures").mkdir()
    (tmp_path / f"figures/{FIGURE}.png").touch()
    return tmp_path


@pytest.fixture
def faults(project, notes):
    """The faults of a page in the folder of the notes, without the folder's name."""

    def faults(text: str, page: str = "notes.md") -> list[str]:
        found = check.faults({notes / page: text}, notes, project)
        return [fault.removeprefix(f"{notes}/") for fault in found]

    return faults


# An image, and where it stands


@pytest.mark.parametrize(
    ("page", "line"),
    [
        pytest.param("![a](x.png)", 1, id="inline"),
        pytest.param("one\ntwo\nthree ![a](x.png)", 3, id="third line of a paragraph"),
        pytest.param("one ![b\nb](y.png 't\nt') ![a](x.png)", 3, id="after an image of many lines"),
        pytest.param("one `co\nde` ![a](x.png)", 2, id="after code of two lines"),
        pytest.param("one\n![a][label]\n\n[label]: x.png 'title'", 2, id="reference"),
        pytest.param("![a]\n\n[a]: x.png", 1, id="short reference"),
        pytest.param("[![a](x.png)](elsewhere.html)", 1, id="in a link"),
        pytest.param("\n**![a](x.png)**", 2, id="in bold"),
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
        pytest.param('<div markdown="1">\n![a](x.png)\n</div>', 2, id="Markdown in HTML"),
        pytest.param('<p>\n<![x[ ]]><img src="x.png" alt="a">', 2, id="after broken HTML"),
        pytest.param("{% comment %}\n{% endcomment %}\n![a](x.png)", 3, id="after a comment"),
    ],
)
def test_image_stands_on_its_line(page, line):
    shown = [image for image in images(page) if image.link == "x.png"]
    assert [(image.line, image.described) for image in shown] == [(line, True)]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("```\n![a](x.png)\n```", id="fence"),
        pytest.param("    ![a](x.png)", id="indented code"),
        pytest.param("one `![a](x.png)` two", id="code in a line"),
        pytest.param("<!--\n![a](x.png)\n\n<img src='x.png'> -->", id="comment"),
        pytest.param("one <!-- ![a](x.png)\n<img src='x.png'> --> two", id="comment in a line"),
        pytest.param("<div>\n<!-- <img src='x.png'> -->\n</div>", id="comment in HTML"),
        pytest.param("{::comment}\n![a](x.png)\n{:/comment}", id="kramdown's comment"),
        pytest.param("{% comment %} ![a](x.png) {% endcomment %}", id="Jekyll's comment"),
        pytest.param(r"\![a](x.png)", id="escaped"),
        pytest.param("<div>\n![a](x.png)\n</div>", id="text in HTML"),
        pytest.param("<script>\n'<img src=x.png>'\n</script>", id="script"),
        pytest.param("---\nimage: '![a](x.png)'\n---", id="front matter"),
        pytest.param("\ufeff---\nimage: '![a](x.png)'\n---", id="after a byte order mark"),
        pytest.param("<div markdown='0'>\n![a](x.png)\n</div>", id="text in HTML, said twice"),
        pytest.param("[a](x.png)", id="link"),
        pytest.param("[a]: x.png", id="label that nothing uses"),
    ],
)
def test_no_image(page):
    assert list(images(page)) == []


def test_every_candidate_of_a_picture_is_an_image():
    page = '<picture><source srcset="a.svg, b.svg 2x"><img src="c.png" srcset="d.png 2x"></picture>'
    assert [image.link for image in images(page)] == ["a.svg", "b.svg", "c.png", "d.png"]


def test_jekyll_links_begin_at_the_site():
    page = "![a]({{ site.baseurl }}/x.png) ![a]({{ '/y.png' | relative_url }})"
    assert [image.link for image in images(page)] == ["/x.png", "/y.png"]


# An image without a file


@pytest.mark.parametrize(
    "link",
    [
        "figures/mine.png",
        "./figures/mine.png?v=2",
        "figures/mine.png#top",
        "figures/two%20words.png",
        "<figures/two words.png>",
        "figures/%C3%BCbung.png",
        "figures/übung.png",
        "/figures/mine.png",
        "https://example.org/nowhere.png",
        "//example.org/nowhere.png",
        "data:image/png;base64,iVBORw0KGgo=",
    ],
)
def test_link_with_a_file_or_to_another_site_is_right(faults, notes, link):
    for name in ("mine.png", "two words.png", "übung.png"):
        (notes / "figures" / name).touch()
    assert faults(f"{SHOWN}\n![a]({link})") == []


@pytest.mark.parametrize(
    "link", ["figures/none.png", "/none.png", "figures", "file:///none.png", "//[", "x" * 999]
)
def test_link_without_a_file_is_named(faults, link):
    assert faults(f'{SHOWN}\n<img src="{link}" alt="a">') == [
        f"notes.md:3: {link}: no such file; mend the link"
    ]


@pytest.mark.parametrize("image", ["![a]()", "<img alt='a'>"])
def test_image_without_a_link_is_named(faults, image):
    assert faults(SHOWN + image) == ["notes.md:2: : no such file; mend the link"]


def test_link_of_a_page_in_a_folder_begins_there(faults, notes):
    (notes / "part").mkdir()
    text = f"![a](../figures/{FIGURE}.png)\n![a](figures/{FIGURE}.png)"
    assert faults(text, page="part/one.md") == [
        f"part/one.md:2: figures/{FIGURE}.png: no such file; is ../figures/{FIGURE}.png meant?"
    ]


def test_figure_not_exported_yet_is_said_to_be(faults, notes):
    (notes / f"figures/{FIGURE}.png").unlink()
    assert faults(SHOWN) == [
        f"notes.md:1: figures/{FIGURE}.png: no such file; `make export` brings it"
    ]


@pytest.mark.parametrize("written", ["![a][none]", "![a](two words.png)"])
def test_image_that_markdown_takes_for_text_is_named(faults, written):
    assert faults(f"{SHOWN}and {written}") == [
        f"notes.md:2: {written}: not read as an image; "
        "define its label, or write %20 for a space in its link"
    ]


# An image without alternative text


@pytest.mark.parametrize(
    "image",
    [
        "![]({})",
        "![ ]({})",
        "![]({}){{: width='50%'}}",
        "![]({}){{: alt='' title='alt'}}",
        "![]({}){{: data-alt='unsaid'}}",
        "![]({}) {{: alt='said'}}",
        "![][label]\n\n[label]: {}",
        "<img src='{}'>",
        "<img src='{}' alt=''>",
        "<img src='{}' alt>",
        "<picture><source srcset='{0}'><img src='{0}'></picture>",
        "<img src='{0}' srcset='{0} 2x'>",
    ],
)
def test_image_without_alternative_text_is_named_once(faults, image):
    link = f"figures/{FIGURE}.png"
    assert faults("one\n" + image.format(link)) == [
        f"notes.md:2: {link}: no alternative text; prompts/{FIGURE}.md has it"
    ]


@pytest.mark.parametrize(
    "image",
    [
        "![said]({})",
        "![]({}){{: alt='said'}}",
        '![]({}){{: .wide alt="said" }}',
        "![]({}){{fig-alt='said'}}",
        "![]({}){{#fig-loss\n width=50% fig-alt='*said*'}}",
        "<img src='{}' alt='said'>",
        "<img src=' {} ' alt='said'>",
        "<img src='{}' alt='' role='presentation'>",
        "<picture><source srcset='{0}'><img src='{0}' alt='said'></picture>",
    ],
)
def test_image_with_alternative_text_or_none_needed_is_right(faults, image):
    assert faults(image.format(f"figures/{FIGURE}.png")) == []


def test_alternative_text_is_asked_for_on_images_of_other_sites(faults):
    assert faults(f"{SHOWN}![](https://example.org/x.png)") == [
        "notes.md:2: https://example.org/x.png: no alternative text; write it"
    ]


# A figure that is not shown


def test_figure_that_is_not_shown_is_named_where_its_prompt_promises_it(faults, project):
    lines = (project / f"prompts/{FIGURE}.md").read_text().splitlines()
    (fault,) = faults(f"[a link](figures/{FIGURE}.png)")
    place, _, message = fault.partition(": ")
    file, line = place.split(":")
    assert file == f"prompts/{FIGURE}.md"
    assert lines[int(line) - 1] == "page: true"
    assert message == f"page: true, but figures/{FIGURE}.png is not shown; " + (
        "show it, or write page: false"
    )


@pytest.mark.parametrize("form", [".svg", ".png", "-dark.svg"])
def test_figure_is_shown_in_any_form(faults, notes, form):
    (notes / f"figures/{FIGURE}{form}").touch()
    assert faults(f"![a](figures/{FIGURE}{form})") == []


@pytest.mark.parametrize("rest", ["?v=2.1", "#part.1"])
def test_figure_is_shown_whatever_follows_its_name_in_the_link(faults, rest):
    assert faults(f"![a](figures/{FIGURE}.png{rest})") == []


def test_figure_that_the_lecture_does_not_have_need_not_be_shown(tmp_path):
    project = small_project(tmp_path / "project", FIGURE)
    prompt = project / f"prompts/{FIGURE}.md"
    prompt.write_text(prompt.read_text().replace("page: true", "page: false"))
    assert check.faults({}, tmp_path, project) == []


@pytest.mark.parametrize(
    "link", ["figures/quadratic_los_curve.png", f"figs/{FIGURE}.png", f"figures/{FIGURE}.gif"]
)
def test_misspelt_link_is_one_fault(faults, link):
    assert faults(f"![a]({link})") == [
        f"notes.md:1: {link}: no such file; is figures/{FIGURE}.png meant?"
    ]


def test_picture_of_the_authors_with_a_like_name_does_not_show_the_figure(faults, notes):
    (notes / "figures/quadratic_loss_curves.png").touch()
    (fault,) = faults("![a](figures/quadratic_loss_curves.png)")
    assert f"figures/{FIGURE}.png is not shown" in fault


def test_one_page_of_several_may_show_a_figure(notes, project):
    pages = {notes / "one.md": "none", notes / "two.md": SHOWN}
    assert check.faults(pages, notes, project) == []


# The command


def test_page_in_order_is_said_to_be(project, notes):
    page = notes / "notes.md"
    page.write_text(SHOWN)
    done = run(project, "check", page)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{page}: nothing wrong\n", "")


def test_page_with_a_fault_fails(project, notes):
    page = notes / "notes.md"
    page.write_text(f"{SHOWN}\n![](figures/none.png)")
    done = run(project, "check", page)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{page}:3: figures/none.png: no such file; mend the link",
        f"{page}:3: figures/none.png: no alternative text; write it",
    ]


def test_link_that_begins_at_the_site_begins_in_the_folder_exported_to(project, notes):
    (notes / check.RECORD).write_text("{}")
    page = notes / "part/notes.md"
    page.parent.mkdir()
    page.write_text(SHOWN.replace("figures", "/figures"))
    assert run(project, "check", page).returncode == 0


def refused(project, argument, message, before=()):
    done = run(project, "check", argument, before=before)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1


def test_page_that_is_not_there_is_refused(project, tmp_path):
    page = tmp_path / "none.md"
    refused(project, page, f"{page}: missing; name a Markdown page in UTF-8")


def test_page_that_is_a_folder_is_refused(project, tmp_path):
    refused(project, tmp_path, f"{tmp_path}: cannot be read ([Errno 21] Is a directory")


def test_page_in_another_encoding_is_refused(project, tmp_path):
    page = tmp_path / "notes.md"
    page.write_bytes("Übung".encode("latin-1"))
    refused(project, page, f"{page}: cannot be read ('utf-8' codec can't decode byte 0xdc")


def test_page_that_may_not_be_read_is_refused(project, tmp_path):
    page = tmp_path / "notes.md"
    page.touch(mode=0o000)
    message = f"{page}: cannot be read ([Errno 13] Permission denied"
    refused(project, page, message, bound_by_permissions())


def test_no_page_is_refused(project):
    refused(project, "", "PAGE: '': say which page: make check-page PAGE=<notes.md>")
