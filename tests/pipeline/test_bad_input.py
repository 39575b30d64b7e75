"""Bad input is refused in one line that says where, what and what is allowed: never a traceback."""

import ast
import io
import json
import re
import runpy
import shlex
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path, PurePosixPath
from unittest.mock import patch
from xml.etree import ElementTree

from figurepress.project import config, prompts
from figurepress.project.validation import InputError, read_yaml
from figurepress.output.accessible_svg import make_accessible

from figurepress.site import captions
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.projects import FIGURES, ROOT, make, small_project
from test_command import SCRIPT

SOURCES = [*ROOT.glob("*.py")]
SOURCES += [
    file
    for part in ("scripts", "page", "envs", "tests", "benchmarks")
    for file in (ROOT / part).rglob("*.py")
]

# Values that YAML's own rules trip over, or that look like what they are not.
ODD = (
    r"""
2001-13-45 | 2001-01-01T99:00:00 | 0001-01-01 00:00:00 -24:00 | !!int abc | !!float x | !!bool x
!!timestamp soon | !!binary é | !!int | !!bool | !!float | 0x_ | 0b_ | +_ | .nan | -.inf | 1e999
"\ud800" | "\U00110000" | "\0" | 'open | [1, | {a: | &a [*a] | *b | !x y | !!python/name:os.system
!!set {a, b} | !!omap [a: 1] | !!pairs [a] | <<: 3 | ? [a] | - a | a: b | %YAML 3.0 | @x | `x` | ~
--- a | ... | yes | 1:2:3 | 1_0 | 0o7 | [[a]] | [~] | [1] | [true] | ../x | '' | ' ' | 199.5 | '200'
""".replace("\n", " | ")
    .strip(" |")
    .split(" | ")
)
ODD += ["[" * 1000, "9" * 5000, "a" * 5000, "\t- a"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda value: st.lists(value) | st.dictionaries(st.text(), value),
)
YAML = st.sampled_from(ODD) | st.text() | VALUES.map(json.dumps)

CONFIG = {"figures": "[a_figure]", "formats": "[svg]", "themes": "[light]", "dpi": "200"}
PROMPT = {
    "number": "'3.1'",
    "section": "'3'",
    "page": "true",
    "title": "A title",
    "caption": "A caption",
    "alt": "What it shows",
    "claims": "{one: It holds.}",
}


def lines(mapping: dict[str, str]) -> str:
    return "".join(f"{key}: {value}\n" for key, value in mapping.items())


def refusal(check, *arguments, begin: str = "") -> list[str]:
    """The lines of a refusal; none where the input is accepted."""
    try:
        check(*arguments)
    except InputError as error:
        found = str(error).split("\n")
        assert all(line.startswith(begin) for line in found)
        return found
    return []


def check_config(text: str) -> config.Config:
    return config.Config.check(read_yaml(text, "config.yaml"), "config.yaml")


@pytest.fixture(scope="module")
def check_prompt(tmp_path_factory):
    file = tmp_path_factory.mktemp("project") / "prompts/x.md"
    file.parent.mkdir()

    def check(front: str, body: str = "What to draw.\n") -> prompts.Prompt:
        file.write_bytes(f"---\n{front}---\n{body}".encode(errors="surrogatepass"))
        return prompts.read(file)

    return check


# Configurations


@example("0x" + "f" * 5000)
@given(st.text() | st.lists(st.sampled_from(ODD), max_size=3).map("\n".join))
def test_any_text_is_a_configuration_or_refused(text):
    refusal(check_config, text, begin="config.yaml: ")


@given(st.sampled_from([*CONFIG, "other"]), YAML)
def test_any_value_at_any_key_of_the_configuration_is_accepted_or_refused(key, value):
    refusal(check_config, lines(CONFIG | {key: value}), begin="config.yaml: ")


ALLOWED = {
    "figures": lambda value: all(
        isinstance(stem, str) and re.fullmatch("[a-z][a-z0-9_]*", stem) for stem in value
    ),
    "formats": lambda value: set(value) <= {"svg", "png", "pdf"},
    "themes": lambda value: set(value) <= {"light", "dark"},
    "dpi": lambda value: type(value) is int and 50 <= value <= 1200,
}
NEAR = (
    st.lists(st.sampled_from(["svg", "png", "gif", "light", "dark", "a", "b", "a_1", "A", 1]))
    | st.integers(40, 60)
    | st.integers(1190, 1210)
)


@given(st.sampled_from(list(CONFIG)), NEAR | VALUES)
def test_what_is_accepted_is_what_the_schema_allows(key, value):
    accepted = not refusal(check_config, lines(CONFIG | {key: json.dumps(value)}))
    listed = key == "dpi" or (isinstance(value, list) and value != [])
    distinct = key == "dpi" or (listed and all(value.count(item) == 1 for item in value))
    try:
        allowed = listed and distinct and ALLOWED[key](value)
    except TypeError:  # an item that cannot be in a set
        allowed = False
    assert accepted == allowed


@pytest.mark.parametrize("value", ["2001-13-45", "!!int abc", "9" * 5000, "!!bool maybe"])
def test_value_that_yaml_cannot_read_is_named_with_its_line(value):
    (line,) = refusal(check_config, lines(CONFIG | {"dpi": value}))
    shown = value.split()[-1][:70]
    assert line.startswith(f"config.yaml: line 4: not valid YAML: '{shown}")
    assert line.endswith("; put it in quotes")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("dpi", "49", "dpi: 49: Input should be greater than or equal to 50"),
        ("dpi", "1201", "dpi: 1201: Input should be less than or equal to 1200"),
        ("dpi", "true", "dpi: True: Input should be a valid integer"),
        ("dpi", "200.0", "dpi: 200.0: Input should be a valid integer"),
        ("themes", "[]", "themes: []: List should have at least 1 item"),
        ("themes", "dark", "themes: 'dark': Input should be a valid list"),
        ("formats", "[svg, svg]", "formats: ['svg', 'svg']: stands twice: svg; remove one of each"),
        ("figures", "[a, a]", "figures: ['a', 'a']: stands twice: a; remove one of each"),
        ("colour", "red", "colour: unknown key; remove it (known: figures, formats, themes, dpi)"),
    ],
)
def test_refusal_says_key_value_and_what_is_allowed(key, value, message):
    (line,) = refusal(check_config, lines(CONFIG | {key: value}))
    assert line.startswith(f"config.yaml: {message}")


def test_key_on_snakemakes_command_line_is_checked_too():
    (line,) = refusal(config.read, ROOT, {"figures": ["../x"]})
    assert line.startswith("config.yaml or --config: figures.0: '../x': not a figure's stem")


# Names


OUTSIDE = ["../x", "/etc/x", "~", "~/x", "a/b", "..", ".", ".x", "x.svg", "-x", "x\\y", "C:x"]
SHELL = ["a b", "a;reboot", "$(reboot)", "`reboot`", "a'b", 'a"b', "a&b", "a|b", "a>b", "*", "a\nb"]
PATTERNS = ["{stem}", "{{", "%s", "A", "ä", "1", "_", "", " a", "a ", "а", "a" * 101]


@pytest.mark.parametrize("name", OUTSIDE + SHELL + PATTERNS)
def test_name_that_is_no_stem_is_refused(name):
    (line,) = refusal(check_config, lines(CONFIG | {"figures": json.dumps([name])}))
    assert line.startswith(f"config.yaml: figures.0: {name!r}: not a figure's stem; write small")


RULES = re.findall(r"^rule (\w+):", (ROOT / "Snakefile").read_text(), re.M)
OURS = ["index", "figures", "lecture"]


@pytest.mark.parametrize("name", [*RULES, *OURS, "json", "random", "statistics"])
def test_name_with_a_meaning_of_its_own_is_refused(name):
    (line,) = refusal(check_config, lines(CONFIG | {"figures": f"[{name}]"}))
    assert line == (
        f"config.yaml: figures.0: {name!r}: "
        "has a meaning of its own here or in Python; choose another stem"
    )


@given(st.text("ab/._-~ $;'\"\\\n*{}1") | st.text())
@example("figures")
def test_no_name_that_is_accepted_leaves_the_folder_or_means_something_to_a_shell(name):
    if not refusal(check_config, lines(CONFIG | {"figures": json.dumps([name])})):
        assert PurePosixPath("figures", name).parts == ("figures", name)
        assert shlex.quote(name) == name


@pytest.mark.parametrize("use", ["check-page PAGE", "export TO", "watch PORT", "accept FIGURE"])
def test_shell_characters_in_an_argument_of_make_are_not_run(tmp_path, use):
    verb, variable = use.split()
    project = tmp_path / "project"
    project.mkdir()
    shutil.copy(ROOT / "Makefile", small_project(project, *FIGURES))
    argument = f'"; touch {tmp_path}/run; "`touch {tmp_path}/run`'
    done = make(project, "--old-file=build", verb, f"{variable}={argument}")
    assert done.returncode != 0
    assert argument in done.stderr  # said, not done
    assert list(tmp_path.iterdir()) == [project]


# Front matter


@given(text=st.text() | st.lists(st.sampled_from([*ODD, "---"]), max_size=3).map("\n".join))
def test_any_front_matter_is_accepted_or_refused(check_prompt, text):
    refusal(check_prompt, f"{text}\n", begin="prompts/x.md: ")


@given(key=st.sampled_from([*PROMPT, "other"]), value=YAML)
def test_any_value_at_any_key_of_the_front_matter_is_accepted_or_refused(check_prompt, key, value):
    refusal(check_prompt, lines(PROMPT | {key: value}), begin="prompts/x.md: ")


@given(key=st.sampled_from(["title", "caption", "alt"]), text=st.text())
@example(key="title", text="\0")
@example(key="alt", text="\ud800")
@example(key="caption", text="\uffff")
def test_words_that_are_accepted_can_stand_in_an_svg(check_prompt, key, text):
    front = lines(PROMPT | {key: json.dumps(text)})
    if not refusal(check_prompt, front):
        words = getattr(check_prompt(front), key)
        svg = make_accessible(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "x", words, words)
        title, description = list(ElementTree.fromstring(svg))[:2]
        assert (title.text, description.text) == (words, words)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("number", "3.1", "number: 3.1: Input should be a valid string"),
        ("number", "'٣'", "number: '٣': String should match pattern"),
        ("section", "null", "section: None: Input should be a valid string"),
        ("page", "'yes'", "page: 'yes': Input should be a valid boolean"),
        ("title", "' '", "title: ' ': empty; write it"),
        ("alt", '"a\\0"', "alt: 'a\\x00': '\\x00' can stand in no SVG; remove it"),
        ("claims", "{}", "claims: {}: Dictionary should have at least 1 item"),
        ("claims", "{A b: c}", "claims.A b: 'A b': not a claim's id; write small letters"),
        ("claims", "{a: ''}", "claims.a: '': empty; write it"),
        ("author", "me", "author: unknown key; remove it (known: number, section, page"),
    ],
)
def test_refusal_of_front_matter_says_key_value_and_what_is_allowed(
    check_prompt, key, value, message
):
    (line,) = refusal(check_prompt, lines(PROMPT | {key: value}))
    assert line.startswith(f"prompts/x.md: {message}")


FORMULA = st.sampled_from(
    re.findall(
        r"\S+",
        r"""\frac \sqrt { } ^ _ x 1 & \\ \begin{matrix} \end{matrix} \left( \right) \left \text ~
        \hat \limits % $ \$ \overset \binom \substack [ ] ' \hspace{1cm} \genfrac \middle| \color
        \begin{array}{cc} \end{array} \href \tag \ref \not \over \choose \big \hline \mathrm \no""",
    )
)


@given(st.text() | st.lists(FORMULA).map(lambda parts: f"${' '.join(parts)}$"))
def test_any_caption_is_typeset_or_refused(caption):
    refusal(captions.html, caption, "prompts/x.md", begin="prompts/x.md: caption: ")


# Command lines of scripts


NAME = st.text(st.characters(exclude_characters="\0/"))
ARGUMENT = (
    st.sampled_from(["--dpi", "--dpi=200", "--dp", "200", "-5", "0", "1e9", "9" * 5000, "-h", "--"])
    | st.sampled_from(["x.png", "x.SVG", "x", ".png", "nowhere/x.png", "a" * 300 + "/x.png", "-"])
    | NAME
    | NAME.map(lambda name: f"{name}.svg")
)


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """Run a small figure's script; its exit status, what it said, the files it would write."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("scripts", "prompts"):
        (root / folder).mkdir()
    (root / "scripts/x.py").write_text(SCRIPT)
    shutil.copy(ROOT / f"prompts/{FIGURES[0]}.md", root / "prompts/x.md")

    def run(*arguments: str) -> tuple[int, str, list[Path]]:
        said, written, status = io.StringIO(), [], 0
        with (
            patch("sys.argv", ["scripts/x.py", *arguments]),
            patch("lecture.command.write", written.extend),
            patch("faulthandler.dump_traceback_later"),
            redirect_stdout(io.StringIO()),
            redirect_stderr(said),
        ):
            try:
                runpy.run_path(str(root / "scripts/x.py"), run_name="__main__")
            except SystemExit as end:
                status = end.code
        return status, said.getvalue(), written

    return run


@given(arguments=st.lists(ARGUMENT, max_size=4))
def test_any_arguments_of_a_script_are_taken_or_refused_in_a_line(script, arguments):
    status, said, written = script(*arguments)
    if status == 0:
        assert said == ""
    else:
        assert (status, written) == (2, [])
        assert said.startswith("x.py: ")


@pytest.mark.parametrize("dpi", ["49", "1201", "0", "-200", "1e3", "200.0", "", "two", "9" * 5000])
def test_dpi_out_of_range_is_refused(script, dpi):
    status, said, written = script(f"--dpi={dpi}", "x.png")
    assert (status, written) == (2, [])
    assert said == f"x.py: argument --dpi: {dpi!r}: write a number from 50 to 1200\n"


def test_folder_with_a_name_too_long_is_no_folder(script):
    name = "a" * 300
    status, said, written = script(f"{name}/x.png")
    assert (status, written) == (2, [])
    assert said.endswith(f"{name}/x.png: no folder {name}; make it first\n")


# What is never done


def calls(file: Path) -> Iterator[tuple[str, dict[str, ast.expr]]]:
    """The calls in a file: the function's name as written, and its keyword arguments."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), {word.arg: word.value for word in node.keywords}


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    return names


PICKLES = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}


def test_nothing_is_loaded_by_pickle():
    for file in SOURCES:
        assert imported(file).isdisjoint(PICKLES), file
        for name, words in calls(file):
            assert "allow_pickle" not in words, file
            said = {word: ast.unparse(value) for word, value in words.items()}
            assert name != "torch.load" or said.get("weights_only") == "True", file
            assert name != "YAML" or said.get("typ") == "'safe'", file


def test_no_command_line_is_built_for_a_shell():
    for file in SOURCES:
        for name, words in calls(file):
            assert name not in ("os.system", "os.popen", "subprocess.getoutput"), file
            assert "shell" not in words, file


def test_every_name_in_a_command_of_the_snakefile_is_quoted():
    commands = re.findall(r'^    shell:\n((?: +".*"\n)+)', (ROOT / "Snakefile").read_text(), re.M)
    assert len(commands) == len(RULES) - 1  # `all` runs none
    for command in commands:
        names = set(re.findall(r"{([^}]*)}", command)) - {"params.dpi"}  # a number
        assert all(name.endswith(":q") for name in names), command


def test_every_variable_in_a_command_of_the_makefile_is_quoted():
    for line in re.findall(r"^\t.*", (ROOT / "Makefile").read_text(), re.M):
        bare = re.findall(r"\$\$(?!\?)\w+", re.sub(r'"[^"]*"', "", line))
        assert set(bare) <= {"$$status"}, line  # a number
