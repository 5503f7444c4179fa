.PHONY: quality
quality: build ## how good masks and composites are, measured without a provider: figures against their targets
	@scripts/bootstrap bench
	@cmake build/release >/dev/null
	@ninja -C build/release quality
	@build/release/bench/quality
