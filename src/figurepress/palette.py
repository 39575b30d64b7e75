"""The colours of all figures, by the role that a colour plays and by theme."""

THEMES = ("light", "dark")

# A colour means the same in every figure. Every mark has a contrast of 3:1
# against the ground; ink, input, kernel, response and reference have the 4.5:1
# that text needs, so that a curve's label can wear the colour of its curve.
ROLES = {  #      light      dark
    "background": ("#ffffff", "#16181d"),
    "foreground": ("#1a1a1a", "#ececec"),
    "grid": ("#d4d4d4", "#41454d"),
    "cell": ("#adadad", "#565b65"),  # the edge of a cell, so that a 0 is seen as a cell too
    "input": ("#0037a5", "#64caff"),  # data that goes in: signal, image, batch
    "kernel": ("#a03c00", "#ffb020"),  # parameters: kernel, weights, bias
    "response": ("#8e5fcb", "#ad5bff"),  # what comes out: loss, response, logits
    "positive": ("#059ea5", "#07a4b5"),  # class +1
    "negative": ("#f51d66", "#fc2f47"),  # class -1
    "reference": ("#2a2a2a", "#dcdcdc"),  # what the eye compares with: guides
    "highlight": ("#d0021b", "#ff5c5c"),  # boxes and rings round what a figure points out
}
# Colour maps for the cells of a matrix: 0 is the ground itself, so that what is
# small is quiet in both themes; equal steps look equal (in CAM02-UCS) and grow in
# contrast. Signed values run from blue through the ground to red, magnitudes to green.
RAMPS = {
    "below": (
        "#ffffff #e2edff #bfd7fd #9bbdf5 #78a3e8 #5988d7 #3c6ec2 #2354aa #0b3a8f",
        "#16181d #1a263a #1f385f #274d84 #3265a7 #427ec5 #5798df #71b4f2 #8fd0ff",
    ),
    "above": (
        "#ffffff #ffe7e0 #ffcabb #f7ab96 #ea8c74 #d86e55 #c2523a #aa3821 #8f1d0a",
        "#16181d #2f1f20 #4f2825 #71332b #954335 #b75745 #d6725b #ef9279 #ffb59c",
    ),
    "magnitude": (
        "#ffffff #dcf2e0 #b2dfbd #8ac79b #67af7d #489563 #2d7c4d #15633a #004a2a",
        "#16181d #1c2c27 #244633 #2e6042 #3e7c52 #529864 #6db67a #8ed593 #b5f5b0",
    ),
}
