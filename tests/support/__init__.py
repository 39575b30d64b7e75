"""Helpers of the tests; the tests of these helpers are in tests/support_tests.

================  =====================================================================
used by           modules
================  =====================================================================
tests/figures     fixtures (numbers, figure, prompt), image_test, artists
                  (finds what is drawn), words (numbers in a text), drawings (for fixtures),
                  failure_messages (with the next commands)
tests/lecture     samples (random arrays)
tests/all_figures legibility, facts, uses: the checks that every figure must pass
tests/figurepress projects (copies of the lecture in ``sample``), tiny_lecture (files of a
                  few bytes), renderers (pixels of SVG and PDF), machine (root, mounts)
tests/pipeline    projects, machine
================  =====================================================================
"""
