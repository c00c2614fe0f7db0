# Every command a person needs. `make` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
RUN := uv run --no-sync
export PATH := $(or $(SLIPWAY_CACHE),$(HOME)/.cache/slipway)/bin:$(PATH):$(HOME)/.local/bin
FRONTEND_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o \
	\( -path 'frontend/src/*' -o -name 'index.html' -o -name 'vite.config.ts' \) -type f -print)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

.PHONY: demo
demo: setup frontend bundle ## Make a real highly available cluster on this machine, and show how
	@scripts/demo.sh

.PHONY: demo-down
demo-down: ## Delete the demo's cluster, prove that nothing is left, and stop Slipway
	@scripts/demo-down.sh

.PHONY: setup
setup: ## Install what is missing on this machine: tools, Docker Engine, Python dependencies
	@scripts/setup-host.sh
	@uv sync --locked --quiet

.PHONY: frontend
frontend: setup frontend/dist/index.html ## Build the web page, if something of it has changed

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	@cd frontend && npm ci --no-audit --no-fund --loglevel error

frontend/dist/index.html: frontend/node_modules/.package-lock.json $(FRONTEND_SOURCES)
	@cd frontend && npm run --silent build -- --logLevel warn

.PHONY: demo-fake
demo-fake: setup frontend ## Slipway with a simulated provider and 200 clusters in every state, moving: for looking at the web page
	@scripts/demo-fake.sh

.PHONY: bundle
bundle: setup ## Build the default release's bundle and node image, if they are not there
	@$(RUN) python -m provisioning.bundles build --image

.PHONY: test
test: setup frontend ## Every test, real clusters included
	@scripts/test.sh

.PHONY: test-fast
test-fast: ## Unit and API tests only: no Docker, no servers, under two minutes
	@uv sync --locked --quiet
	$(RUN) pytest -q -n 3 --dist loadfile -m "not real and not slow"

.PHONY: check
check: frontend/node_modules/.package-lock.json ## Lint, types, import contracts, playbooks, the web page
	@uv sync --locked --quiet
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy platform/slipway tenants provisioning
	$(RUN) lint-imports
	cd playbooks && $(RUN) ansible-lint --offline -q
	$(RUN) python manage.py makemigrations --check --dry-run --settings slipway.settings.test
	cd frontend && npm run --silent check

.PHONY: e2e-web
e2e-web: setup frontend bundle ## The web page in a browser: simulated machines for every page and fault, then one real cluster by clicks
	@scripts/e2e-web.sh fake
	@scripts/e2e-web.sh real

.PHONY: screenshots
screenshots: setup frontend ## Pictures of every page, light and dark, into docs/images
	@SLIPWAY_SCREENSHOTS=1 scripts/e2e-web.sh fake screenshots

.PHONY: e2e-local
e2e-local: setup bundle ## Real clusters on this machine, made and broken through the product
	$(RUN) pytest -q -m "real and not openstack and not baremetal and not unhurried"

.PHONY: e2e-disk
e2e-disk: setup bundle ## The disk image for clouds, started by BIOS and its own kernel on an emulated computer
	@scripts/e2e-disk.sh

.PHONY: e2e-baremetal
e2e-baremetal: setup bundle ## Clusters on bare hosts, which containers play: made, broken, mended, given back
	$(RUN) pytest -q -m baremetal

.PHONY: lab-openstack
lab-openstack: ## Bring up a real OpenStack on this machine, or find it up (tests/lab/openstack)
	@tests/lab/openstack/up.sh

.PHONY: e2e-openstack
e2e-openstack: setup bundle lab-openstack ## The openstack driver, and a cluster, in a real OpenStack
	@uv sync --locked --quiet
	$(RUN) pytest -q -m openstack

.PHONY: chaos
chaos: ## Kill the worker a thousand times (SLIPWAY_KILLS); the result belongs into docs/explanation/chaos.md
	SLIPWAY_KILLS=$${SLIPWAY_KILLS:-1000} $(RUN) pytest -q tests/chaos --timeout 36000

.PHONY: chaos-openstack
chaos-openstack: setup bundle lab-openstack ## Each call to OpenStack failing in each way, 20 kills, Keystone down 5 minutes, a host lost
	SLIPWAY_FAULTS=0 SLIPWAY_OPENSTACK_KILLS=20 SLIPWAY_OUTAGE=300 $(RUN) pytest -q -s -m "openstack" \
	  tests/drivers/test_openstack_faults.py tests/chaos/test_openstack.py tests/e2e/openstack/test_host.py \
	  tests/e2e/openstack/test_real_faults.py

.PHONY: bench-create
bench-create: setup bundle ## kubeadm by hand and Slipway in turn, as ratios
	@scripts/bench-create.sh

.PHONY: bench-baremetal
bench-baremetal: setup bundle ## kubeadm by hand and Slipway in turn on bare hosts, which containers play, as ratios
	@scripts/bench-baremetal.sh

.PHONY: bench-openstack
bench-openstack: setup bundle lab-openstack ## openstacksdk and kubeadm by hand and Slipway in turn, in the OpenStack lab
	@scripts/bench-openstack.sh
