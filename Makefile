# soundspool: `make run` shows it, `make test` proves it, `make build` and `make install` put it on a machine.

PREFIX ?= /usr
sysconfdir ?= /etc
inputs := .build/inputs
clip := .soundspool/clip.mp4
bindir = $(DESTDIR)$(PREFIX)/bin
libexecdir = $(DESTDIR)$(PREFIX)/libexec/soundspool
libdir = $(DESTDIR)$(PREFIX)/lib
sharedir = $(DESTDIR)$(PREFIX)/share
# Where the programs are that `install` installs.
BUILD ?= .build/release
# Where `deb` puts the package.
DEB ?= .build/deb
# How much `endure` does of each.
KILLS ?= 1000
CUTS ?= 50
FILES ?= 20000
ACCOUNTS ?= 10000
ATTACK ?= 30
# Interleaved runs of each that are compared.
PAIRS ?= 5
# Letters whose way out is measured.
LETTERS ?= 10000
# Tests at a time.
ATONCE ?= 6
# Mutated videos, which of them, and seconds for each parser.
CASES ?= 20000
SERIES ?= soundspool
SECONDS ?= 60

# A target may import only what it names as a dependency.
check_imports := --explicit-target-dependency-import-check error
release := --configuration release --static-swift-stdlib $(check_imports)
sources := Sources Tests Package.swift
rooms := $(notdir $(wildcard Tests/*Tests))

# Recipes see these, so that no value is parsed by a shell.
export VIDEO ONCE LISTEN

.PHONY: help run test test-package bench bench-drops bench-web bench-mail endure fuzz fuzz-parsers build deb lint format \
	install uninstall clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: ## serve below .soundspool and show a video's journey [VIDEO=path] [ONCE=1] [LISTEN=127.0.0.1:8080]
	@packaging/prepare-run $(clip) </dev/null
	@swift build $(release) </dev/null
	@exec $(BUILD)/soundspool demo --directory .soundspool --video "$${VIDEO:-$(clip)}" \
		$${ONCE:+--once} $${LISTEN:+--listen "$$LISTEN"} </dev/null

test: ## install what the tests need and run them all
	@packaging/prepare-test $(inputs) </dev/null
	@$(MAKE) --no-print-directory lint
	swift build --build-tests $(check_imports) </dev/null
	@# One room at a time: each wants the machine for itself. And not all of a room at once: the kernel gives one user 128
	@# queues of inotify, and each service that runs has one.
	@set -e; export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(ATONCE); for room in $(rooms); do \
		swift test --skip-build --disable-xctest $(check_imports) --filter "^$$room\." </dev/null; \
	done

bench: build ## measure the converter against ffmpeg, as ratios in one run, and how fast drops are taken [PAIRS=5]
	@packaging/install-packages demo </dev/null
	python3 Benchmarks/convert.py $(BUILD)/soundspool-convert --pairs $(PAIRS) </dev/null
	python3 Benchmarks/confinement.py $(BUILD)/SandboxProbe $(BUILD)/soundspool-convert </dev/null
	python3 Benchmarks/drops.py $(BUILD)/soundspool </dev/null

fuzz: build ## convert hostile files and mutated videos, and print how they ended [CASES=20000] [SERIES=name]
	@packaging/install-packages demo </dev/null
	python3 Tests/HostileMedia/bombs.py all $(BUILD)/soundspool-convert </dev/null
	python3 Tests/HostileMedia/fuzz.py $(BUILD)/soundspool-convert --cases $(CASES) --series $(SERIES) \
		--seeds $(inputs)/mutation-seeds --keep $(inputs)/crashes </dev/null

fuzz-parsers: ## libFuzzer on the parsers that are our own [SECONDS=60 for each]
	@packaging/check-swift
	@Tests/ParserFuzzing/fuzz-parsers .build/fuzz-parsers -max_total_time=$(SECONDS) </dev/null

bench-mail: build ## measure how a queue of letters drains [LETTERS=10000]
	python3 Benchmarks/mail.py $(BUILD)/soundspool --letters $(LETTERS) </dev/null

bench-web: build ## measure uploads and downloads against nginx, and what they cost in memory
	@packaging/install-packages test </dev/null
	python3 Benchmarks/web.py $(BUILD)/soundspool </dev/null

bench-drops: build ## measure how fast drops are seen and taken
	@packaging/install-packages demo </dev/null
	python3 Benchmarks/drops.py $(BUILD)/soundspool </dev/null

endure: build ## as root: kill, cut the power, flood and attack for an hour, and print tables [KILLS=] [CUTS=] [FILES=]
	@packaging/install-packages demo test </dev/null
	python3 Tests/Endurance/kill.py $(BUILD) --kills $(KILLS) </dev/null
	unshare --mount --propagation private python3 Tests/Endurance/powercut.py $(BUILD) --cuts $(CUTS) </dev/null
	python3 Tests/Endurance/burst.py $(BUILD) --files $(FILES) --convert </dev/null
	python3 Tests/Endurance/accounts.py $(BUILD) --accounts $(ACCOUNTS) </dev/null
	python3 Tests/Endurance/swap.py $(BUILD) --seconds $(ATTACK) </dev/null

build: ## build for release
	@packaging/check-swift
	@packaging/install-packages build </dev/null
	swift build $(release) </dev/null

deb: ## build a Debian package in $(DEB) of what `make build` built [BUILD=.build/release] [VERSION=]
	@test -x $(BUILD)/soundspool || { echo "There is nothing to pack yet: run 'make build' first." >&2; exit 66; }
	@packaging/install-packages deb </dev/null
	@packaging/make-deb $(BUILD) $(DEB) $(VERSION)

test-package: build ## as root: pack what was built, install it under a real systemd, use it, upgrade it and purge it
	@packaging/prepare-test $(inputs) </dev/null
	@packaging/make-clip .soundspool/short.mp4 5 </dev/null
	Tests/IntegrationTests/package-box $(BUILD) .soundspool/short.mp4 </dev/null

lint: ## check the sources' form
	swift format lint --strict --parallel --recursive $(sources)

format: ## put the sources in form
	swift format --in-place --parallel --recursive $(sources)

install: ## install what `make build` built [DESTDIR=] [PREFIX=/usr]
	@test -x $(BUILD)/soundspool || { echo "There is nothing to install yet: run 'make build' first." >&2; exit 66; }
	install -D -m 755 -t $(bindir) $(BUILD)/soundspool
	install -D -m 755 -t $(libexecdir) $(BUILD)/soundspool-convert
	install -D -m 644 systemd/soundspool.sysusers $(libdir)/sysusers.d/soundspool.conf
	install -D -m 644 systemd/soundspool.tmpfiles $(libdir)/tmpfiles.d/soundspool.conf
	install -d -m 755 $(libdir)/systemd/system $(DESTDIR)$(sysconfdir)/soundspool
	sed 's,/usr/bin/,$(PREFIX)/bin/,' systemd/soundspool.service >$(libdir)/systemd/system/soundspool.service
	chmod 644 $(libdir)/systemd/system/soundspool.service
	install -m 644 systemd/soundspool.socket $(libdir)/systemd/system/
	packaging/install-documents $(sharedir) $(BUILD)/soundspool
	test -e $(DESTDIR)$(sysconfdir)/soundspool/soundspool.yaml || \
		install -m 644 etc/soundspool/soundspool.yaml $(DESTDIR)$(sysconfdir)/soundspool/

uninstall: ## remove what `install` installed, except configuration and data [DESTDIR=] [PREFIX=/usr]
	rm -f $(bindir)/soundspool $(libexecdir)/soundspool-convert $(libdir)/systemd/system/soundspool.service \
		$(libdir)/systemd/system/soundspool.socket $(libdir)/sysusers.d/soundspool.conf $(libdir)/tmpfiles.d/soundspool.conf \
		$(sharedir)/man/man1/soundspool.1.gz $(sharedir)/man/man1/soundspool-convert.1.gz \
		$(sharedir)/man/man5/soundspool.yaml.5.gz $(sharedir)/bash-completion/completions/soundspool \
		$(sharedir)/zsh/vendor-completions/_soundspool $(sharedir)/fish/vendor_completions.d/soundspool.fish
	rm -rf $(sharedir)/doc/soundspool
	-rmdir $(libexecdir)

clean: ## remove what was built, and what `make run` made
	rm -rf .build .soundspool
