"""config.yaml: which files it asks for, and how its errors are reported."""

import json
from pathlib import Path

import pytest

from figurepress.project import config
from figurepress.project.config import Config
from figurepress.project.validated_files import InputError, read_yaml
from tests.support.projects import append, edit

VALID = {"figures": "[a_figure]", "formats": "[svg]", "themes": "[light]", "dpi": "200"}


def check(**values: str) -> Config:
    """Validate a configuration in which some values are replaced."""
    text = "".join(f"{key}: {value}\n" for key, value in (VALID | values).items())
    return Config.check(read_yaml(text, "config.yaml"), "config.yaml")


def error_of(**values: str) -> str:
    """The message about a configuration in which some values are replaced."""
    with pytest.raises(InputError) as error:
        check(**values)
    return str(error.value)


def test_dark_theme_has_no_pdf():
    settings = check(formats="[svg, pdf]", themes="[light, dark]")
    assert settings.suffixes == [".svg", ".pdf", "-dark.svg"]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("dpi", "49", "dpi: 49: write a number of at least 50"),
        ("dpi", "high", "dpi: 'high': write a whole number"),
        ("themes", "[]", "themes: []: is empty; add an entry"),
        ("formats", "[gif]", "formats: entry 1: 'gif': write 'svg', 'png' or 'pdf'"),
        ("formats", "[svg, svg]", "formats: ['svg', 'svg']: listed more than once: svg; keep one"),
        (
            "colors",
            '{ink: ["#000000", "#ffffff"]}',
            "colors: ink: 'ink': not a role to change; use one of foreground, grid, ",
        ),
        ("colors", '{input: ["#000000"]}', "colors: input: ['#000000']: "),
        (
            "colors",
            '{input: [red, "#ffffff"]}',
            "colors: input: entry 1: 'red': write a colour as #rrggbb, such as #8a2be2",
        ),
        ("series", '{light: ["#000000"]}', "series: light: ['#000000']: "),
        ("series", f"{{light: {['#000000'] * 6}}}", "series: {'light': ['#000000', "),
        ("colour", "red", "colour: unknown key; remove it, or write one of figures, formats, "),
    ],
)
def test_error_states_key_value_and_fix(key, value, message):
    assert error_of(**{key: value}).startswith(f"config.yaml: {message}")


def test_all_errors_are_reported_at_once():
    first, second = error_of(figures="[../x]", dpi="high").split("\n")
    assert first.startswith("config.yaml: figures: ")
    assert second.startswith("config.yaml: dpi: ")


@pytest.mark.parametrize(
    "text", ["figures: [a", "dpi: 1\ndpi: 2", "dpi: !!int abc", "[1]", "", "a: *b"]
)
def test_invalid_configuration_is_rejected(text):
    with pytest.raises(InputError, match=r"^config\.yaml: "):
        Config.check(read_yaml(text, "config.yaml"), "config.yaml")


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "x.svg", "a b", "$(x)", "a\n", "A", "ä", "1", "_"]
)
def test_invalid_stem_is_rejected(name):
    message = error_of(figures=json.dumps([name]))
    assert message.startswith(f"config.yaml: figures: entry 1: {name!r}: not a stem; use lowercase")


@pytest.mark.parametrize("name", ["all", "index"])
def test_reserved_stem_is_rejected(name):
    assert "this name is reserved; choose another stem" in error_of(figures=f"[{name}]")


@pytest.mark.parametrize("name", ["json", "numpy", "lecture"])
def test_module_name_is_rejected_as_stem(name):
    assert "the name of a Python module" in error_of(figures=f"[{name}]")


def test_every_missing_script_and_prompt_is_reported(lecture):
    Path("scripts/bars.py").unlink()
    Path("prompts/waves.md").unlink()
    with pytest.raises(InputError) as error:
        config.read()
    assert str(error.value).split("\n") == [
        "config.yaml: figures: 'bars': no scripts/bars.py; create it or correct the entry",
        "prompts/waves.md: missing; create it as described in docs/authoring.md",
    ]


def test_missing_file_that_is_needed_is_reported(lecture):
    edit("prompts/bars.md", "claims:", "needs: [data/points.csv]\nclaims:")
    message = r"^prompts/bars\.md: needs: 'data/points\.csv': no such file; create it or remove the"
    with pytest.raises(InputError, match=message):
        config.read()


def test_number_of_two_figures_is_rejected(lecture):
    edit("prompts/waves.md", "1.2", "1.1")
    with pytest.raises(InputError) as error:
        config.read()
    assert str(error.value) == (
        "prompts/waves.md: number: '1.1': prompts/bars.md has it, too; change one of them"
    )


def test_figure_without_an_entry_is_reported(lecture):
    edit("config.yaml", "[bars, waves]", "[bars]")
    Path("prompts/notes.md").touch()  # has no script
    (line,) = config.remarks(config.read())
    assert line.startswith("waves: has a prompt and a script, but config.yaml does not list it")


def test_section_without_a_heading_is_reported(lecture):
    append(Path("config.yaml"), 'sections: {"1": One}')
    edit("prompts/bars.md", 'section: "1"', 'section: "2"')
    (line,) = config.remarks(config.read())
    assert line.startswith("prompts/bars.md: section: '2': not a heading under sections: in config")


@pytest.mark.parametrize(
    ("stem", "message"),
    [
        ("wavse", "FIGURE: 'wavse': no such figure in config.yaml; try waves"),
        ("Bars", "FIGURE: 'Bars': no such figure in config.yaml; try bars"),
        ("av", "FIGURE: 'av': no such figure in config.yaml; try waves"),
        ("", "FIGURE: '': no such figure in config.yaml; write one that is listed there"),
        ("x", "FIGURE: 'x': no such figure in config.yaml; write one that is listed there"),
        ("1", "FIGURE: '1': a number; write the name of the figure: bars"),
        ("1.2", "FIGURE: '1.2': a number; write the name of the figure: waves"),
        ("9.9", "FIGURE: '9.9': no figure has this number; write the name of one in config.yaml"),
    ],
)
def test_unknown_stem_gets_a_suggestion(lecture, stem, message):
    edit("prompts/bars.md", "1.1", "1a")  # so that figure 1 can only be 1a
    with pytest.raises(InputError) as error:
        config.check_stem(stem, config.read())
    assert str(error.value) == message


def test_exact_number_is_preferred_to_its_parts(lecture):
    edit("prompts/bars.md", "1.1", "1a")
    edit("prompts/waves.md", "1.2", "1")
    with pytest.raises(InputError, match=r"write the name of the figure: waves$"):
        config.check_stem("1", config.read())


def test_prompt_overrides_the_time_limit(lecture):
    edit("prompts/bars.md", "claims:", "time_limit: 7\nclaims:")
    settings = config.read()
    assert config.time_limit("bars", settings) == 7
    assert config.time_limit("waves", settings) == settings.time_limit == 120
