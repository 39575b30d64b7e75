# The verbs of the pipeline; `make help` lists them.
PYTHON ?= python3.11
CORES ?= 4
FIGURE ?=
RUNS ?= 5
BIN := .venv/bin
ENVIRONMENT := .venv/complete
# Files that are not as their job wrote them: its log ends with their checksums.
EDITED := sha256sum --check --quiet --ignore-missing logs/*.log 2> /dev/null | sed -n 's/: FAILED$$//p'
PICTURES := -k test_picture tests/$(if $(FIGURE),"test_$$FIGURE.py")

.PHONY: build
build: $(ENVIRONMENT) ## build all figures (the default)
	@$(EDITED) | xargs -r -d '\n' rm --verbose --
	@$(BIN)/snakemake --cores $(CORES)

# Snakemake calls all figures of a cluster job failed where one is: those it draws one by one then.
.PHONY: slurm
slurm: $(ENVIRONMENT) ## build all figures on a Slurm cluster, as profiles/slurm says
	@$(EDITED) | xargs -r -d '\n' rm --verbose --
	-@$(BIN)/snakemake --workflow-profile profiles/slurm
	@$(BIN)/snakemake --workflow-profile profiles/slurm --group-components figures=1

.PHONY: test
test: $(ENVIRONMENT) ## run all tests but the slow ones
	$(BIN)/pytest -n auto --dist worksteal

.PHONY: test-slow
test-slow: $(ENVIRONMENT) ## run the slow tests: the gallery in a browser, whole builds
	$(BIN)/pytest -n auto --dist worksteal -m "slow and not soak"

.PHONY: soak
soak: $(ENVIRONMENT) ## kill, starve and mislead many builds, see that nothing is lost: half an hour
	$(BIN)/pytest -n auto --dist worksteal -p no:randomly -m soak

.PHONY: test-slurm
test-slurm: build ## run the tests of `make slurm`, on a Slurm cluster of this one machine
	@PATH="$$PATH:/usr/sbin" tests/slurm.sh
	PATH="$$PATH:/usr/sbin" $(BIN)/pytest -m slurm tests/test_slurm.py

.PHONY: mutants
mutants: $(ENVIRONMENT) ## change scripts/ in every small way, see which tests notice: half an hour
	@$(BIN)/python tests/mutants.py

.PHONY: bench
bench: $(ENVIRONMENT) ## measure the pipeline beside other ways, benchmarks/results.md: 15 minutes; RUNS=1 to try
	@PYTHONPATH=scripts $(BIN)/python benchmarks/bench.py "$(RUNS)"
	@PYTHONPATH=scripts $(BIN)/python benchmarks/table.py
	@PYTHONPATH=scripts $(BIN)/python benchmarks/plot.py

.PHONY: review
review: $(ENVIRONMENT) ## show approved, new and difference of each picture: results/fig_comparison.html
	@$(BIN)/pytest -q $(PICTURES) || true

.PHONY: accept
accept: $(ENVIRONMENT) ## approve the pictures that changed, or one figure's: make accept FIGURE=<stem>
	@rm -rf results/new
	@$(BIN)/pytest -q -m '' --mpl-generate-path=results/new $(PICTURES)
	@cd results/new && for picture in *.png; do \
	  cmp -s "$$picture" "../../tests/baseline/$$picture" && continue; \
	  cp "$$picture" ../../tests/baseline/ && echo "replaced tests/baseline/$$picture"; \
	done

.PHONY: check
check: $(ENVIRONMENT) ## draw all figures anew and name each file that was not what its script draws
	@git ls-files -z figures | xargs -0 sha256sum > .venv/figures.sha256; status=$$?; \
	  $(BIN)/snakemake --cores $(CORES) --forceall && \
	  sha256sum --check --quiet .venv/figures.sha256 && exit $$status

.PHONY: watch
watch: $(ENVIRONMENT) ## show the gallery in a browser, follow every save; PORT=<number> to choose
	@PYTHONPATH=. $(BIN)/python page/watch.py "$$PORT" $(BIN)/snakemake --cores $(CORES)

.PHONY: export
export: export-folder build ## copy the figures beside a lecture's notes and check its pages: make export TO=<folder>
	@PYTHONPATH=scripts $(BIN)/python page/export.py "$$TO"

# A wrong folder is refused before the build, which takes longer.
.PHONY: export-folder
export-folder: $(ENVIRONMENT)
	@PYTHONPATH=scripts $(BIN)/python page/export.py "$$TO" --dry-run

.PHONY: check-page
check-page: $(ENVIRONMENT) ## name what is wrong with the pictures of a page: make check-page PAGE=<notes.md>
	@PYTHONPATH=scripts $(BIN)/python page/check.py "$$PAGE"

.PHONY: lint
lint: $(ENVIRONMENT) ## check format and style, change nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/snakefmt --check Snakefile
	$(BIN)/snakemake --lint

.PHONY: upgrade
upgrade: $(ENVIRONMENT) ## pin the newest version of everything but PyTorch
	@CUSTOM_COMPILE_COMMAND='make upgrade' $(BIN)/pip-compile --upgrade \
	  --output-file envs/requirements.txt envs/requirements.in envs/torch.txt
	@$(BIN)/python envs/conda.py
	@git --no-pager diff -U0 envs/requirements.txt | sed -n 's/^\([-+][^ ]*==[^ ]*\).*/\1/p'
	@echo 'Now: make check (draws all with these), make test; where pictures changed,'
	@echo 'make review, make accept.'

.PHONY: audit
audit: $(ENVIRONMENT) ## ask the registry which pinned packages have known vulnerabilities
	@$(BIN)/pip-audit --strict --disable-pip --no-deps \
	  -r envs/requirements.txt -r envs/torch.txt 2> .venv/audit.txt; \
	  status=$$?; tail -n 1 .venv/audit.txt >&2; exit $$status

.PHONY: help
help: ## list these verbs
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

$(ENVIRONMENT): envs/requirements.txt envs/torch.txt
	@command -v $(PYTHON) > /dev/null || { echo 'make: no $(PYTHON) here; install it, or name yours: make PYTHON=...' >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --requirement envs/requirements.txt
	@$(BIN)/pip freeze > .venv/pinned.txt
	$(BIN)/pip install --quiet --requirement envs/torch.txt --constraint .venv/pinned.txt
	@touch $@
