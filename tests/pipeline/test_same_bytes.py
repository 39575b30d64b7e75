"""The same bytes whatever surrounds a build.

Each setting is a line of shell, in which "$@" is the build and $PLACE a folder with what is
hostile. Scripts alone meet all settings at once in `make test`; builds meet them one by one,
of three figures among the slow tests, of all and of the page in `make soak`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from figurepress.project import config

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from tests.support.projects import ROOT, SUFFIXES, bound_by_permissions, whole_project

NUMPY, CELLS, TORCH = "quadratic_loss_curve", "toeplitz_conv_matrix", "nonlinearities"

ENVIRONMENTS = {
    "hash seed": 'PYTHONHASHSEED=4242 "$@"',
    "time zone": 'TZ=Pacific/Kiritimati "$@"',
    "decimal comma": 'LOCPATH=$PLACE/locales LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 "$@"',
    "C locale": 'LANG=C LC_ALL=C "$@"',
    "clock": 'PYTHONPATH=$PLACE/clock "$@"',
    "SOURCE_DATE_EPOCH": 'SOURCE_DATE_EPOCH=1 "$@"',
    "fonts of the user": 'HOME=$PLACE/fonts "$@"',
    "other home": 'HOME=$PLACE/home "$@"',
    "home that cannot be written": 'HOME=$PLACE/sealed $BOUND "$@"',
    "home that is not there": 'HOME=$PLACE/sealed/home $BOUND "$@"',
    "no home": 'unset HOME; "$@"',
    "MPLCONFIGDIR": 'MPLCONFIGDIR=$PLACE/hostile "$@"',
    "MPLCONFIGDIR that cannot be written": 'MPLCONFIGDIR=$PLACE/sealed $BOUND "$@"',
    "MATPLOTLIBRC": 'MATPLOTLIBRC=$PLACE/hostile "$@"',
    "MPLBACKEND": 'MPLBACKEND=nonsense "$@"',
    "matplotlibrc in the working directory": 'cp $PLACE/hostile/matplotlibrc . && "$@"',
    "matplotlibrc of the user": 'XDG_CONFIG_HOME=$PLACE/config "$@"',
    "threads": 'OMP_NUM_THREADS=4 MKL_NUM_THREADS=4 OPENBLAS_NUM_THREADS=4 "$@"',
    "older processor for PyTorch": 'ATEN_CPU_CAPABILITY=default ONEDNN_MAX_CPU_ISA=SSE41 "$@"',
    "older processor for MKL": 'MKL_ENABLE_INSTRUCTIONS=SSE4_2 "$@"',
    "older processor for NumPy": 'NPY_DISABLE_CPU_FEATURES="$FEATURES" "$@"',
    "older processor for BLAS": 'OPENBLAS_CORETYPE=Nehalem "$@"',
}
BUILDS = ENVIRONMENTS | {
    "once more": '"$@" && "$@" --forceall',
    "1 core": '"$@" --cores 1',
    "4 cores": '"$@" --cores 4',
    "name of the folder": 'cp -r . "$ODD" && cd "$ODD" && "$@" && cp figures/* ../project/figures',
}

MATPLOTLIBRC = """
axes.facecolor: red
axes.formatter.use_locale: True
axes.grid: True
axes.unicode_minus: False
figure.constrained_layout.use: False
figure.dpi: 30
font.family: serif
font.size: 30
image.cmap: jet
lines.linewidth: 9
mathtext.fontset: stix
path.simplify: False
path.sketch: 1, 100, 2
pdf.compression: 9
pdf.fonttype: 3
savefig.bbox: tight
savefig.dpi: 30
savefig.pad_inches: 2
savefig.transparent: True
svg.fonttype: none
svg.hashsalt: pepper
text.usetex: True
"""
CLOCK = """
import time_machine
time_machine.travel("2001-02-03T04:05:06Z").start()
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """What settings refer to."""
    place = tmp_path_factory.mktemp("place")
    for folder in ("home", "hostile", "config", "clock", "locales", "fonts/.fonts", "sealed"):
        (place / folder).mkdir(parents=True)
    (place / "hostile/matplotlibrc").write_text(MATPLOTLIBRC)
    (place / "config/matplotlib").symlink_to(place / "hostile")
    (place / "clock/sitecustomize.py").write_text(CLOCK)
    serif = TTFont(font_manager.findfont("DejaVu Serif:italic"))
    for record in serif["name"].names:  # DejaVu Sans has no italic, but an oblique
        record.string = record.toUnicode().replace("Serif", "Sans")
    serif.save(place / "fonts/.fonts/DejaVuSans-Italic.ttf")
    if shutil.which("localedef"):
        locale = ["localedef", "-i", "de_DE", "-f", "UTF-8", place / "locales/de_DE.UTF-8"]
        subprocess.run(locale, check=False)
    (place / "sealed").chmod(0o555)
    return place


def run(setting: str, command: list[str], folder: Path, place: Path) -> None:
    """Run a command under a setting."""
    variables = {
        "PLACE": place,
        "ODD": "../é; $(x) 'y'",
        "BOUND": " ".join(bound_by_permissions()) if "$BOUND" in setting else "",
        "FEATURES": " ".join(np.show_config(mode="dicts")["SIMD Extensions"]["found"]),
    }
    done = subprocess.run(
        ["sh", "-c", setting, "sh", *command],
        cwd=folder,
        env=os.environ | {name: str(value) for name, value in variables.items()},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def different(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]


def test_script_writes_the_same_bytes_under_all_settings_at_once(built, place, tmp_path):
    plain = {f"{NUMPY}{suffix}": built / f"figures/{NUMPY}{suffix}" for suffix in SUFFIXES}
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, str(ROOT / f"scripts/{NUMPY}.py"), *(str(out / it) for it in plain)]
    for setting in ENVIRONMENTS.values():
        command = ["sh", "-c", setting, "sh", *command]
    run('"$@"', command, tmp_path, place)
    assert different({it: file.read_bytes() for it, file in plain.items()}, bytes_in(out)) == []


def build(folder: Path, stems: list[str], setting: str, place: Path) -> dict[str, bytes]:
    """What a build under a setting makes of these figures or, of all, of their page too."""
    project = whole_project(folder / "project", *stems)
    targets = stems if len(stems) == 3 else ["all"]
    run(setting, [sys.executable, "-m", "snakemake", "--cores", "2", *targets], project, place)
    return bytes_in(project / "figures")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param([NUMPY, CELLS, TORCH], id="three", marks=pytest.mark.slow),
        pytest.param(config.read(ROOT).figures, id="all", marks=pytest.mark.soak),
    ],
)
def stems(request):
    return request.param


@pytest.fixture(scope="module")
def plain(stems, place, tmp_path_factory):
    """What a build makes under no setting."""
    return build(tmp_path_factory.mktemp("plain"), stems, '"$@"', place)


@pytest.mark.parametrize("setting", BUILDS)
def test_build_makes_the_same_bytes(stems, plain, setting, place, tmp_path):
    if setting == "decimal comma" and not list((place / "locales").iterdir()):
        pytest.skip("no localedef here, or no de_DE for it: no locale with a decimal comma")
    assert different(plain, build(tmp_path, stems, BUILDS[setting], place)) == []
