# One rule draws a figure from its script and its prompt; config.yaml lists the figures.
# Three more make the list of all figures, and the page and the picture that show them.
import fcntl
import os
import re
import sys
from functools import cache
from pathlib import Path


envvars:
    "PATH",


HERE = Path(workflow.basedir)
sys.path[:0] = [str(HERE / "scripts"), str(HERE / "page")]
# This environment's python, activated or not; conda puts its own before it.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

from lecture import sources
from lecture.checked import InputError
from lecture.config import read

import captions
import warm

# Not by `configfile:`, which knows neither our keys nor the line of a fault.
try:
    settings = read(HERE, overrides=config)
    captions.check(HERE / "prompts", settings.figures)
except InputError as error:
    sys.exit(f"{error}")

FIGURES = expand("figures/{stem}{suffix}", stem=settings.figures, suffix=settings.suffixes)
THEMES = ["" if theme == "light" else f"-{theme}" for theme in settings.themes]
PROMPTS = expand("prompts/{stem}.md", stem=settings.figures)
# A figure is drawn before its tests are written: those there are.
TESTS = [test for stem in settings.figures if (HERE / (test := f"tests/test_{stem}.py")).exists()]


# In place of Snakemake's lock, which outlives a killed build: the operating system drops
# this one with the process that holds it, however that ends.
@cache
def lock():
    try:
        fcntl.flock(
            os.open(".snakemake/lock", os.O_CREAT | os.O_WRONLY), fcntl.LOCK_EX | fcntl.LOCK_NB
        )
    except BlockingIOError:
        sys.exit("another build runs in this folder; wait for it to end")


# Every plan asks first what figures are made from: a build is locked before it looks at
# files that another may be replacing. Dry runs, summaries and jobs on a cluster build nothing.
def shared(wildcards):
    if workflow.is_main_process and workflow.executor_plugin and not workflow.dryrun:
        lock()
    return [str(file.relative_to(sources.ROOT)) for file in sources.SHARED]


onstart:
    # Not where the jobs run on other machines, or in environments of their own.
    if workflow.local_exec and not workflow.deployment_settings.deployment_method:
        warm.start()
        # Made for clusters; here its timers hold up the end of every build by a second.
        workflow.scheduler.job_rate_limiter = None


# The end of a long report says again which jobs failed, and why.
onerror:
    for file, job in re.findall(r"log: (logs/(.+)\.log) \(check", Path(log[0]).read_text()):
        text = Path(file).read_text(errors="replace") if Path(file).exists() else ""
        said = re.findall(r"^(?!Thread|Traceback)\S.*", text, re.M)
        print(f"{job} failed: {said[-1] if said else 'ended without a word'} ({file})")


wildcard_constraints:
    stem="|".join(settings.figures),


# On a cluster they run where the build was started: they take a second each.
localrules:
    manifest,
    gallery,
    overview,


rule all:
    input:
        FIGURES,
        "figures/figures.json",
        "figures/index.html",
        expand("figures/overview{theme}.png", theme=THEMES),


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
        shared=shared,
    output:
        expand("figures/{{stem}}{suffix}", suffix=settings.suffixes),
    log:
        "logs/{stem}.log",
    conda:
        "envs/environment.yaml"
    params:
        dpi=settings.dpi,
    shell:
        "python -IS warm.py {input.script:q} --dpi {params.dpi} {output:q} > {log:q} 2>&1"
        " && sha256sum {output:q} >> {log:q} 2>&1"


rule manifest:
    input:
        figures=FIGURES,
        prompts=PROMPTS,
        script="page/manifest.py",
    output:
        "figures/figures.json",
    log:
        "logs/manifest.log",
    conda:
        "envs/environment.yaml"
    shell:
        "PYTHONPATH=scripts python -IS warm.py {input.script:q} {output:q} {input.figures:q} > {log:q} 2>&1"
        " && sha256sum {output:q} >> {log:q} 2>&1"


rule gallery:
    input:
        manifest="figures/figures.json",
        prompts=PROMPTS,
        tests=TESTS,
        captions="page/captions.py",
        template="page/gallery.html.jinja",
        script="page/gallery.py",
    output:
        "figures/index.html",
    log:
        "logs/gallery.log",
    conda:
        "envs/environment.yaml"
    shell:
        "PYTHONPATH=scripts python -IS warm.py {input.script:q} {input.manifest:q} {output:q} > {log:q} 2>&1"
        " && sha256sum {output:q} >> {log:q} 2>&1"


rule overview:
    input:
        script="page/overview.py",
        prompts=PROMPTS,
        pictures=expand("figures/{stem}{{theme}}.png", stem=settings.figures),
    output:
        "figures/overview{theme,|-dark}.png",
    log:
        "logs/overview{theme}.log",
    conda:
        "envs/environment.yaml"
    shell:
        "PYTHONPATH=scripts python -IS warm.py {input.script:q} {output:q} {input.pictures:q} > {log:q} 2>&1"
        " && sha256sum {output:q} >> {log:q} 2>&1"
