# Commands for building and testing; `make help` lists them. Needs GNU make.
# The Makefile of another lecture sets MACHINERY to this folder and includes this file.
MACHINERY ?= .
# BSD make takes this for a command, and stops with the message; GNU make takes it for a rule.
.error run GNU make, which may be called gmake:
.DEFAULT_GOAL := build
PYTHONS ?= python3.11 python3.12 python3.13 python3.14
SYSTEMS ?= bookworm trixie
# Recipes read arguments from the environment, as $$CORES: then the shell runs no command in them.
export CORES ?= 4
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
# The Python for installing .venv. An existing .venv keeps its own.
ifndef PYTHON
  FIND := for p in $(MACHINERY)/.venv/bin/python python3.14 python3.13 python3.12 python3.11 python3; do \
    "$$p" -c '$(SUPPORTED)' 2> /dev/null && echo "$$p" && break; done
  PYTHON := $(or $(shell $(FIND)),python3)
endif
VENV := $(MACHINERY)/.venv/bin
BUILD := $(VENV)/python -m figurepress.build
RUN := $(VENV)/python -m figurepress.tools
PYTEST := $(VENV)/python -m pytest -c $(MACHINERY)/pyproject.toml --rootdir . --import-mode append
PARALLEL := -n auto --dist worksteal
SHARED_TESTS := $(MACHINERY)/tests/all_figures
# For the lecture's own modules. The environment finds figurepress without it.
export PYTHONPATH := $(CURDIR)/src:$(CURDIR)/scripts
export PYTEST_ADDOPTS := # with --collect-only, for example, the tests would pass without running

ifeq ($(wildcard $(MACHINERY)/src/figurepress),)
  $(error run make in the folder of the project: make -C <folder>)
endif

define GET_PYTHON
make: $(PYTHON) is not Python 3.11 to 3.14; install one, or choose one: make PYTHON=<command>
  Debian, Ubuntu: sudo apt install python3 python3-venv
  Fedora: sudo dnf install python3
  macOS: brew install python
endef
export GET_PYTHON

# A command (the first, if several) takes the arguments that its help text names, such as
# FIGURE=<stem>; others are rejected before anything runs.
GOAL := $(or $(firstword $(MAKECMDGOALS)),build)
ARGUMENTS = $(patsubst %=,%,$(filter %=,$(shell sed -n '/^$(GOAL):/s/[A-Z]*=/ & /gp' $(MACHINERY)/Makefile)))
# The arguments on the command line, and those that the command does not take.
GIVEN := $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
UNKNOWN = $(filter-out $(ARGUMENTS) CORES PYTHON,$(GIVEN))
COMMANDS = $(shell sed -n 's/^\([a-z-]*\): .*/\1/p' $(MACHINERY)/Makefile)
ifneq ($(and $(filter $(GOAL),$(COMMANDS)),$(UNKNOWN)),)
  $(error $(UNKNOWN): not an argument of `make $(GOAL)`, which takes: $(strip $(ARGUMENTS) CORES PYTHON))
endif
EMPTY := $(strip $(foreach name,$(GIVEN),$(if $($(name)),,$(name))))
ifneq ($(EMPTY),)
  $(error $(EMPTY): empty; write $(EMPTY)=<value>, or leave it out)
endif
ifeq ($(GOAL)$(TO),site) # other commands check TO themselves; this one builds first
  $(error TO: missing; give a folder: make site TO=<folder>)
endif
# Words after the command, such as a figure, that are not commands.
OTHERS = $(filter-out $(COMMANDS),$(wordlist 2,99,$(MAKECMDGOALS)))
ifneq ($(if $(word 2,$(MAKECMDGOALS)),$(OTHERS)),)
  $(error $(OTHERS): no such command; for one figure: make $(GOAL) FIGURE=<stem>)
endif
# Commands for the project, not for another lecture in a folder of its own.
OF_MACHINERY := test-slow soak test-platforms test-bare test-slurm lint bench mutants upgrade new-lecture
ifneq ($(if $(filter-out .,$(MACHINERY)),$(filter $(OF_MACHINERY),$(GOAL))),)
  $(error `make $(GOAL)` is not for a single lecture; run it in $(MACHINERY))
endif

# A figure given to these commands must be in config.yaml; checked before anything is installed.
OF_FIGURE := build redraw data test review accept remove blind blind-check
CHECK_FIGURE := $(and $(FIGURE),$(filter $(OF_FIGURE),$(GOAL)))
# These commands report unapproved pictures themselves.
NO_ADVICE := $(if $(filter review accept test,$(GOAL)),--no-advice)

.PHONY: build
build: draw-environment ## build everything that is out of date (the default), or one figure: FIGURE=<stem>
	@$(BUILD) --cores "$$CORES" $(NO_ADVICE) $${FIGURE:+"$$FIGURE"}

.PHONY: redraw
redraw: draw-environment ## redraw a figure and overwrite edits of its output files: FIGURE=<stem>
	@$(BUILD) --cores "$$CORES" --redraw "$$FIGURE"

.PHONY: data
data: $(if $(CLUSTER),cluster,draw)-environment ## run the experiment of a figure again, then draw it: FIGURE=<stem> CLUSTER=profiles/slurm
	@$(BUILD) $(if $(CLUSTER),--cluster "$(MACHINERY)/$$CLUSTER",--cores "$$CORES") --compute "$$FIGURE"
	@$(BUILD) --cores "$$CORES" "$$FIGURE"

.PHONY: check
check: draw-environment ## verify that figures/ matches a clean build
	@$(RUN).check_clean_build --cores "$$CORES"

# In another lecture, `tests` does not contain the shared tests.
.PHONY: test
test: dev-environment build ## run the fast tests, or those of one figure: FIGURE=<stem>
	@echo "testing $${FIGURE:-all figures and the code; for one figure: make test FIGURE=<stem>}"
	@$(PYTEST) $(if $(FIGURE),$(wildcard tests/figures/test_$(FIGURE).py) $(SHARED_TESTS) --figure "$$FIGURE" --tb=short,tests $(filter-out ./%,$(SHARED_TESTS)) $(PARALLEL))

.PHONY: review
review: build ## write results/review.html: approved and new pictures side by side, of all figures or one: FIGURE=<stem>
	@$(RUN).review $${FIGURE:+"$$FIGURE"}

.PHONY: accept
accept: dev-environment build ## approve the new picture of a figure: FIGURE=<stem>, or ALL=1
	@$(RUN).accept $${FIGURE:+"$$FIGURE"} $(if $(ALL),--all)

.PHONY: new
new: draw-environment ## create the files of a new figure: FIGURE=<stem>
	@$(RUN).figure new "$$FIGURE"

.PHONY: rename
rename: draw-environment ## rename a figure in all its files: FROM=<stem> TO=<stem>
	@$(RUN).figure rename "$$FROM" "$$TO"

.PHONY: remove
remove: draw-environment ## remove a figure and move its files to .build/removed: FIGURE=<stem>
	@$(RUN).figure remove "$$FIGURE"

.PHONY: new-lecture
new-lecture: dev-environment ## create a lecture with one small figure, build and test it: TO=<folder> TITLE=<words>
	@$(RUN).new_lecture "$$TO" $${TITLE:+"$$TITLE"}

.PHONY: blind
blind: dev-environment ## copy the project without a figure, to rewrite the figure from its prompt: FIGURE=<stem> TO=<folder>
	@$(RUN).blind_rewrite prepare "$$FIGURE" $${TO:+"$$TO"}

.PHONY: blind-check
blind-check: dev-environment ## compare the rewritten figure with the original: FIGURE=<stem> TO=<folder>
	@$(RUN).blind_rewrite check "$$FIGURE" $${TO:+"$$TO"}

.PHONY: test-slow
test-slow: dev-environment ## run the slow tests: whole builds and browsers
	@$(PYTEST) $(PARALLEL) -m "slow and not soak"

.PHONY: test-platforms
test-platforms: build ## build and test a clone with other Pythons: PYTHONS='python3.12 python3.13' TORCH=no
	@$(VENV)/python maintenance/platforms.py $(PYTHONS)

.PHONY: test-bare
test-bare: build ## build and test a clone in minimal Debians, as root: SYSTEMS='trixie bookworm:arm64' TORCH=no
	@$(VENV)/python maintenance/platforms.py $(SYSTEMS)

.PHONY: soak
soak: dev-environment ## stress-test interrupted builds
	@$(PYTEST) $(PARALLEL) -m soak

# A cluster job draws ten figures. If one fails, Snakemake takes all ten for failed; the second
# command redraws them in jobs of one figure each.
.PHONY: slurm
slurm: cluster-environment ## build on a Slurm cluster, with the settings in profiles/slurm
	-@$(BUILD) --cluster $(MACHINERY)/profiles/slurm
	@$(BUILD) --cluster $(MACHINERY)/profiles/slurm --group-components=figures=1

# Debian installs the daemons of Slurm in /usr/sbin.
.PHONY: test-slurm
test-slurm: dev-environment cluster-environment ## test `make slurm` on a single-machine Slurm cluster
	@PATH="$$PATH:/usr/sbin" maintenance/install_slurm.sh
	@PATH="$$PATH:/usr/sbin" $(PYTEST) -m slurm tests/pipeline/test_slurm.py

.PHONY: watch
watch: dev-environment ## serve the page locally and rebuild it when a file is saved: PORT=<number>
	@$(RUN).preview $${PORT:+"$$PORT"}

# The first line only checks the arguments, because the build may take long.
.PHONY: export
export: draw-environment ## copy the figures into a lecture and check its pages: TO=<folder> FORMATS=svg,png PAGES=only
	@$(RUN).export "$$TO" --formats "$$FORMATS" --pages "$$PAGES" --dry-run
	@$(BUILD) --cores "$$CORES"
	@$(RUN).export "$$TO" --formats "$$FORMATS" --pages "$$PAGES"

.PHONY: check-page
check-page: draw-environment ## report missing images, missing alt text and dead links: PAGE=<notes.md>
	@$(RUN).check_page "$$PAGE"

.PHONY: site
site: build ## write the page and its files into a folder for a web server: TO=<folder>
	@$(RUN).publish "$$TO"

.PHONY: lint
lint: dev-environment ## check formatting, lint and types without changing files
	@$(VENV)/python -m ruff format --check .
	@$(VENV)/python -m ruff check .
	@$(VENV)/python -m mypy
	@$(VENV)/snakefmt --check Snakefile

.PHONY: bench
bench: dev-environment ## compare build times with plain make and sphinx-gallery: RUNS=<rounds>
	@$(VENV)/python benchmarks/bench.py $${RUNS:+"$$RUNS"}

.PHONY: mutants
mutants: dev-environment ## run mutation tests: MODULE=lecture.losses
	@$(VENV)/python -m maintenance.mutants $${MODULE:+"$$MODULE*"}

.PHONY: upgrade
upgrade: dev-environment build ## pin the newest versions of all packages and report which pictures change
	@$(RUN).upgrade

.PHONY: help
help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MACHINERY)/Makefile | awk -F'\t' '{ printf "%-14s %s\n", $$1, $$2 }'
	@echo 'Every command also takes CORES=<number> (default: 4) and PYTHON=<command> (3.11 to 3.14).'

.DEFAULT:
	@echo "$@: no such command; $(if $(wildcard prompts/$@.md),for this figure: make FIGURE=$@,\`make help\` lists them)" >&2
	@exit 2

# The list of `cluster` has only what Slurm adds; the list of `dev` contains that of `draw`.
cluster-environment: draw-environment

.PHONY: draw-environment dev-environment cluster-environment
draw-environment dev-environment cluster-environment: %-environment:
	@case "$$CORES" in '' | *[!0-9]* | 0*) \
	  echo "CORES: '$$CORES': write a whole number from 1, such as CORES=2" >&2; exit 2;; esac
	@"$(PYTHON)" -c '$(SUPPORTED)' 2> /dev/null || { echo "$$GET_PYTHON" >&2; exit 1; }
	$(if $(CHECK_FIGURE),@"$(PYTHON)" $(MACHINERY)/src/figurepress/project/known_figure.py "$$FIGURE")
	@"$(PYTHON)" $(MACHINERY)/src/figurepress/tools/install.py $*
