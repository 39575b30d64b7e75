"""The colours of all figures, by role and by theme."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)

# A role has the same meaning in every figure. All but grid and cell have a contrast of at least 3:1
# against the background. Foreground, input, kernel, response and reference have the 4.5:1 that text
# needs, so that the label of a curve can have the colour of the curve.
ROLES: dict[str, Sequence[str]] = {  # light and dark
    "background": ("#ffffff", "#16181d"),
    "foreground": ("#1a1a1a", "#ececec"),
    "grid": ("#d4d4d4", "#41454d"),
    "cell": ("#adadad", "#565b65"),  # edges of matrix cells, so that a cell of value 0 is visible
    "input": ("#0035a2", "#70caff"),  # input data: signal, image, batch
    "kernel": ("#a03c00", "#ffb020"),  # parameters: kernel, weights, bias
    "response": ("#8e5fcb", "#986fd2"),  # results: loss, response, logits
    "positive": ("#059ea5", "#07a4b5"),  # class +1
    "negative": ("#d6336c", "#fc2f47"),  # class -1
    "reference": ("#2a2a2a", "#dcdcdc"),  # guides, and references to compare with
    "highlight": ("#d0021b", "#ff5c5c"),  # boxes and rings that point something out
}

# Colours for series without a role, in this order. Both themes have similar hues. The distance of
# any two in CAM02-UCS is at least 20, with normal vision and any degree of red-green deficiency.
SERIES: dict[Theme, Sequence[str]] = {
    "light": ("#0087d2", "#4b2d00", "#c36978", "#4b7800", "#4b0fb4", "#843c63"),
    "dark": ("#6987f0", "#b4962d", "#c34b87", "#e1e169", "#b4c3ff", "#ff87a5"),
}

# Colours for the cells of a matrix, light and dark, from the value 0 outwards. The value 0 has the
# colour of the background. Negative values ("below" 0) are blue, positive ones ("above" 0) are red,
# counts and magnitudes are green. Steps are equal in the colour space CAM02-UCS, except for the
# first step of the dark theme, which is twice as large to distinguish small values from 0.
RAMPS = {  # each string has the colours of one ramp, separated by spaces
    "below": (
        "#ffffff #e2edff #bfd7fd #9bbdf5 #78a3e8 #5988d7 #3c6ec2 #2354aa #0b3a8f",
        "#16181d #1a3357 #244579 #2c5a97 #3770b3 #4786d1 #5d9ee0 #72b7f0 #8fd0ff",
    ),
    "above": (
        "#ffffff #ffe7e0 #ffcabb #f7ab96 #ea8c74 #d86e55 #c2523a #aa3821 #8f1d0a",
        "#16181d #482525 #662e29 #843d30 #a44b36 #c0614b #dc795e #f0967b #ffb59c",
    ),
    "magnitude": (
        "#ffffff #dcf2e0 #b2dfbd #8ac79b #67af7d #489563 #2d7c4d #15633a #004a2a",
        "#16181d #1e3f2d #2a573d #336f47 #458857 #59a269 #72bd7e #90d994 #b5f5b0",
    ),
}


def use_colors(colors: Mapping[str, Sequence[str]], series: Mapping[Theme, Sequence[str]]) -> None:
    """Replace colours of roles, and of series, by those in the config.yaml of a lecture."""
    ROLES.update(colors)
    SERIES.update(series)
