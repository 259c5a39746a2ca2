# SPDX-License-Identifier: Apache-2.0
# The words people and CI use. What they do stands in CMakePresets.json, tools/ and tests/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

PREFIX ?= /usr/local
ALL ?=
COMPAT ?=
SECONDS ?= 60
TARGETS ?=
# The tests that make tsan runs: what has threads, or is called from several.
TSAN_TESTS ?= ^(unit\.(engine_|configfs|service)|integration)

JOBS := $(shell nproc)
# Progress for people, silence for logs.
NINJA_FLAGS := -j $(JOBS) $(shell test -t 2 || echo --quiet)
# A build of the same code in another folder (CI's fresh clone) hits the cache too.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

.PHONY: help setup build test check ci bench-build bench-scale bench-iscsi bench-shell demo lint fmt asan tsan fuzz torture kernel kernel-long man install clean deb packaging check-kernel oracle bench-kernel
.PRECIOUS: build/%/build.ninja

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install what is missing from Debian (as root or through sudo)
	@tools/setup

build: build/release/build.ninja ## optimised programs in build/release/bin
	@cmake --build --preset release -- $(NINJA_FLAGS)

test: build/dev/build.ninja ## debug build with warnings as errors, then every test that needs no kernel target
	@cmake --build --preset dev -- $(NINJA_FLAGS)
	@tools/test dev

check: ## set up, build and test everything that this machine can; then the demo
	@tools/setup
	@$(MAKE) test
	@$(MAKE) demo
	@if [ "$$(uname -m)" = x86_64 ]; then $(MAKE) kernel; else echo "kernel: skipped, the guest needs an x86-64 machine"; fi

ci: ## check, and lint of what changed; .ci/run calls this
	@$(MAKE) check
	@$(MAKE) lint

bench-build: ## what a debug build costs, whole and after one change, as a table (docs/benchmarks.md)
	@tools/setup build test
	@bench/build

bench-scale: ## what 10 000 disks cost, as a table (docs/benchmarks.md)
	@$(MAKE) build
	@cmake --build --preset release --target bench_scale -- $(NINJA_FLAGS)
	@bench/run scale

bench-shell: ## start-up, scripts and completion of lunet, as a table (docs/benchmarks.md)
	@$(MAKE) build
	@bench/shell

bench-iscsi: ## what an I/O costs lunetd, beside TCP alone and tgt, as a table (docs/benchmarks.md)
	@$(MAKE) build
	@cmake --build --preset release --target bench_iscsi_load -- $(NINJA_FLAGS)
	@bench/iscsi

demo: ## set up, build, and serve a disk to initiators that we did not write
	@tools/setup
	@$(MAKE) build
	@tools/demo

lint: build/dev/build.ninja ## clang-format, clang-tidy, shellcheck on what changed (ALL=1: on everything)
	@tools/setup lint
	@tools/lint $(if $(ALL),--all)

fmt: ## format what changed (ALL=1: everything)
	@tools/setup lint
	@tools/lint --fix-format $(if $(ALL),--all)

asan: build/asan/build.ninja ## every test with AddressSanitizer and UBSan
	@cmake --build --preset asan -- $(NINJA_FLAGS)
	@tools/test asan

tsan: build/tsan/build.ninja ## tests of what has threads, with ThreadSanitizer (TSAN_TESTS=regular expression)
	@cmake --build --preset tsan -- $(NINJA_FLAGS)
	@tools/test tsan -R '$(TSAN_TESTS)'

fuzz: ## random inputs for what reads texts and bytes (SECONDS=60 each, TARGETS="language ..."); fuzz/README.md
	@tools/setup fuzz
	@$(MAKE) build/fuzz/build.ninja
	@cmake --build --preset fuzz -- $(NINJA_FLAGS)
	@fuzz/run $(SECONDS) $(TARGETS)

torture: ## the whole counts of what the tests do a sample of (PART=name ...); takes hours
	@tools/torture $(PART)

kernel: ## tests/kernel in an emulated machine whose kernel has its own target
	@tools/setup kernel
	@$(MAKE) build
	@tests/kernel/run-all

kernel-long: ## what `make kernel` leaves out for its time: tests/kernel/*.long.sh
	@tools/setup kernel
	@$(MAKE) build
	@tests/kernel/run-all tests/kernel/*.long.sh

deb: ## Debian packages in build/deb, checked by lintian
	@tools/setup build packaging
	@tools/deb build/deb
	@lintian --fail-on error,warning --suppress-tags bogus-mail-host,initial-upload-closes-no-bugs build/deb/*.deb

packaging: build/dev/build.ninja ## what make check leaves out: the packages in a clean Debian, and tests with Ansible, OCF, fail2ban
	@tools/setup packaging
	@cmake --build --preset dev -- $(NINJA_FLAGS)
	@tools/test dev -L packaging
	@$(MAKE) deb
	@tests/packaging/run build/deb

check-kernel: kernel ## the same

bench-kernel: ## lunet on the kernel's target against targetcli, targetctl and bare system calls, partly in a guest (docs/benchmarks.md)
	@tools/setup build test kernel
	@$(MAKE) build
	@cmake --build --preset release --target bench_kernel_bare -- $(NINJA_FLAGS)
	@bench/kernel-create
	@bench/kernel-restore

oracle: ## records anew what targetcli-fb does with tests/golden/oracle/*.script (rarely; an hour)
	@tools/setup kernel
	@tests/kernel/oracle/run-record

man: build ## manual pages in build/man, checked by mandoc
	@tools/setup man
	@tools/man build/man

install: build ## programs, manual pages and completions under $(DESTDIR)$(PREFIX) (COMPAT=yes: the names targetcli, targetctl too)
	@cmake --install build/release --prefix $(PREFIX) >/dev/null
	@tools/man build/man
	@tools/install-completions build/release/bin/lunet $(DESTDIR)$(PREFIX)/share
	@[ -z "$(COMPAT)" ] || for name in targetcli targetctl; do ln -sf lunet $(DESTDIR)$(PREFIX)/bin/$$name; done
	@for page in build/man/*.[1-8]; do install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done

clean: ## remove build/
	@rm -rf build

# A new preset or a new flag configures again; ninja sees everything else.
build/%/build.ninja: CMakePresets.json
	@cmake --preset $* --log-level=NOTICE >/dev/null
