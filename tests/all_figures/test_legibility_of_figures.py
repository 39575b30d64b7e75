"""Every figure is legible in both themes, and is drawn without a warning."""

import re
from io import BytesIO
from pathlib import Path
from runpy import run_path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from figurepress import look
from figurepress.output.render import NO_LAYOUT
from figurepress.palette import THEMES
from figurepress.project import config, prompts
from tests.support.legibility import unexpected
from tests.support.prompt_checks import unspecified

EACH_FIGURE = pytest.mark.parametrize("stem", config.read().figures)


@pytest.mark.parametrize("theme", THEMES)
@EACH_FIGURE
def test_figure_is_legible(drawings, stem, theme):
    """A figure's test module may list exceptions, with reasons, in LEGIBILITY_EXCEPTIONS."""
    drawing = drawings(stem).by_theme[theme]
    tests = Path(f"tests/figures/test_{stem}.py")
    names = run_path(str(tests)) if tests.is_file() else {}  # another test reports a missing file
    alt = prompts.read(stem).alt
    messages = [f"warning: {text}; remove its cause" for text in drawing.warnings]
    with look.theme(theme):
        messages += unexpected(drawing.figure, alt, theme, names.get("LEGIBILITY_EXCEPTIONS"))
    if messages:
        heading = f"{stem}, {theme} (docs/legibility.md explains the rules):"
        pytest.fail("\n".join([heading, *messages]), pytrace=False)


def without_colors(figure: Figure, theme: str) -> list[str]:
    """The lines of the SVG of a figure, without colours, ids and the pixels of images."""
    file = BytesIO()
    with look.theme(theme), mpl.rc_context(NO_LAYOUT):  # saving would add a layout engine
        figure.savefig(file, format="svg", metadata={"Date": None})
    svg = file.getvalue().decode()
    svg = re.sub(r'#\w+|id="\w+"|base64,[^"]*', "", svg)
    svg = re.sub(r'(fill|stroke): ?(?=[;"])(; )?', "", svg)  # a property that had a color
    svg = svg.replace(' style=""', "")
    return svg.splitlines()


@EACH_FIGURE
def test_themes_differ_in_colors_only(drawings, stem):
    drawn = drawings(stem).by_theme
    light, dark = (without_colors(drawn[theme].figure, theme) for theme in THEMES)
    common = zip(light, dark, strict=False)  # the first difference says more than the lengths
    different = [(one, other) for one, other in common if one != other]
    assert not different, f"{stem}: light and dark draw {different[0]}"
    assert len(light) == len(dark), f"{stem}: one theme draws more than the other"


@EACH_FIGURE
def test_words_of_the_picture_are_in_the_prompt(drawings, stem):
    """This finds a label that was changed in the script only, even if its picture is approved."""
    prompt = Path(f"prompts/{stem}.md").read_text(encoding="utf-8")
    texts = drawings(stem).by_theme["light"].figure.findobj(Text)
    shown = [text.get_text() for text in texts if text.get_visible()]
    if errors := unspecified(shown, prompt, f"prompts/{stem}.md"):
        pytest.fail("\n".join(errors), pytrace=False)
