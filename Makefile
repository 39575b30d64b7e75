# Commands for building and testing; `make help` lists them.
PYTHON ?= python3.11
CORES ?= 4
BIN := .venv/bin
RUN := "$(BIN)/python" -m figurepress.tools
ENVIRONMENT := .venv/complete

.PHONY: build
build: $(ENVIRONMENT) ## build what is out of date (the default), or one figure: FIGURE=<stem>
	@$(RUN).build --cores "$(CORES)" $(FIGURE)

.PHONY: redraw
redraw: $(ENVIRONMENT) ## draw a figure again, even if its files were edited by hand: FIGURE=<stem>
	@$(RUN).build --cores "$(CORES)" --redraw "$(FIGURE)"

.PHONY: check
check: $(ENVIRONMENT) ## build everything in a temporary folder and compare it with figures/
	@$(RUN).check --cores "$(CORES)"

.PHONY: test
test: $(ENVIRONMENT) ## run all tests but the slow ones, or those of one figure: FIGURE=<stem>
	@"$(BIN)/pytest" $(if $(FIGURE),tests/figures --figure "$(FIGURE)",-n auto --dist worksteal)

.PHONY: test-slow
test-slow: $(ENVIRONMENT) ## run the slow tests: whole builds, browsers
	@"$(BIN)/pytest" -n auto --dist worksteal -m "slow and not soak"

.PHONY: soak
soak: $(ENVIRONMENT) ## kill, starve and mislead many builds, and check that nothing is lost
	@"$(BIN)/pytest" -n auto --dist worksteal -p no:randomly -m soak

# Snakemake calls all figures of a cluster job failed if one is: those it then draws one by one.
.PHONY: slurm
slurm: $(ENVIRONMENT) ## build on a Slurm cluster, as set in profiles/slurm
	-@$(RUN).build --cluster profiles/slurm
	@$(RUN).build --cluster profiles/slurm --group-components figures=1

.PHONY: test-slurm
test-slurm: build ## test `make slurm` on a Slurm cluster of this one machine
	@PATH="$$PATH:/usr/sbin" tests/support/slurm.sh
	@PATH="$$PATH:/usr/sbin" "$(BIN)/pytest" -m slurm tests/pipeline/test_slurm.py

.PHONY: watch
watch: $(ENVIRONMENT) ## show the page in a browser and rebuild at every save; PORT=<number> to choose
	@$(RUN).preview "$(PORT)"

.PHONY: export
export: build ## copy the figures into a lecture and check its pages: TO=<folder>
	@$(RUN).export "$(TO)"

.PHONY: check-page
check-page: $(ENVIRONMENT) ## name what is wrong with the pictures of a page: PAGE=<notes.md>
	@$(RUN).check_page "$(PAGE)"

.PHONY: lint
lint: $(ENVIRONMENT) ## check style and types, change nothing
	"$(BIN)/ruff" format --check .
	"$(BIN)/ruff" check .
	"$(BIN)/mypy"
	"$(BIN)/snakefmt" --check Snakefile
	"$(BIN)/snakemake" --lint

.PHONY: help
help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | awk -F'\t' '{ printf "%-12s %s\n", $$1, $$2 }'

$(ENVIRONMENT): envs/requirements.txt envs/torch.txt pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo 'make: no $(PYTHON) here; install it, or name yours: make PYTHON=...' >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --requirement envs/requirements.txt
	@$(BIN)/pip freeze > .venv/pinned.txt
	$(BIN)/pip install --quiet --requirement envs/torch.txt --constraint .venv/pinned.txt
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@
