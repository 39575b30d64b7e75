"""Make the pages that show all figures: ``python -m figurepress.site`` in a lecture's folder."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from figurepress import cache
from figurepress.build import outputs, page_sources, records
from figurepress.command_line import Parser, run
from figurepress.palette import use_colors
from figurepress.project import config, prompts
from figurepress.site import fonts, manifest, overview, page


def main(arguments: Sequence[str]) -> int:
    """Write the manifest, the pages, their fonts and the overview pictures.

    Raises
    ------
    InputError
        If a figure's file or prompt cannot be read, or a formula cannot be typeset.
    """
    Parser(prog="figurepress.site", description=__doc__).parse_args(arguments)
    settings = config.read()
    use_colors(settings.colors, settings.series)
    digest = page_sources.digest_of_pages(settings)
    pictures = [file for stem in settings.figures for file in outputs.of_figure(stem, settings)]
    data = manifest.of_files(pictures)
    order = sorted(
        settings.figures, key=lambda stem: page.section_order(prompts.read(stem).section)
    )
    overviews = {}
    # Pillow releases the GIL, so a second thread draws the overviews while this one renders pages.
    with ThreadPoolExecutor(1) as thread:
        for theme, suffix in zip(settings.themes, settings.theme_suffixes, strict=True):
            files = [Path(f"figures/{stem}{suffix}.png") for stem in order]
            file = Path(f"figures/overview{suffix}.png")
            overviews[file] = thread.submit(overview.draw, files, theme)
        html = page.pages(data, settings)
    contents = {Path("figures", name): text.encode() for name, text in html.items()}
    contents[Path("figures/figures.json")] = manifest.to_json(data)
    contents[Path("figures/fonts.css")] = fonts.css("".join(html.values())).encode()
    contents |= {file: drawn.result() for file, drawn in overviews.items()}
    records.write_outputs("pages", contents, digest)
    cache.prune()  # removes the cached results that these pages did not need
    return 0


if __name__ == "__main__":
    run(main)
