"""Name the figures whose picture differs from the approved one, after a build."""

from collections.abc import Iterable, Iterator
from filecmp import cmp
from pathlib import Path

from figurepress.names import BASELINE
from figurepress.project.config import Config

MANY = 3  # figures that are named one by one


def advice(stems: Iterable[str], settings: Config) -> Iterator[str]:
    """Yield lines that name unapproved pictures of these figures, and the next commands."""
    differing = [stem for stem in stems if _has_other_bytes(stem, settings)]
    if not differing or not BASELINE.is_dir():
        return
    from figurepress.build.approved_pictures import changes  # slow to import, and seldom needed

    changed = changes(differing, settings)
    found = list(dict.fromkeys(change.stem for change in changed))
    if len(found) > MANY:
        yield (
            f"{len(found)} pictures differ from the approved ones: {', '.join(found)}; "
            "run make review, then make accept FIGURE=<stem> for each"
        )
        return
    new = {change.stem for change in changed if change.approved is None}
    for stem in found:
        problem = "is not approved yet" if stem in new else "differs from the approved one"
        yield (
            f"{stem}: the picture {problem}; "
            f"run make review FIGURE={stem}, then make accept FIGURE={stem}"
        )


def _has_other_bytes(stem: str, settings: Config) -> bool:
    """Whether a picture is not a copy of the approved one; False if there are no pictures."""
    names = [f"{stem}{suffix}.png" for suffix in settings.theme_suffixes]
    pairs = [(Path("figures", name), BASELINE / name) for name in names]
    if not all(drawn.exists() for drawn, _ in pairs):
        return False
    return any(not old.exists() or not cmp(new, old, shallow=False) for new, old in pairs)
