"""A page with approved and new pictures side by side: ``python -m figurepress.tools.review``."""

import base64
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from jinja2 import Environment, PackageLoader
from PIL import Image

from figurepress.command_line import Parser, run
from figurepress.files import write
from figurepress.project import config
from figurepress.project.approved_pictures import Change, changes
from figurepress.tools import changed_numbers

PAGE = Path("results/review.html")


def review(stem: str) -> None:
    """Write results/review.html, a self-contained page.

    Raises
    ------
    InputError
        If the stem is unknown.
    """
    settings = config.read()
    if stem:
        config.check_stem(stem, settings)
    stems = [stem] if stem else settings.figures
    print("comparing with the approved pictures", flush=True)
    found = changes(stems, settings)
    figures = [
        {
            "stem": name,
            "pictures": [shown(change) for change in found if change.stem == name],
            "numbers": changed_numbers.since_last_commit(name),
        }
        for name in dict.fromkeys(change.stem for change in found)
    ]
    write_page(PAGE, "review.html.jinja", figures=figures, stems=stems)
    for change in found:
        print(change.describe())
    print(f"open {PAGE}" if found else "all pictures match the approved ones")


def write_page(file: Path, template: str, **values: object) -> None:
    """Write a page from one of the templates next to this module."""
    environment = Environment(loader=PackageLoader("figurepress.tools", ""), autoescape=True)
    page = environment.get_template(template).render(**values)
    file.parent.mkdir(exist_ok=True)
    write({file: page.encode()})


def shown(change: Change) -> dict[str, str | None]:
    """A change for the page: its description, and its pictures as data URLs."""
    different = change.difference
    return {
        "description": change.describe(),
        "approved": None if change.approved is None else _data_url(change.approved),
        "drawn": _data_url(change.drawn),
        "difference": None if different is None else _data_url(_mark(change.drawn, different)),
    }


def _mark(picture: np.ndarray, different: np.ndarray) -> np.ndarray:
    """The faded picture (height, width, 3), with differing pixels in red."""
    faded = (picture.astype(np.uint16) + 3 * 235) // 4
    return np.where(different[..., None], (208, 2, 27), faded).astype(np.uint8)


def _data_url(picture: np.ndarray) -> str:
    content = BytesIO()
    Image.fromarray(picture).save(content, "png")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


def main(arguments: Sequence[str]) -> int:
    """Run the command line."""
    parser = Parser(prog="make review")
    parser.add_argument("stem", nargs="?", default="")
    review(parser.parse_args(arguments).stem)
    return 0


if __name__ == "__main__":
    run(main)
