"""A build writes the same bytes in any environment.

Each setting is a line of shell, in which "$@" is the command and $PLACE a folder with hostile
files. In `make test` a script runs under all settings at once; `make test-slow` builds the sample
lecture under each setting, and `make soak` the real one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager

from tests.support.privileges import bound_by_permissions
from tests.support.projects import ROOT, SUFFIXES, built_files, sample_project

BUILD = [sys.executable, "-m", "figurepress.build"]

ENVIRONMENTS = {
    "hash seed": 'PYTHONHASHSEED=4242 "$@"',
    "time zone": 'TZ=Pacific/Kiritimati "$@"',
    "decimal comma": 'LOCPATH=$PLACE/locales LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 "$@"',
    "C locale": 'LANG=C LC_ALL=C "$@"',
    "SOURCE_DATE_EPOCH": 'SOURCE_DATE_EPOCH=1 "$@"',
    "fonts of the user": 'HOME=$PLACE/fonts "$@"',
    "another home": 'HOME=$PLACE/home "$@"',
    "a read-only home": 'HOME=$PLACE/sealed $BOUND "$@"',
    "a missing home": 'HOME=$PLACE/sealed/home $BOUND "$@"',
    "no home": 'unset HOME; "$@"',
    "MPLCONFIGDIR": 'MPLCONFIGDIR=$PLACE/hostile "$@"',
    "a read-only MPLCONFIGDIR": 'MPLCONFIGDIR=$PLACE/sealed $BOUND "$@"',
    "MATPLOTLIBRC": 'MATPLOTLIBRC=$PLACE/hostile "$@"',
    "matplotlibrc in the working directory": 'cp $PLACE/hostile/matplotlibrc . && "$@"',
    "matplotlibrc of the user": 'XDG_CONFIG_HOME=$PLACE/config "$@"',
    "threads": 'OMP_NUM_THREADS=4 MKL_NUM_THREADS=4 OPENBLAS_NUM_THREADS=4 "$@"',
    "an older processor for PyTorch": 'ATEN_CPU_CAPABILITY=default "$@"',
    "an older processor for NumPy": 'NPY_DISABLE_CPU_FEATURES="$FEATURES" "$@"',
    "an older processor for BLAS": 'OPENBLAS_CORETYPE=Nehalem "$@"',
}
BUILDS = ENVIRONMENTS | {
    "MPLBACKEND": 'MPLBACKEND=nonsense "$@"',
    "1 core": '"$@" --cores 1',
    "a symbolic link": 'ln -s project ../link && cd ../link && "$@"',
    "no pre-fork server, as on macOS": 'mkdir -p .build/prefork && "$@"',
    "an odd folder": 'cp -r . "$ODD" && cd "$ODD" && "$@" && cp figures/* ../project/figures',
}

MATPLOTLIBRC = """
axes.facecolor: red
axes.formatter.use_locale: True
figure.dpi: 30
font.family: serif
path.sketch: 1, 100, 2
pdf.fonttype: 3
savefig.bbox: tight
svg.fonttype: none
svg.hashsalt: pepper
text.usetex: True
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """The folder that settings refer to."""
    place = tmp_path_factory.mktemp("place")
    for folder in ("home", "hostile", "config", "locales", "fonts/.fonts", "sealed"):
        (place / folder).mkdir(parents=True)
    (place / "hostile/matplotlibrc").write_text(MATPLOTLIBRC)
    (place / "config/matplotlib").symlink_to(place / "hostile")
    serif = TTFont(font_manager.findfont("DejaVu Serif"))
    for record in serif["name"].names:
        record.string = record.toUnicode().replace("DejaVu Serif", "Source Sans Pro")
    serif.save(place / "fonts/.fonts/SourceSansPro-Regular.ttf")
    if shutil.which("localedef"):
        locale = ["localedef", "-i", "de_DE", "-f", "UTF-8", place / "locales/de_DE.UTF-8"]
        subprocess.run(locale, check=False, capture_output=True)
    (place / "sealed").chmod(0o555)
    return place


def has_locale(place: Path) -> bool:
    """Whether localedef could make a locale; a minimal Debian lacks the character maps for it."""
    return any(place.glob("locales/*/LC_NUMERIC"))


def run(setting: str, command: list[str], folder: Path, place: Path) -> None:
    """Run a command under a setting."""
    variables = {
        "PLACE": str(place),
        "ODD": "../é; $(x) 'y' {z}",
        # A prefix that takes away root's rights; it skips the test if it is not available.
        "BOUND": " ".join(bound_by_permissions()) if "$BOUND" in setting else "",
        # What this processor has beyond the minimum of NumPy; one setting switches it off.
        "FEATURES": " ".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])),
    }
    done = subprocess.run(
        ["sh", "-c", setting, "sh", *command],
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def assert_same(expected: dict[str, bytes], found: dict[str, bytes]) -> None:
    """Assert that no file is missing, unexpected or different."""
    names = sorted(expected | found)
    assert [name for name in names if expected.get(name) != found.get(name)] == []


def test_script_output_ignores_the_environment(built, place, tmp_path):
    expected = {f"bars{end}": built / f"figures/bars{end}" for end in SUFFIXES}
    (tmp_path / "figures").mkdir()
    files = [str(tmp_path / "figures" / name) for name in expected]
    command = [sys.executable, str(built / "scripts/bars.py"), "--dpi", "100", *files]
    # Each setting wraps the command, which already contains the previous settings.
    for name, setting in ENVIRONMENTS.items():
        if name != "decimal comma" or has_locale(place):
            command = ["sh", "-c", setting, "sh", *command]
    run('"$@"', command, tmp_path, place)
    assert_same({name: file.read_bytes() for name, file in expected.items()}, built_files(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("setting", BUILDS)
def test_build_ignores_the_environment(built, place, tmp_path, setting):
    if setting == "decimal comma" and not has_locale(place):
        pytest.skip("localedef is missing, or has no de_DE: no locale with a decimal comma")
    project = sample_project(tmp_path / "project")
    run(BUILDS[setting], BUILD, project, place)
    assert_same(built_files(built), built_files(project))


@pytest.mark.soak
@pytest.mark.parametrize("setting", BUILDS)
def test_lecture_build_ignores_the_environment(place, tmp_path, setting):
    project = tmp_path / "project"
    shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(".*", "logs", "results"))
    shutil.rmtree(project / "figures")
    (project / "figures").mkdir()
    run(BUILDS[setting], BUILD, project, place)
    assert_same(built_files(ROOT), built_files(project))
