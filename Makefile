.DEFAULT_GOAL := help

# The first Python on PATH that every dependency has wheels for.
PYTHON ?= $(shell for p in python3 python3.12 python3.13 python3.11; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# The environment is made anew when the dependencies change.
STAMP := .venv/.setup-$(shell cksum < pyproject.toml | cut -d' ' -f1)
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode
EXTRAS := torch,hub,bedrock,oci,vertexai,s3,sqlite-vec,faiss,chroma,milvus,qdrant,neo4j,oracle,markitdown,mcp,datasets,braintrust,lm-eval,post-training,dev
# Tests that the clock decides, or that leave others nothing of the machine: a fork bomb.
ALONE := libs/runtime/tests/test_serve.py services/tools/tests/test_sandbox_escapes.py tests/robustness
# Tests that take a core each.
ENGINES := tests/engines
# A cluster of processes, of which half the time is waiting.
BOOT := tests/boot
PROPERTIES := tests/robustness/test_properties.py
DATA := services/files services/vector-io services/batches services/eval services/post-training
AGENTS := services/agents
GENERATED := libs/api charts/llama-fleet/values.schema.json charts/llama-fleet/files/facts.yaml charts/llama-fleet/README.md docs/providers.md docs/vector-store-providers.md docs/file-providers.md docs/tool-providers.md docs/safety-providers.md docs/eval-providers.md docs/post-training-providers.md
RELEASE := $(shell git describe --tags --abbrev=0 --match 'v*' 2>/dev/null)
DISTRIBUTION ?= starter
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Else every process of ours compiles every module anew, which takes longer than all the rest of its start.
unexport PYTHONDONTWRITEBYTECODE

##@ Use it

.PHONY: up
up: setup ## Start the starter fleet on port 8321, and leave it running (DISTRIBUTION=… for another).
	@$(BIN)/llama stack run $(DISTRIBUTION) --detach

.PHONY: status
status: setup ## Show what runs where.
	@$(BIN)/llama stack status

.PHONY: down
down: setup ## Stop it.
	@$(BIN)/llama stack stop

##@ Work on it

.PHONY: setup
setup: $(STAMP) ## Install everything into .venv. Done again only when pyproject.toml changes.

$(STAMP):
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; name one with PYTHON=…" >&2; exit 1; }
	@echo "Installing into .venv; this takes a few minutes, once."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "  torch" && $(PIP) torch==2.13.0 uv
# In a quarter of pip's time; but uv knows nothing of how pip is configured, and may find no registry.
	@echo "  Llama Fleet and its dependencies" && { $(UV) -e '.[$(EXTRAS)]' || $(PIP) -e '.[$(EXTRAS)]'; }
	@rm -f .venv/.setup-* && touch $@

.PHONY: check
check: setup lint gen-check test-quick ## What every commit must pass (stage it first).

.PHONY: gen
gen: setup ## Make every generated file anew.
	$(BIN)/python -m tools.gen
	$(BIN)/python -m tools.gen.values_schema
	$(BIN)/python -m tools.gen.chart_facts
	$(BIN)/python -m tools.gen.chart_readme
	$(BIN)/python -m tools.gen.provider_docs

.PHONY: gen-check
gen-check: gen
	@git diff --exit-code --stat -- $(GENERATED) \
	  && test -z "$$(git ls-files --others --exclude-standard -- $(GENERATED))" \
	  || { echo "commit what 'make gen' changed" >&2; exit 1; }

.PHONY: lint
lint: setup ## Format, lint, type-check, and hold the layers apart.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code
	$(if $(RELEASE),$(BIN)/buf breaking --against '.git#tag=$(RELEASE)')

.PHONY: format
format: setup ## Put the code into shape.
	$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/buf format --write

##@ Test it

.PHONY: test
test: setup models ## All tests, as far as they do not disturb each other three lanes at once.
	@echo "Three lanes run, and tell what they did when they have ended."
	@$(MAKE) --no-print-directory --jobs=4 --output-sync=target test-libs test-data test-others peers
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target test-engines test-properties test-boot
	$(BIN)/pytest $(ALONE) --ignore=$(PROPERTIES)

.PHONY: test-libs
test-libs: setup # What the services stand on, and agents.
	$(BIN)/pytest libs gateway $(AGENTS) $(ALONE:%=--ignore=%)

.PHONY: test-data
test-data: setup # The services that keep and read data, so that lanes are about equally long.
	$(BIN)/pytest $(DATA)

.PHONY: test-others
test-others: setup # All else that disturbs nobody; last what needs peers, which are installed meanwhile.
	$(BIN)/pytest services/tools services/safety tools services tests $(ALONE:%=--ignore=%) --ignore=$(ENGINES) --ignore=$(BOOT) $(DATA:%=--ignore=%) $(AGENTS:%=--ignore=%)

.PHONY: peers
peers: setup ## Install what tests talk to: engines and SDKs, each in an environment of its own.
	@$(BIN)/python -m fleet_testing.peers

.PHONY: test-quick
test-quick: setup ## The tests of each package that take no seconds.
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-quick-libs test-quick-services

.PHONY: test-quick-libs
test-quick-libs: setup
	$(BIN)/pytest libs gateway services/inference -m "not slow"

.PHONY: test-quick-services
test-quick-services: setup
	$(BIN)/pytest services --ignore=services/inference -m "not slow"

.PHONY: test-unit
test-unit: setup ## The tests of each package, beside it.
	$(BIN)/pytest libs services gateway

.PHONY: test-gateway
test-gateway: setup ## Envoy: the config, and every trap.
	$(BIN)/pytest gateway

.PHONY: test-contract
test-contract: setup models ## Real clients against a running fleet.
	$(BIN)/pytest tests/contract

.PHONY: test-chart
test-chart: setup ## The chart, by a real Helm and by those who check what it renders to (installs them once).
	$(BIN)/pytest tests/chart

.PHONY: golden
golden: setup ## Write anew what the distributions render to; review what changes.
	UPDATE_GOLDEN=1 $(BIN)/pytest tests/chart/test_render.py

.PHONY: test-robustness
test-robustness: setup models ## Killed processes, callers that leave, bad input.
	$(BIN)/pytest tests/robustness

.PHONY: test-examples
test-examples: setup ## What the documentation shows, as a stranger would use it.
	$(BIN)/pytest tests/examples

.PHONY: test-engines
test-engines: setup models ## vLLM in-process, and providers before vLLM, llama.cpp and transformers (installs them once).
	$(BIN)/pytest $(ENGINES)

.PHONY: test-properties
test-properties: setup models ## Requests made from the OpenAPI document, and from random bytes.
	$(BIN)/pytest $(PROPERTIES)

.PHONY: test-boot
test-boot: setup ## What Helm renders, run as processes and updated under load.
	$(BIN)/pytest $(BOOT)

.PHONY: bench
bench: setup models ## Measure us beside the peers (ARGS=--quick for a short run).
	PYTHONPATH=tests/bench $(BIN)/python -m fleet_bench $(ARGS)

.PHONY: bench-engines
bench-engines: setup models ## Measure our engine beside the peers, on the same weights.
	PYTHONPATH=tests/bench $(BIN)/python -m fleet_bench.engines $(ARGS)

.PHONY: bench-vllm
bench-vllm: setup models ## Measure what a real vLLM on the CPU loses with us in front of it.
	PYTHONPATH=tests/bench $(BIN)/python -m fleet_bench.vllm_behind $(ARGS)

.PHONY: bench-routing
bench-routing: setup models ## Measure how replicas are chosen (ARGS=--real for torch engines).
	PYTHONPATH=tests/bench $(BIN)/python -m fleet_bench.routing $(ARGS)

.PHONY: bench-rag
bench-rag: setup models ## Measure documents and searches beside ogx, on the same stores (ARGS=--quick for a first look).
	PYTHONPATH=tests/bench $(BIN)/python -m fleet_bench.rag $(ARGS)

.PHONY: bench-responses
bench-responses: setup ## Measure responses with a tool beside ogx, on a scripted model (ARGS=--quick for a first look).
	PYTHONPATH=tests/bench $(BIN)/python -m fleet_bench.responses $(ARGS)

.PHONY: bench-stores
bench-stores: setup models ## Measure each local vector store by itself, beside the engine's own client.
	PYTHONPATH=tests/bench $(BIN)/python -m fleet_bench.stores $(ARGS)

.PHONY: models
models: setup
	@$(BIN)/llama model download smollm2 minilm

.PHONY: help
help:
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
