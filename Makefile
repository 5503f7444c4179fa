# Each target installs what it needs (scripts/bootstrap), builds with progress, then goes.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export NINJA_STATUS := [%f/%t %es]$(empty) $(empty)

atelier := build/release/atelier
# configure PRESET: only the first time; afterwards ninja reruns CMake by itself.
configure = if [ ! -f build/$(1)/build.ninja ]; then cmake --preset $(1) | tail -n 1; fi

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r n t; do printf '  make %-10s %s\n' "$$n" "$$t"; done

.PHONY: build
build: ## build/release/atelier
	@scripts/bootstrap build
	@$(call configure,release)
	@ninja -C build/release atelier
	@$(call configure,debug) >/dev/null # the preset that names each source on its own
	@ln -sfn build/debug/compile_commands.json compile_commands.json

.PHONY: demo
demo: build ## the whole journey on a photo; PERSON=a.jpg GARMENT=b.jpg CATEGORY=upper_body ENGINE=fill OUT=dir
	@person="$(PERSON)"; [ -n "$$person" ] || person="$$(scripts/demo-photo)"; \
	exec $(atelier) demo $${person:+--person "$$person"} $(if $(GARMENT),--garment "$(GARMENT)") \
	    $(if $(CATEGORY),--category $(CATEGORY)) $(if $(ENGINE),--engine $(ENGINE)) $(if $(OUT),--out "$(OUT)")

.PHONY: run
run: build ## serve on http://127.0.0.1:8080, data in ./atelier-data; ARGS="--listen :9000"
	@exec $(atelier) serve $(ARGS)

.PHONY: test
test: build ## everything: unit and contract tests under ASan and UBSan, API tests on the release build, checks
	@scripts/bootstrap test
	@$(call configure,asan)
	@cmake build/release >/dev/null # sees GoogleTest, which may have come after the first configure
	@ninja -C build/release queue_tool # a worker beside those in Node; sanitized it would be too slow for them
	@cmake build/asan >/dev/null
	@ninja -C build/asan atelier_tests
	@scripts/run_tests --manifest build/asan/tests/manifest.txt $(ARGS)

.PHONY: services
services: ## Redis, MongoDB and S3 for tests by hand, in the foreground; ARGS="--only redis,s3 --mongo-data FILE"
	@scripts/bootstrap test
	@exec node tests/support/services.mjs $(ARGS)

.PHONY: bench
bench: build ## the table of figures, targets and ratios
	@scripts/bootstrap bench
	@cmake build/release >/dev/null
	@ninja -C build/release atelier_benches
	@scripts/bench $(ARGS)

.PHONY: lint
lint: ## format, clang-tidy, layers, sizes, unused files; SINCE=main looks only at what changed since
	@scripts/bootstrap lint
	@$(call configure,lint)
	@cmake build/lint >/dev/null
	@ninja -C build/lint atelier_version_header
	@scripts/lint $(SINCE)

.PHONY: format
format: ## clang-format in place
	@scripts/bootstrap lint
	@git ls-files -z -- '*.h' '*.cc' | xargs -0 clang-format-19 -i

.PHONY: clean
clean: ## removes build/; keeps the cached Drogon
	@rm -rf build compile_commands.json

# Other areas add their targets in files of their own.
-include scripts/make/*.mk
