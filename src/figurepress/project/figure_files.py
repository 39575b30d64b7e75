"""The files of a figure, and its entry in config.yaml."""

from io import BytesIO
from pathlib import Path

from ruamel.yaml import YAML

from figurepress.files import write
from figurepress.names import BASELINE, SOURCES, animations, suffixes
from figurepress.palette import THEMES

APPROVED = tuple(f"{BASELINE}/{{}}{suffix}" for suffix in suffixes(formats=["png"]))
EXPERIMENT = ("experiments/{}.py", "data/{}.npz")
WRITTEN = SOURCES + APPROVED + EXPERIMENT  # by an author
BUILT = (
    *(f"figures/{{}}{suffix}" for suffix in (*suffixes(), *animations(THEMES))),
    *("logs/{}.log", ".build/records/{}.json"),
)


def existing(patterns: tuple[str, ...], stem: str) -> list[Path]:
    """The files of a figure that exist."""
    files = [Path(pattern.format(stem)) for pattern in patterns]
    return [file for file in files if file.exists()]


def edit_list(old: str | None, new: str | None) -> None:
    """Replace `old` by `new` in the list of figures in config.yaml, and keep its comments.

    If `old` is None, append `new`. If `new` is None, remove `old`.
    """
    file, yaml = Path("config.yaml"), YAML()
    yaml.preserve_quotes = True
    yaml.width = 1000
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(file.read_text(encoding="utf-8"))
    figures = data["figures"]
    if old is None:
        figures.append(new)
    elif new is None:
        figures.remove(old)
    else:
        figures[figures.index(old)] = new
    text = BytesIO()
    yaml.dump(data, text)
    write({file: text.getvalue()})
