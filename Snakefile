# Draws each figure in config.yaml, then makes the pages that show all figures.
import sys

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from figurepress.build import experiments, outputs, page_sources, planning
from figurepress.project import config as project_config, sources
from figurepress.project.validated_files import input_errors_as
from figurepress.site import markdown

min_version("9.0")
due = config.pop("due", None)  # outdated figures, from `make`: planning all would take long
if config:  # from --config; Snakemake accepts any key there
    raise WorkflowError("--config: not supported; edit config.yaml instead")
with input_errors_as(WorkflowError):
    settings = project_config.read()
    STEMS = settings.figures if due is None else due
    if due is None:  # else `make` has checked the formulas
        markdown.check(STEMS)


onstart:
    with input_errors_as(WorkflowError):
        planning.protect_outputs(settings)  # does nothing if `make` runs Snakemake


wildcard_constraints:
    stem="|".join(settings.figures),


rule all:
    input:
        expand("figures/{stem}{suffix}", stem=STEMS, suffix=settings.suffixes),
        outputs.pages(settings),


# `snakemake <stem>` builds one figure.
for stem in STEMS:

    rule:
        name:
            stem
        input:
            expand("figures/{stem}{suffix}", stem=stem, suffix=settings.suffixes),


rule figure:
    input:
        lambda wildcards: experiments.inputs_of_figure(wildcards.stem),
        script="scripts/{stem}.py",
    output:
        report(expand("figures/{{stem}}{suffix}", suffix=settings.suffixes), category="figures"),
    log:
        "logs/{stem}.log",
    params:
        dpi=settings.dpi,
        animations=lambda wildcards: list(map(str, outputs.animations(wildcards.stem, settings))),  # not outputs: few figures have them
        time_limit=lambda wildcards: project_config.time_limit(wildcards.stem, settings),
        digest=lambda wildcards: sources.digest_of_figure(wildcards.stem, settings.dpi),  # if it changes, the job runs
    shell:
        "{sys.executable:q} -B -m figurepress.build.prefork -m figurepress.build.run_figure"
        " {input.script:q} {params.dpi} {params.time_limit} {output:q} {params.animations:q} > {log:q} 2>&1"


# Runs on request or if its data is missing. Snakemake would delete the data if it were an output.
rule experiment:
    output:
        touch(".build/experiments/{experiment}"),
    log:
        "logs/experiment-{experiment}.log",
    resources:
        runtime=lambda wildcards: experiments.time_limit(wildcards.experiment, settings) // 60 + 2,  # in minutes, plus 2 for the start
    shell:
        "{sys.executable:q} -B -m figurepress.build.prefork -m figurepress.build.run_experiment"
        " {wildcards.experiment} > {log:q} 2>&1"


rule pages:
    input:
        expand("figures/{stem}{suffix}", stem=STEMS, suffix=settings.suffixes[0]),  # one file of each figure; its job makes all
    output:
        outputs.pages(settings),
    log:
        "logs/pages.log",
    localrule: True  # it takes a second, too little for a job on a cluster
    params:
        digest=page_sources.digest_without_pictures(settings),
    shell:
        "{sys.executable:q} -B -m figurepress.build.prefork -m figurepress.site > {log:q} 2>&1"
