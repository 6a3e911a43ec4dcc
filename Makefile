# Cambium. `make` alone lists what can be made.
#
#   STRICT=1   warnings in our own code are errors (changes flags: one rebuild)

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup build test format lint picture check sanitize wheel demo bench examples docs clean

ifdef STRICT
export CAMBIUM_STRICT := 1
endif

# The manifest looks at which folders exist, which SwiftPM's cache of manifests cannot know.
flags := -c release --manifest-cache none
build := swift build $(flags) --explicit-target-dependency-import-check error
program := .build/release/cambium
PYTHON ?= python3

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup:  ## fetch libtorch and the CLIP vocabulary into .deps/, and what Debian packages are missing
	@scripts/setup.sh build

build: setup  ## build the program: .build/release/cambium
	@$(build) --product CambiumTorch
	@$(build) --product cambium
	@test ! -e "$${CAMBIUM_DEPS:-.deps}/nvidia/nccl/include/nccl.h" || $(build) --product CambiumNCCL

# Apart from .build, where the same files are linked to the toolchain's own runtime.
portable := CAMBIUM_PORTABLE=1 $(build) --static-swift-stdlib --scratch-path .build-wheel

wheel: setup  ## a wheel and a tar.gz for machines without Swift, into dist/
	@$(portable) --product CambiumTorch
	@$(portable) --product cambium
	@test ! -e "$${CAMBIUM_DEPS:-.deps}/nvidia/nccl/include/nccl.h" || $(portable) --product CambiumNCCL
	@$(PYTHON) scripts/wheel.py --build .build-wheel/release

test: setup  ## build everything and run every test
	@$(build) --build-tests
	@OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive \
		scripts/test.sh .build/test.log swift test $(flags) --skip-build
	@if command -v $(PYTHON) >/dev/null; then \
		PYTHONPATH=python PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m unittest discover -s python/tests; \
	else echo "test: no $(PYTHON) here, the Python client was not tested" >&2; fi

format:  ## format all Swift files in place
	@swift format --in-place --parallel --recursive Package.swift Sources Tests Benchmarks Examples

lint:  ## check the format of all Swift files, and the documents against the tree
	@swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks Examples
	@$(PYTHON) scripts/floors.py
	@$(PYTHON) scripts/links.py

picture:  ## draw the floors of docs/architecture.md again
	@$(PYTHON) scripts/floors.py --write

check: lint  ## the format as it is, warnings as errors, every test
	@$(MAKE) --no-print-directory test STRICT=1

# Builds of their own in .build-sanitize, without libtorch, into which sanitizers cannot see.
sanitize:  ## tests that need no libtorch, under ThreadSanitizer and AddressSanitizer
	@scripts/sanitize.sh thread address

demo:  ## set up, build, and carry real MRI slices all the way to a classifier
	@scripts/setup.sh demo
	@$(build) --product CambiumTorch
	@$(build) --product cambium
	@scripts/demo.sh $(program)

bench: setup  ## side-by-side benchmarks, needs Python with the pinned libraries: PYTHON=...
	@$(PYTHON) -c 'import numpy, open_clip, PIL, torch, transformers, yaml' || \
		{ echo "bench: $(PYTHON) lacks a library that Benchmarks/README.md names; give PYTHON=..." >&2; exit 1; }
	@$(build) --product CambiumTorch
	@$(build) --product cambium
	@$(build) --product cambium-bench
	@Benchmarks/forward/run.sh $(program)-bench $(PYTHON)
	@Benchmarks/train-step/run.sh $(program)-bench $(PYTHON)
	@Benchmarks/prepare/run.sh $(program) $(PYTHON)

examples: setup  ## build and run the package in Examples/ that takes Cambium as a library
	@Examples/EmbedAndClassify/run.sh

docs: setup  ## the libraries' documentation as a web site: .build/docs
	@$(build) --product cambium
	@scripts/docs.sh .build/release .build/docs

clean:  ## remove what was built and the demo's results (.deps/ stays)
	rm -rf .build .build-wheel .build-sanitize .demo dist
