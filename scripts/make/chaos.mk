.PHONY: chaos
chaos: build ## a storm over the scaled-out set, then proof that nothing is lost; ARGS="--kills 200 --seed 7 --jobs 300"
	@scripts/bootstrap test
	@[ -d tests/node_modules ] || npm ci --prefix tests --no-audit --no-fund --loglevel=error
	@ATELIER_BIN=$(abspath $(atelier)) node tests/chaos/run.mjs $(ARGS)
