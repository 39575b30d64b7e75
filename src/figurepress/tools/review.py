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
from figurepress.project.approved_pictures import Diff, changes
from figurepress.project.validated_files import InputError
from figurepress.tools import changed_numbers

PAGE = Path("results/review.html")


def review(stem: str) -> None:
    """Write results/review.html: the changed pictures of a figure, or of all if the stem is "".

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
    changed = changes(stems, settings)
    figures = []
    for changed_stem in dict.fromkeys(picture.stem for picture in changed):  # each once
        pictures = [for_page(picture) for picture in changed if picture.stem == changed_stem]
        figure: dict[str, object] = {"stem": changed_stem, "pictures": pictures}
        try:
            figure["numbers"] = changed_numbers.since_last_commit(changed_stem)
        except InputError as error:
            figure["error"] = error
        figures.append(figure)
    write_page(PAGE, "review.html.jinja", figures=figures, stems=stems)
    for picture in changed:
        print(picture.describe())
    print(f"open {PAGE}" if changed else "all pictures match the approved ones")


def write_page(file: Path, template: str, **values: object) -> None:
    """Fill in a template next to this module and write the page."""
    environment = Environment(loader=PackageLoader("figurepress.tools", ""), autoescape=True)
    page = environment.get_template(template).render(**values)
    file.parent.mkdir(exist_ok=True)
    write({file: page.encode()})


def for_page(change: Diff) -> dict[str, str]:
    """What the page shows of a picture: a description, and the images as data URLs."""
    texts = {"description": change.describe(), "drawn": _data_url(change.drawn)}
    if change.approved is not None:  # None if the picture is new
        texts["approved"] = _data_url(change.approved)
    if change.difference is not None:  # None if it is new or its size has changed
        texts["difference"] = _data_url(_mark(change.drawn, change.difference))
    return texts


def _mark(picture: np.ndarray, is_different: np.ndarray) -> np.ndarray:
    """The picture (height, width, 3) in pale colours, with the pixels of the mask in red."""
    light_gray = np.full(picture.shape, 235)
    pale = (picture + 3 * light_gray) // 4
    red = (208, 2, 27)
    return np.where(is_different[..., np.newaxis], red, pale).astype(np.uint8)


def _data_url(picture: np.ndarray) -> str:
    """The picture as a PNG in a URL, so that the page needs no other file."""
    content = BytesIO()
    Image.fromarray(picture).save(content, "png")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


def main(arguments: Sequence[str]) -> int:
    """Review the figure on the command line, or all figures."""
    parser = Parser(prog="make review")
    parser.add_argument("stem", nargs="?", default="")
    review(parser.parse_args(arguments).stem)
    return 0


if __name__ == "__main__":
    run(main)
