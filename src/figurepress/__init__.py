"""A pipeline for the figures of a lecture.

`look` provides the drawing helpers for figure scripts, `output` writes their files, `project`
reads the configuration and the prompts, `build` runs what is out of date, `site` makes the pages
that show all figures, and `tools` contains the other commands behind `make`. The package is
independent of any particular lecture: it works on the lecture in the working directory.
"""
