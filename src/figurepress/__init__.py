"""A pipeline for the figures of a lecture.

`look` is what figure scripts draw with, `output` writes their files, `project` reads
the configuration and the prompts, `site` makes the pages that show all figures, and
`tools` holds the commands behind `make`. The package knows nothing of a particular
lecture; the working directory is the lecture that it works on.
"""
