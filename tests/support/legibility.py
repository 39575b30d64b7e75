"""Check that a figure is legible: the rules of the package figure-gate, and rules of our own.

docs/legibility.md lists every rule with its reason and its remedy. A rule is a function that takes
a drawn figure, while its theme is active, and yields messages: what is wrong, and what to change.
Used by tests/all_figures.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from figure_gate import check_figure
from figure_gate.check_palette import contrast, hex_to_linear, linear_to_cam02ucs
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection, QuadMesh
from matplotlib.colors import to_hex, to_rgba, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path as Outline
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from figurepress import look
from figurepress.look.theme import SHEET
from figurepress.palette import ROLES

check_figure.load_config(Path(__file__).parents[2] / "pyproject.toml")
# An absolute path, for any working directory; mypy allows only None as a plain assignment.
vars(check_figure)["STYLE_SHEET"] = str(SHEET)
# figure-gate compares lines with a table of the colours of rainbow maps, which it takes half a
# second to compute. With an empty table it skips this: such lines break other rules, too, and the
# colormaps of matrices are still checked.
check_figure._RAMP_LUTS = {}

NEUTRAL_COLORS = frozenset(check_figure.INK_TOKENS)  # black, white, greys: not compared with series

MARK_CONTRAST = 3.0  # to the background, from WCAG 2.2, 1.4.11
GREY_DISTANCE = 10.0  # in lightness (J' of CAM02-UCS): closer series look alike in grey print

# What to do if a figure breaks a rule of figure-gate. `_figure_gate` fills in the word in braces.
REMEDIES = {
    "Clipping": "move the text inside the figure, or shorten it",
    "Text collision": "move one of the texts, or shorten it",
    "Text readability": (
        "move the text off lines and marks, or use a {stronger} colour for it, if it is not the "
        "foreground (for numbers in cells: look.draw_matrix)"
    ),
    "Contrast stack": "use at most three levels of alpha, and draw what matters opaque",
    "Mark ratio": "make the largest mark smaller, or the others larger",
    "Overplotting": "draw fewer or smaller points",
    "Axis redundancy": "share the axis (sharex, sharey) and label it once",
    "Type size": "use at least look.SMALL",
    "Line weight": "use at least look.HAIR",
    "Banking": "change the size of the panel, or the range that it shows",
    "Ink coverage": (
        "nearly empty: set limits closer to the data, or make the panel smaller; "
        "nearly full: draw less in it, or make it larger"
    ),
    "Series color": "use the colour of another role, or another entry of look.series()",
    "Dual axis": "draw two panels, one above the other",
    "Form": "let bars start at 0; draw no pies and nothing in 3D",
    "Identity channel": (
        "label each series in the foreground colour, or give it another dash or marker"
    ),
    "Label attribution": (
        "move the label to at most half as far from its own curve as from any other"
    ),
    "Style sheet": "remove what sets rcParams",
    "Contour dash": "pass linestyles='solid'",
    "Colormap kind": "use look.diverging() or look.sequential()",
    "Fonts": "remove what sets pdf.fonttype or ps.fonttype",
    "Alt text": "describe what the figure shows, in `alt:` of the prompt",
}


def problems(figure: Figure, alt: str) -> dict[str, str]:
    """The rules that the figure breaks, each with its messages."""
    broken = _figure_gate(figure, alt)
    figure.set_dpi(check_figure.MEASURE_DPI)  # figure-gate has laid it out at this resolution
    for name, rule in OWN_RULES.items():
        messages = dict.fromkeys(rule(figure))  # each message once, in order
        if messages:
            broken[name] = "; ".join(messages)
    return broken


def unexpected(
    figure: Figure, alt: str, theme: str, exceptions: Mapping[str, str] | None = None
) -> list[str]:
    """Messages about rules that are broken without an exception, and about unnecessary exceptions.

    Parameters
    ----------
    figure, alt, theme
        The figure as drawn in this theme, and its alternative text.
    exceptions
        Rules that the figure may break, each with the reason. ``"Banking"`` holds in both
        themes, ``"Banking (dark)"`` in one.
    """
    excepted = set()
    for name in exceptions or {}:
        rule = name.removesuffix(f" ({theme})")
        if not rule.endswith(")"):  # "Banking (dark)" is no exception in the light theme
            excepted.add(rule)
    broken = problems(figure, alt)
    messages = [f"{rule}: {text}" for rule, text in broken.items() if rule not in excepted]
    needless = sorted(excepted - broken.keys())
    return messages + [f"{rule}: is followed; remove the exception" for rule in needless]


def _figure_gate(figure: Figure, alt: str) -> dict[str, str]:
    """The rules of figure-gate that the figure breaks, each with a message."""
    check_figure.describe(figure, alt)
    # The grey of the grid is no series either. It depends on the theme, so it is added here.
    check_figure.INK_TOKENS = {*NEUTRAL_COLORS, look.color("grid")}
    _, rows = check_figure.audit(figure)
    broken = {
        name: f"{_with_our_names(text)}; {REMEDIES[name].format(stronger=_stronger())}"
        for name, passed, text in rows
        if passed is not True  # it is False or "warn"
    }
    if figure.findobj(_is_matrix):
        broken.pop("Ink coverage", None)  # cells and colour bars fill their panels
    return broken


def _with_our_names(message: str) -> str:
    """A message of figure-gate without its remedy, with our names of panels and colours."""
    text = message.split("  [FIX]")[0]  # REMEDIES has a remedy for our figures
    panel = r"\bax(\d+)(\.\w+)?"  # ax0, or ax0.texts: panel 1
    text = re.sub(panel, lambda match: f"panel {int(match[1]) + 1}", text)
    for role in ROLES:
        color = to_hex(look.color(role))
        text = text.replace(color, f"{color} ({role})")
    for k, color in enumerate(look.series()):
        text = text.replace(color, f"{color} (look.series()[{k}])")
    return text


def mark_contrast(figure: Figure) -> Iterator[str]:
    """Rule: lines and marks that carry meaning stand out from the background."""
    background = to_hex(mpl.rcParams["figure.facecolor"])
    for artist in _marks(figure):
        ratios = [contrast(color, background) for color in _colors(artist, background)]
        if ratios and max(ratios) < MARK_CONTRAST and artist.get_label() != look.FAINT:
            rounded_down = np.floor(10 * max(ratios)) / 10  # 2.98 must not read 3.0
            yield (
                f"{_name(artist)} has a contrast of {rounded_down:.1f}:1 to the background, "
                f"below {MARK_CONTRAST:g}:1; "
                f"use a {_stronger()} colour, or draw it less transparent"
            )


def grey_print(figure: Figure) -> Iterator[str]:
    """Rule: lines and labelled series that share a panel differ in tone, or in dash or marker."""
    background = to_hex(mpl.rcParams["figure.facecolor"])
    for axes in figure.axes:
        marks = [artist for artist in _marks(figure, axes) if _colors(artist, background)]
        series = [artist for artist in marks if _is_series(artist)]
        for pair in itertools.combinations(series, 2):
            colors = [_colors(artist, background)[0] for artist in pair]
            tones = [_tone(color) for color in colors]
            is_one_color = colors[0] == colors[1]
            differ_in_cue = _cue(pair[0]) != _cue(pair[1])
            if is_one_color or differ_in_cue or abs(tones[0] - tones[1]) >= GREY_DISTANCE:
                continue
            # Change the stronger colour, because it can move further away from the other.
            to_change = pair[np.argmin(tones) if _stronger() == "darker" else np.argmax(tones)]
            names = sorted(_name(artist) for artist in pair)
            yield (
                f"{' and '.join(names)} look alike in grey print; use a {_stronger()} colour "
                f"for {_name(to_change)}, or another dash or marker"
            )


def signed_values(figure: Figure) -> Iterator[str]:
    """Rule: values of both signs are on the diverging map, with 0 in its middle."""
    for matrix in figure.findobj(_is_matrix):
        values = matrix.get_array()
        low, high = matrix.get_clim()
        is_diverging = matrix.cmap in (look.diverging(), look.diverging(on_dark=True))
        if np.min(values) < 0 < np.max(values) and not is_diverging:
            yield (
                f"{_name(matrix)} has values of both signs on the map {matrix.cmap.name}; "
                "use look.diverging()"
            )
        if is_diverging and low != -high:
            yield (
                f"{_name(matrix)}: 0 is not in the middle of the colours {low:g} to {high:g}; "
                "use look.symmetric_limits(values)"
            )


def labelled_axes(figure: Figure) -> Iterator[str]:
    """Rule: every axis with numbers has a label; an axis with words needs none."""
    for number, axes in enumerate(figure.axes, start=1):
        panel = _panel(axes, number)
        for name, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
            shown = [tick.get_text() for tick in axis.get_ticklabels() if tick.get_visible()]
            has_numbers = any(re.fullmatch(r"[−\d.]+", text) for text in shown)
            if axes.axison and has_numbers and not axis.get_label_text():
                yield (
                    f"the {name} axis of panel {panel} has numbers and no label; "
                    f"call set_{name}label"
                )


def clear_legends(figure: Figure) -> Iterator[str]:
    """Rule: no legend covers a point of a line."""
    for axes in figure.axes:
        legend = axes.get_legend()
        if legend is None:
            continue
        box = legend.get_window_extent()
        for line in axes.lines:
            points = line.get_transform().transform(line.get_xydata())
            if any(box.contains(x, y) for x, y in points):
                yield f"the legend covers {_name(line)}; move it, or label the curves directly"


def crossed_texts(figure: Figure) -> Iterator[str]:
    """Rule: no line or edge of an artist runs through a text."""
    for axes in figure.axes:
        texts = [text for text in axes.texts if text.get_visible() and text.get_text().strip()]
        for text, artist in itertools.product(texts, _lines(axes)):
            own_arrow = getattr(text, "arrow_patch", None)
            if artist is own_arrow or _has_opaque_box(text):
                continue
            box = Text.get_window_extent(text)  # without the arrow of an annotation
            box = box.padded(-1)  # touching by a pixel is no crossing
            if artist.get_clip_on():  # only what is in the panel can be crossed
                box = Bbox.intersection(box, axes.bbox)
            if box is not None and any(_crosses(outline, box) for outline in _outlines(artist)):
                yield (
                    f"{_name(artist)} runs through the text {text.get_text()!r}; move the text, "
                    "or end the line before it"
                )


def hidden_data(figure: Figure) -> Iterator[str]:
    """Rule: no data is beyond the edges of its panel, and no value beyond its colour scale."""
    for number, axes in enumerate(figure.axes, start=1):
        for artist in _marks(figure, axes):
            # A faint artist may end outside: other artists show the same information.
            may_extend = artist.get_label() in (look.FAINT, look.CROPPED)
            if artist.get_clip_on() and not may_extend:
                yield from _points_beyond(axes, artist, _panel(axes, number))
    for matrix in figure.findobj(_is_matrix):
        values = matrix.get_array()
        low, high = matrix.get_clim()
        is_rgb = np.ndim(values) == 3  # red, green and blue, without a colour scale
        if not is_rgb and not low <= np.min(values) <= np.max(values) <= high:
            yield (
                f"{_name(matrix)} has values beyond its colours {low:g} to {high:g}; "
                "widen these limits, for example with look.symmetric_limits(values)"
            )


def _points_beyond(axes: Axes, artist: Any, panel: str) -> Iterator[str]:
    """A message if points of an artist are beyond the edges of its panel.

    A straight line through the whole panel may end beyond it.
    """
    panel_box = axes.bbox.padded(1)  # a tolerance of one pixel
    points = _points(artist)
    beyond = [point for point in points if not panel_box.contains(*point)]
    is_segment = isinstance(artist, Line2D) and len(points) == 2
    if is_segment and len(beyond) == 2 and _crosses(Outline(points), panel_box):
        return
    if beyond:
        yield (
            f"{len(beyond)} of {len(points)} points of {_name(artist)} are not shown in the panel "
            f"{panel}; widen its limits, or pass label=look.CROPPED to crop it"
        )


OWN_RULES: dict[str, Callable[[Figure], Iterator[str]]] = {
    rule.__name__: rule
    for rule in (
        mark_contrast,
        grey_print,
        signed_values,
        labelled_axes,
        clear_legends,
        crossed_texts,
        hidden_data,
    )
}


def _is_matrix(artist: Artist) -> bool:
    return isinstance(artist, QuadMesh | AxesImage)


def _marks(figure: Figure, panel: Axes | None = None) -> Iterator[Any]:
    """All that the panels show except texts, matrices and images: lines, markers, bars, regions."""
    for axes in figure.axes if panel is None else [panel]:
        for artist in axes.get_children():
            is_drawn = isinstance(artist, Line2D | Collection | Patch) and artist.get_visible()
            if is_drawn and artist is not axes.patch and not isinstance(artist, QuadMesh):
                yield artist


def _lines(axes: Axes) -> Iterator[Any]:
    """Artists of a panel that draw lines or edges which a reader could take for data."""
    spines = axes.spines.values()
    for artist in _marks(axes.figure, axes):
        is_faint = artist.get_label() == look.FAINT or artist in spines
        if not is_faint and not isinstance(artist, PathCollection):  # markers are no lines
            yield artist
    for text in axes.texts:
        if isinstance(text, Annotation) and text.arrow_patch is not None:
            yield text.arrow_patch


def _points(artist: Any) -> np.ndarray:
    """The points (n, 2) of an artist in pixels: of a line, of markers, or of the box of a shape."""
    if isinstance(artist, Line2D):
        data = np.asarray(artist.get_xydata(), float)
        without_gaps = data[np.isfinite(data).all(axis=1)]  # nan interrupts a line
        return artist.get_transform().transform(without_gaps)
    if isinstance(artist, PathCollection):
        return artist.get_offset_transform().transform(artist.get_offsets())
    paths = [artist.get_transform().transform_path(path) for path in _paths(artist)]
    corners = [path.get_extents().corners() for path in paths if len(path.vertices)]
    return np.concatenate(corners) if corners else np.empty((0, 2))


def _paths(artist: Any) -> list[Outline]:
    """The paths of a patch, a line or a collection, before its transform."""
    return artist.get_paths() if isinstance(artist, Collection) else [artist.get_path()]


def _outlines(artist: Any) -> list[Outline]:
    """The lines that an artist draws, in pixels; none if it only fills."""
    if isinstance(artist, Line2D):
        is_visible = artist.get_linestyle() not in ("None", "")
    else:
        alphas = to_rgba_array(artist.get_edgecolor())[:, 3]
        is_visible = bool(np.any(alphas > 0))
    if not is_visible or np.max(artist.get_linewidth()) == 0:
        return []
    outlines = []
    for path in _paths(artist):
        in_pixels = artist.get_transform().transform_path(path)
        outlines += [Outline(points) for points in in_pixels.to_polygons(closed_only=False)]
    return outlines


def _crosses(outline: Outline, box: Bbox) -> bool:
    """Whether a line runs through a box, or lies in it."""
    inside = any(box.contains(x, y) for x, y in outline.vertices)
    return inside or bool(outline.intersects_bbox(box, filled=False))


def _has_opaque_box(text: Text) -> bool:
    box = text.get_bbox_patch()
    if box is None:
        return False
    *_, alpha = to_rgba(box.get_facecolor())
    return alpha == 1


def _colors(artist: Any, background: str) -> list[str]:
    """The colours of an artist, mixed with the background where it is transparent."""
    if isinstance(artist, Line2D):
        colors = [artist.get_color()] if artist.get_linestyle() != "None" else []
        if artist.get_marker() not in ("None", "", None):
            colors += [artist.get_markerfacecolor(), artist.get_markeredgecolor()]
    elif isinstance(artist, Collection):
        colors = [*artist.get_facecolor(), *artist.get_edgecolor()]
    else:
        colors = [artist.get_facecolor(), artist.get_edgecolor()]
    shown = []
    for color in colors:
        *rgb, alpha = to_rgba(color, artist.get_alpha())
        if alpha > 0:
            mixed = alpha * np.array(rgb) + (1 - alpha) * np.array(to_rgba(background)[:3])
            shown.append(to_hex(mixed))
    return shown


def _cue(artist: Any) -> tuple[object, ...]:
    """What distinguishes a series apart from its colour: its kind, dashes, markers or hatching."""
    if isinstance(artist, Line2D):
        return "line", artist.get_linestyle(), artist.get_marker()
    if isinstance(artist, PathCollection):
        return "points", len(artist.get_paths()[0].vertices)  # differs between marker shapes
    return type(artist).__name__, str(artist.get_linestyle()), artist.get_hatch()


def _tone(color: str) -> float:
    """The lightness J' of a colour in CAM02-UCS, which is what a grey print keeps of it."""
    return float(linear_to_cam02ucs(hex_to_linear(color))[0])


def _stronger() -> str:
    """What a colour with more contrast is in the active theme: "darker" or "lighter"."""
    background = _tone(to_hex(mpl.rcParams["figure.facecolor"]))
    return "darker" if background > 50 else "lighter"  # 0 is black, 100 is white


def _panel(axes: Axes, number: int) -> str:
    """The title of a panel in quotes, or else its number."""
    title = axes.get_title("left") or axes.get_title()
    return repr(title) if title else str(number)


def _is_series(artist: Any) -> bool:
    """Whether an artist is a line (or its markers) that is not faint, or has a label."""
    is_faint = artist.get_label() == look.FAINT
    return _has_label(artist) or (isinstance(artist, Line2D) and not is_faint)


def _has_label(artist: Any) -> bool:
    label = str(artist.get_label())
    return label != "" and not label.startswith("_")


def _name(artist: Any) -> str:
    """The label of an artist, or its gid, or its class."""
    if _has_label(artist):
        return repr(artist.get_label())
    if artist.get_gid():
        return repr(artist.get_gid())
    return f"a {type(artist).__name__} without label or gid"
