"""Markdown with formulas as HTML."""

import pytest

from figurepress.project.validated_files import InputError
from figurepress.site import markdown
from tests.support.projects import edit


def html(text: str) -> str:
    return markdown.html(text, "prompts/x.md")


def test_markdown_is_rendered():
    assert html("a *b* [c](http://d)") == '<p>a <em>b</em> <a href="http://d">c</a></p>'


def test_link_to_a_file_becomes_text():
    assert html("a [*b*](../c.md) d") == "<p>a <em>b</em> d</p>"


def test_tables_are_rendered():
    assert "<td>1</td>" in html("| a | b |\n|---|---|\n| 1 | 2 |")


def test_sentence_has_no_paragraph():
    assert markdown.inline("a *b*", "prompts/x.md", "claims.a") == "a <em>b</em>"


@pytest.mark.parametrize(
    "text", ["a <b> c", "<script>alert(1)</script>", "[x](javascript:alert(1))"]
)
def test_html_is_shown_as_text(text):
    assert html(text) == f"<p>{text.replace('<', '&lt;').replace('>', '&gt;')}</p>"


def test_escaped_dollars_are_dollars():
    assert html(r"costs \$5 or \$6") == "<p>costs $5 or $6</p>"


def test_formula_in_code_stays_code():
    assert html("`$x$`") == "<p><code>$x$</code></p>"


def test_size_stays_on_one_line():
    assert html("6 × 6 × 2 values") == "<p>6\xa0×\xa06\xa0×\xa02 values</p>"
    assert markdown.html("6 × 6", "prompts/x.md", "body") == "<p>6 × 6</p>"


def test_formula_stays_with_its_comma():
    joined = '<span style="white-space:nowrap"><math alttext="y"><mi>y</mi></math>,</span> z'
    assert joined in html("$x$ and $y$, z")


@pytest.mark.parametrize("text", ["in $x$ line", "**$x$**"])
def test_formula_is_inline(text):
    assert '<math alttext="x"><mi>x</mi></math>' in html(text)


@pytest.mark.parametrize("text", ["$$x$$", "in a sentence $$x$$ too", "$$\nx\n$$"])
def test_formula_is_on_its_own_line(text):
    assert '<math alttext="x" display="block"><mi>x</mi></math>' in html(text)


def test_latex_of_a_formula_is_escaped():
    assert '<math alttext="a&lt;&quot;">' in html('$a<"$')


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r"$\aprox$", r"$\aprox$: command \aprox is not supported"),
        (r"$$\frac{1}$$", r"$\frac{1}$: not valid LaTeX"),
        ("$$", "'$$': unpaired $"),
        ("costs $5", "'costs $5': unpaired $"),
        ("$x and *y*", "'$x and ': unpaired $"),
    ],
)
def test_error_states_prompt_key_and_formula(text, reason):
    with pytest.raises(InputError) as caught:
        html(text)
    assert str(caught.value).startswith(f"prompts/x.md: caption: {reason}")


def test_check_reports_every_bad_text(lecture):
    edit("prompts/line.md", "$y = x$", "$x^$")
    edit("prompts/extra.md", "$0$", "$y}$")
    with pytest.raises(InputError) as caught:
        markdown.check(["line", "extra"])
    assert [line.split(": $")[0] for line in str(caught.value).splitlines()] == [
        "prompts/line.md: caption",
        "prompts/extra.md: description",
    ]
