.PHONY: deb
deb: build ## build/deb/atelier_*.deb: program, systemd units, configuration, documentation
	@scripts/build_deb

.PHONY: test-deb
test-deb: deb ## installs the package in a fresh Debian (debootstrap, as root) and runs it
	@scripts/test_deb
