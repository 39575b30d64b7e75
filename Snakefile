# One rule draws a figure from its script and its prompt; config.yaml lists the figures.
import fcntl
import os
import sys
from pathlib import Path


envvars:
    "PATH",


HERE = Path(workflow.basedir)
sys.path.insert(0, str(HERE / "scripts"))
# This environment's python, activated or not; conda puts its own before it.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

from lecture.checked import InputError
from lecture.config import read

# Not by `configfile:`, which knows neither our keys nor the line of a fault.
try:
    settings = read(HERE, overrides=config)
except InputError as error:
    sys.exit(f"{error}")

SHARED = sorted(str(file.relative_to(HERE)) for file in (HERE / "scripts/lecture").glob("*.*"))


# In place of Snakemake's lock, which outlives a killed build: the operating
# system drops this one with the process that holds it, however that ends.
onstart:
    try:
        fcntl.flock(
            os.open(".snakemake/lock", os.O_CREAT | os.O_WRONLY), fcntl.LOCK_EX | fcntl.LOCK_NB
        )
    except BlockingIOError:
        sys.exit("another build runs in this folder; wait for it to end")


wildcard_constraints:
    stem="|".join(settings.figures),


rule all:
    input:
        expand("figures/{stem}{suffix}", stem=settings.figures, suffix=settings.suffixes),


for stem in settings.figures:

    rule:
        name:
            stem
        input:
            expand("figures/{stem}{suffix}", stem=stem, suffix=settings.suffixes),


rule figure:
    input:
        script="scripts/{stem}.py",
        prompt="prompts/{stem}.md",
        shared=SHARED,
    output:
        expand("figures/{{stem}}{suffix}", suffix=settings.suffixes),
    log:
        "logs/{stem}.log",
    conda:
        "envs/environment.yaml"
    params:
        dpi=settings.dpi,
    shell:
        "python {input.script} --dpi {params.dpi} {output} > {log} 2>&1"
