"""Helpers of the tests; the tests of these helpers are in tests/support_tests.

=================  ====================================================================
used by            modules
=================  ====================================================================
tests/figures      fixtures (numbers, figure, prompt), drawings (for fixtures), artists (finds
                   what is drawn), image_test, numbers_in_text, random_arrays,
                   failure_messages (with the next commands)
tests/lecture      random_arrays
tests/all_figures  legibility, prompt_checks, tests_follow_prompt: the checks that every figure
                   must pass
tests/figurepress  projects (copies of the lecture in ``sample``), tiny_lecture (files of a
                   few bytes), pixels_of_files (SVG and PDF, too), cpu_time, privileges
tests/pipeline     projects, privileges
=================  ====================================================================
"""
