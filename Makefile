# One command for each job; `make` alone lists them. Every job sets up what it needs itself.

SHELL := /bin/bash
# Where Swift tends to be installed when it is not on the path yet.
export PATH := $(PATH):/opt/swift/usr/bin:/usr/local/swift/usr/bin

SWIFT ?= swift
# Refuses an import that Package.swift does not declare; the tests hold files to the rest.
BUILD_FLAGS := --explicit-target-dependency-import-check error
# Sources that `swift format` owns.
FORMATTED := Package.swift Sources Tests $(wildcard Benchmarks Fuzz)

.DEFAULT_GOAL := help
.PHONY: help setup build test demo bench bench-chain bench-machine bench-plonk bench-zkml \
	bench-zkml-large bench-attestation bench-quantized conformance simulate fuzz exhaustive proto \
	neon format lint clean

help: ## Lists these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 26

setup: ## Installs missing Debian packages and the Python of the test oracles
	@Scripts/setup.sh

build: setup ## Builds everything, debug
	$(SWIFT) build --build-tests $(BUILD_FLAGS)

test: build ## Runs every test
	$(SWIFT) test --skip-build --disable-xctest $(BUILD_FLAGS)

demo: setup ## Builds for release and shows the whole main job in the terminal
	$(SWIFT) build -c release --product aivm $(BUILD_FLAGS)
	Scripts/demo.sh

bench: setup ## Prints the benchmarks, release build
	$(SWIFT) run -c release --package-path Benchmarks

bench-chain: setup ## Times transactions at 10 thousand and 10 million accounts, and behind a socket
	$(SWIFT) run -c release --package-path Benchmarks bench chain state socket

bench-machine: setup ## Times whole networks beside onnxruntime; writes Documentation/benchmarks
	@test -f .build/bench-models/resnet18.onnx || \
		.venv/bin/python Python/models/bench_models.py .build/bench-models
	$(SWIFT) run -c release --package-path Benchmarks bench machine

bench-quantized: setup ## Times integer programs beside the float models they are made of
	$(SWIFT) run -c release --package-path Benchmarks bench quantized

bench-zkml: setup ## Times proofs of inferences beside ezkl (KERNELS=2, 1, 0: without IFMA, AVX-512, ADX)
	$(if $(KERNELS),AIVM_BENCH_ONLY=table) $(SWIFT) run -c release --package-path Benchmarks \
		$(if $(KERNELS),-Xcc -DAIVM_FIELDS_FASTEST=$(KERNELS) \
		--scratch-path Benchmarks/.build/kernels$(KERNELS)) bench zkml

bench-zkml-large: setup ## Proves ResNet-18 and smaller networks once: minutes, 14 GB
	@test -f .build/bench-models/resnet18.onnx || \
		.venv/bin/python Python/models/bench_models.py .build/bench-models
	$(SWIFT) run -c release --package-path Benchmarks bench zkml-large

bench-plonk: setup ## Times the arithmetic of proofs, the PLONK prover and verifier beside gnark's
	$(SWIFT) run -c release --package-path Benchmarks bench fields plonk

bench-attestation: setup ## Times verdicts on quotes of trusted hardware beside bare signatures
	$(SWIFT) run -c release --package-path Benchmarks bench attestation

conformance: setup ## Prints the score on the ONNX backend suite, and every case that fails
	$(SWIFT) run $(BUILD_FLAGS) aivm-conformance $(FILTER)

simulate: setup ## Simulates many nodes, release build (SEEDS=1000 BLOCKS=200, or SEED=n)
	$(SWIFT) run -c release $(BUILD_FLAGS) aivm-simulate $(if $(SEED),1,$(or $(SEEDS),1000)) \
		$(or $(BLOCKS),200) $(or $(SEED),0)

fuzz: setup ## Feeds damaged bytes to every decoder, 60 seconds each (SECONDS_EACH=n)
	Scripts/fuzz.sh

exhaustive: ## Checks the elementary functions on all 2^32 inputs, hours (FUNCTIONS="sin cos")
	@Scripts/setup.sh libmpfr-dev
	Scripts/exhaustive.sh

proto: setup ## Rewrites Proto from the declarations in Sources
	AIVM_RECORD=1 $(SWIFT) test --disable-xctest $(BUILD_FLAGS) \
		--filter ProtoFilesAreCurrent

neon: ## Compares the kernels for 64-bit Arm with the scalar ones in an emulator
	Scripts/neon_test.sh

format: ## Formats every Swift file in place
	$(SWIFT) format --in-place --parallel --recursive $(FORMATTED)

lint: ## Reports what `make format` would change, and more
	$(SWIFT) format lint --strict --parallel --recursive $(FORMATTED)

clean: ## Removes what was built; keeps .venv
	rm -rf .build Benchmarks/.build Fuzz/.build
