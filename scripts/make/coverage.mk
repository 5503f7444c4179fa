.PHONY: coverage
coverage: build ## lines of src/service and src/http that the tests run; builds all once more, runs the tests as make test does
	@scripts/bootstrap coverage
	@$(call configure,coverage)
	@ninja -C build/coverage atelier atelier_tests
	@ninja -C build/release queue_tool
	@find build/coverage -name '*.gcda' -delete
	@ATELIER_BIN=$(abspath build/coverage/atelier) scripts/run_tests --manifest build/coverage/tests/manifest.txt $(ARGS) \
	    || echo 'coverage: some tests failed; what they ran is counted'
	@scripts/coverage build/coverage
