.PHONY: chaos
chaos: build ## a storm over the scaled-out set, then proof that nothing is lost; ARGS="--kills 200 --seed 7 --jobs 300"
	@scripts/bootstrap test
	@[ -d tests/node_modules ] || npm ci --prefix tests --no-audit --no-fund --loglevel=error
	@ATELIER_BIN=$(abspath $(atelier)) node tests/chaos/run.mjs $(ARGS)

.PHONY: soak
soak: build ## jobs at a steady rate, while memory and the keys in Redis are watched; ARGS="--minutes 30 --per-second 50"
	@scripts/bootstrap bench
	@python3 bench/soak.py $(ARGS)
