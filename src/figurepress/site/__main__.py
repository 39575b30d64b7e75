"""Make the pages that show all figures: ``python -m figurepress.site`` in a lecture's folder."""

import sys
from pathlib import Path

from figurepress.project import config, jobs, records
from figurepress.project.validation import InputError
from figurepress.site import cache, fonts, manifest, overview, page


def main() -> None:
    """Write figures.json, index.html, fonts.css and the overview pictures, all or none.

    Raises
    ------
    InputError
        If a figure's file or prompt cannot be read, or a formula cannot be typeset.
    """
    settings = config.read()
    digest = jobs.digest_of_pages(settings)
    pictures = [Path(f"figures/{it}{end}") for it in settings.figures for end in settings.suffixes]
    data = manifest.manifest(pictures)
    html = page.page(data, settings)
    contents = {
        Path("figures/figures.json"): manifest.to_json(data),
        Path("figures/index.html"): html.encode(),
        Path("figures/fonts.css"): fonts.css(html).encode(),
    }
    for theme, suffix in zip(settings.themes, settings.theme_suffixes, strict=True):
        files = [Path(f"figures/{stem}{suffix}.png") for stem in settings.figures]
        contents[Path(f"figures/overview{suffix}.png")] = overview.overview(files, theme)
    records.write_outputs(contents, "pages", digest)
    cache.prune()


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
