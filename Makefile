# samskab: see `make help`.  From a fresh clone on Debian or Ubuntu `make demo` is all it takes.

VERSION := 0.1.0

BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
ONLY ?=

ifeq ($(origin CC),default)
CC := gcc
endif

# --- libraries --------------------------------------------------------------------------------
# Debian and Ubuntu keep serial HDF5 in folders of its own; its pkg-config file names them, but
# leaves out the high-level library.  Where pkg-config finds a library missing, building says so.

PKG_CONFIG ?= pkg-config
HDF5 := $(shell $(PKG_CONFIG) --exists hdf5-serial 2>/dev/null && echo hdf5-serial || echo hdf5)
# Shuts processes in that read files of strangers; without it --untrusted says that it cannot.
SECCOMP := $(shell $(PKG_CONFIG) --exists libseccomp 2>/dev/null && echo libseccomp)
PACKAGES := gsl $(HDF5) libfyaml jansson nettle $(SECCOMP)
comma := ,
MISSING := $(shell for p in $(PACKAGES); do \
                   $(PKG_CONFIG) --exists $$p 2>/dev/null || echo $$p; done)
ifeq ($(MISSING),)
LIBRARY_FLAGS := $(patsubst -I%,-isystem%,$(shell $(PKG_CONFIG) --cflags $(PACKAGES))) \
                 $(if $(SECCOMP),-DSAMSKAB_SECCOMP)
LIBRARIES := $(filter-out -lhdf5%,$(shell $(PKG_CONFIG) --libs $(HDF5))) -lhdf5_hl -lhdf5 \
             $(shell $(PKG_CONFIG) --libs $(filter-out $(HDF5),$(PACKAGES))) -lm
endif

# Only one file of the program with MPI=1 is compiled for it, and takes the place of another: the
# rest is the same.  MPI is asked of its compiler driver, which knows where it is (Open MPI's says
# --showme, others' -show); what else the driver says is not taken, so that CC remains the compiler.
MPI ?=
MPICC ?= mpicc
MPI_SAYS = $(shell $(MPICC) --showme 2>/dev/null || $(MPICC) -show 2>/dev/null)
MPI_FLAGS = $(patsubst -I%,-isystem%,$(filter -I%,$(MPI_SAYS)))
MPI_LIBRARIES = $(filter -L% -l% -Wl$(comma)%,$(MPI_SAYS))
MPI_THERE := $(shell command -v $(MPICC) 2>/dev/null)
WITH := $(if $(filter-out 0,$(MPI)),mpi/)

# D3 draws the pictures of reports.  It goes into the program, so that only building needs it.
D3 ?= $(firstword $(wildcard /usr/share/nodejs/d3/dist/d3.min.js) d3.min.js)
D3_LICENCE ?= $(firstword $(wildcard /usr/share/doc/node-d3/copyright) LICENSE)
D3_MISSING := $(if $(and $(wildcard $(D3)),$(wildcard $(D3_LICENCE))),,missing-d3)

# --- flags ------------------------------------------------------------------------------------
# The same bits with gcc and clang need -ffp-contract=off; neither -ffast-math nor -march=native.

CFLAGS ?= -O3 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow
ALL_CFLAGS = -std=c17 $(CFLAGS) $(WARNINGS) -ffp-contract=off -fno-math-errno -fopenmp \
             -D_GNU_SOURCE -I. -I$(BUILD)/generated $(LIBRARY_FLAGS) $(EXTRA_CFLAGS)
COMPILE = $(CC) $(ALL_CFLAGS) $(FILE_FLAGS) -MMD -MP

# One short line for each file; V=1 shows the commands.
V ?= 0
Q := $(if $(filter 0,$(V)),@)
say = $(if $(Q),@printf '  %-8s %s\n' $(1) $@)

COMMIT := $(shell test -e .git && git describe --always --dirty --exclude='*' 2>/dev/null)

# --- sources ----------------------------------------------------------------------------------

SOURCES := $(filter-out sim/ranks_mpi.c,$(wildcard sim/*.c models/*.c analysis/*.c))
SUPPORT := $(filter-out tests/support/planted_%,$(wildcard tests/support/*.c))
chosen = $(if $(ONLY),$(foreach t,$(1),$(if $(strip $(foreach w,$(ONLY),$(findstring $(w),$(t)))),$(t))),$(1))
TESTS := $(call chosen,$(wildcard $(patsubst %,tests/%/test_*.c,unit models system)))
# Checks that count what they try; their quick form is a test, see `make torture`.
CHECKS := threads baseline rng resume experiment crash
TESTS += $(call chosen,$(CHECKS:%=tests/torture/check_%.c))
CHECK_SCRIPTS := builds malformed ranks
TEST_SCRIPTS := $(call chosen,$(wildcard tests/system/test_*.sh) $(CHECK_SCRIPTS:%=tests/torture/check_%.sh))
TARGETS := scenarios/targets/sources.yaml
VERIFY := $(call chosen,$(filter-out tests/verify/patterns_%,$(wildcard tests/verify/*.c)))
PATTERNS := $(wildcard tests/verify/patterns_*.c)
BENCH := $(call chosen,$(wildcard tests/bench/bench_*.c))
C_FILES = main.c $(wildcard $(patsubst %,%/*.[ch],sim models analysis tests/*))
SCRIPTS = .ci/run $(wildcard tests/*/*.sh paper/*.sh analysis/*/*.sh)

OBJECTS := $(SOURCES:%.c=$(BUILD)/obj/%.o)
CHECKED := $(SOURCES:%.c=$(BUILD)/checked/%.o)
GENERATED := $(BUILD)/generated/population.inc $(BUILD)/generated/report_files.inc
REPORT_FILES := analysis/report/page.html analysis/report/page.css analysis/report/page.js
TEST_PROGRAMS := $(TESTS:tests/%.c=$(BUILD)/tests/%)
VERIFY_PROGRAMS := $(VERIFY:tests/%.c=$(BUILD)/tests/%)
BENCH_PROGRAMS := $(BENCH:tests/%.c=$(BUILD)/tests/%)
SCALING := $(BUILD)/tests/bench/scaling
CMOCKA := -lcmocka

SUBMAKE = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
TEST_ENVIRONMENT = SAMSKAB='$(abspath $(BUILD)/checked/$(WITH)samskab)' \
                   SAMSKAB_MPI='$(if $(MPI_THERE),$(abspath $(BUILD)/checked/mpi/samskab))' \
                   SAMSKAB_SOURCE='$(CURDIR)' SAMSKAB_TESTS='$(abspath $(BUILD)/tests)' BUILDS='$(BUILD)/builds' OMP_WAIT_POLICY=passive

# --- building ---------------------------------------------------------------------------------

.PHONY: all lib programs help setup demo test run-tests build-tests verify calibrate bench \
        bench-scaling sanitize tsan \
        run-tsan lint check-format format install uninstall clean missing missing-d3 missing-mpi force
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/$(WITH)samskab
lib: $(BUILD)/libsamskab.a

# At its start the program tests how it computes; START= leaves that out where it cannot run.
START ?= $@ --version > /dev/null

$(BUILD)/samskab: $(BUILD)/obj/main.o $(BUILD)/libsamskab.a
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)
	$(Q)$(START)

$(BUILD)/checked/samskab: $(BUILD)/checked/main.o $(BUILD)/checked/libsamskab.a
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)
	$(Q)$(START)

$(BUILD)/mpi/samskab: $(BUILD)/obj/main.o $(BUILD)/obj/sim/ranks_mpi.o $(BUILD)/libsamskab.a
$(BUILD)/checked/mpi/samskab: $(BUILD)/checked/main.o $(BUILD)/checked/sim/ranks_mpi.o \
        $(BUILD)/checked/libsamskab.a
$(BUILD)/mpi/samskab $(BUILD)/checked/mpi/samskab:
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES) $(MPI_LIBRARIES)

$(BUILD)/obj/sim/ranks_mpi.o $(BUILD)/checked/sim/ranks_mpi.o: private FILE_FLAGS = $(MPI_FLAGS)

$(BUILD)/libsamskab.a: $(OBJECTS)
$(BUILD)/checked/libsamskab.a: $(CHECKED)
%/libsamskab.a:
	@mkdir -p $(@D) && rm -f $@
	$(call say,archive)
	$(Q)$(AR) rcs $@ $^

$(BUILD)/obj/%.o: %.c $(BUILD)/flags | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,compile)
	$(Q)$(COMPILE) -c -o $@ $<

# The library as the tests see it: it checks what must be conserved in every week.
$(BUILD)/checked/%.o: %.c $(BUILD)/flags | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,compile)
	$(Q)$(COMPILE) -DSAMSKAB_CHECKED -c -o $@ $<

# Only this file knows version and commit, so that a commit rebuilds nothing else.
VERSION_FLAGS := -DSAMSKAB_VERSION='"$(VERSION)"' -DSAMSKAB_COMMIT='"$(COMMIT)"'
$(BUILD)/obj/sim/version.o $(BUILD)/checked/sim/version.o: private FILE_FLAGS = $(VERSION_FLAGS)
$(BUILD)/obj/sim/version.o $(BUILD)/checked/sim/version.o: $(BUILD)/version

# A file that holds a text and changes only when the text does.
define keep
@mkdir -p $(@D)
@echo '$(subst ','\'',$(1))' | cmp -s - $@ || echo '$(subst ','\'',$(1))' > $@
endef

$(BUILD)/flags: force $(if $(MISSING),missing) $(if $(WITH),$(if $(MPI_THERE),,missing-mpi))
	$(call keep,$(COMPILE) $(LIBRARIES))

$(BUILD)/version: force
	$(call keep,$(VERSION) $(COMMIT))

# Each line as a string of its own: a single literal would be longer than C promises to take.
$(BUILD)/generated/population.inc: scenarios/population.csv
	@mkdir -p $(@D)
	$(call say,make)
	$(Q)sed -e 's/\r$$//' -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&",/' $< > $@

# The page of a report and the chart library, as bytes.
$(BUILD)/generated/report_files.inc: $(REPORT_FILES) $(wildcard $(D3) $(D3_LICENCE)) | $(D3_MISSING)
	@mkdir -p $(@D)
	$(call say,make)
	$(Q)for pair in page_html:analysis/report/page.html page_css:analysis/report/page.css \
	    page_js:analysis/report/page.js library:$(D3) licence:$(D3_LICENCE); do \
	    test -r "$${pair#*:}" || exit 1; \
	    echo "static const unsigned char $${pair%%:*}[] = {"; \
	    od -An -v -tu1 "$${pair#*:}" | sed 's/[0-9][0-9]*/&,/g'; echo '};'; done > $@

missing-d3:
	@echo >&2 'samskab draws its reports with D3 (version 5), of which these files are missing:'
	@echo >&2 '  $(D3)  $(D3_LICENCE)'
	@echo >&2 'Run `make setup` to install it (package node-d3), or name them: make D3=... D3_LICENCE=...'
	@exit 1

missing:
	@echo >&2 'samskab needs these libraries, which pkg-config does not find: $(MISSING)'
	@echo >&2 'Run `make setup` to install them, or `make demo` to install, build and try samskab.'
	@exit 1

missing-mpi:
	@echo >&2 'MPI=1 needs MPI, whose compiler driver $(MPICC) is not there.'
	@echo >&2 'Run `make setup MPI=1` to install Open MPI; on a cluster load its module, or name it: MPICC=...'
	@exit 1

setup:
	@tests/support/setup.sh build $(WITH:/=)

# Set-up comes first and make anew after it, since the libraries are looked for at the start.
demo:
	@tests/support/setup.sh build
	+@$(SUBMAKE) all
	$(BUILD)/samskab run scenarios/faxe.yaml -o faxe.h5 --force

# --- tests ------------------------------------------------------------------------------------

test:
	@tests/support/setup.sh test
	+@$(SUBMAKE) build-tests
	@$(MAKE) --no-print-directory run-tests

build-tests: $(BUILD)/checked/samskab $(TEST_PROGRAMS) \
             $(if $(MPI_THERE),$(BUILD)/checked/mpi/samskab $(BUILD)/tests/system/ranks_together \
                               $(BUILD)/tests/torture/samskab_oom_mpi)

programs: all build-tests $(VERIFY_PROGRAMS) $(BENCH_PROGRAMS) $(SCALING) \
          $(if $(MPI_THERE),$(BUILD)/mpi/samskab)

run-tests: build-tests
	@$(TEST_ENVIRONMENT) tests/support/run-tests.sh $(TEST_PROGRAMS) $(TEST_SCRIPTS)

# Tests are linked from the checked tree, what measures from the one that is shipped.
define program
$(BUILD)/tests/$(1)/%: $(BUILD)/$(2)/tests/$(1)/%.o \
                       $(SUPPORT:%.c=$(BUILD)/$(2)/%.o) $(BUILD)/$(3)libsamskab.a
	@mkdir -p $$(@D)
	$$(call say,link)
	$$(Q)$$(CC) $$(ALL_CFLAGS) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^) \
	    $$(CMOCKA) $$(LIBRARIES)
endef
$(foreach group,unit models system torture,$(eval $(call program,$(group),checked,checked/)))
$(foreach group,verify bench,$(eval $(call program,$(group),obj)))
$(BUILD)/tests/verify/patterns: $(PATTERNS:%.c=$(BUILD)/obj/%.o)

$(BUILD)/tests/system/ranks_together: $(BUILD)/checked/tests/system/ranks_together.o \
        $(BUILD)/checked/sim/ranks_mpi.o $(BUILD)/checked/libsamskab.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES) $(MPI_LIBRARIES)

verify bench: export SAMSKAB = $(abspath $(BUILD)/samskab)
verify bench: export SAMSKAB_SOURCE = $(CURDIR)
verify: all $(VERIFY_PROGRAMS)
	@failed=0; for p in $(VERIFY_PROGRAMS); do echo "== $$p"; $$p || failed=1; done; \
	    echo "== targets"; $(BUILD)/samskab calibrate $(TARGETS) --check || failed=1; exit $$failed

# Fits anew and writes what came of it; the defaults of the parameters stay as they are.
calibrate: all
	$(BUILD)/samskab calibrate $(TARGETS) --fit --format md > $(BUILD)/calibration.md
	mv $(BUILD)/calibration.md paper/calibration.md

bench: all $(BENCH_PROGRAMS)
	@failed=0; for p in $(BENCH_PROGRAMS); do echo "== $$p"; $$p || failed=1; done; exit $$failed

bench-scaling: $(SCALING)
	$(SCALING)

# --- torture: threads, builds, malformed, ranks, resume, experiment, rng, baseline, crash; mutants,
# coverage, valgrind, dieharder.  TORTURE=quick is what `make test` runs (but for LONG_CHECKS), short takes
# minutes, long as long as it takes.  `make torture` runs all, JOBS at a time, when all is built.

LONG_CHECKS := mutants coverage valgrind dieharder
CHECK_TARGETS := $(CHECKS:%=check-%) $(CHECK_SCRIPTS:%=check-%) $(LONG_CHECKS:%=check-%)
.PHONY: torture $(CHECK_TARGETS)
$(CHECK_TARGETS): export TORTURE := $(or $(TORTURE),short)
$(CHECKS:%=check-%): check-%: $(BUILD)/checked/samskab $(BUILD)/tests/torture/check_%
	@$(TEST_ENVIRONMENT) $(BUILD)/tests/torture/check_$*

$(CHECK_SCRIPTS:%=check-%) $(LONG_CHECKS:%=check-%): check-%:
	@$(TEST_ENVIRONMENT) FOLDER='$(BUILD)/$*' tests/torture/check_$*.sh || test $$? -eq 77

check-dieharder: $(BUILD)/tests/torture/check_rng
check-malformed: $(BUILD)/checked/samskab
check-ranks: $(BUILD)/checked/samskab $(if $(MPI_THERE),$(BUILD)/tests/torture/samskab_oom_mpi)

check-valgrind: $(BUILD)/checked/samskab $(BUILD)/tests/planted_memory
check-valgrind: export PLANTED = $(abspath $(BUILD)/tests/planted_memory)
$(BUILD)/tests/planted_%: $(BUILD)/checked/tests/support/planted_%.o
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^

# Engine and model alone, for builds that are compared.
DIGEST := tests/torture/digest.c tests/support/shipped.c tests/support/corpus.c
$(BUILD)/digest: $(patsubst %.c,$(BUILD)/obj/%.o,$(DIGEST) $(filter sim/% models/%,$(SOURCES)))
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CMOCKA) $(LIBRARIES)

# Writes what scenarios give anew, and tells how that differs from before (TORTURE=long: in full size).
.PHONY: baseline
baseline: $(BUILD)/tests/torture/check_baseline
	@$(TEST_ENVIRONMENT) $< write

torture: export TORTURE := $(or $(TORTURE),long)
torture:
	@tests/support/setup.sh tools
	+@$(SUBMAKE) build-tests $(BUILD)/tests/planted_memory
	+@FOLDER='$(BUILD)/torture' JOBS='$(JOBS)' MAKE='$(MAKE)' tests/torture/torture.sh

# --- torture: faults of disk and memory, hostile files, fuzzing -----------------------------------
# Quick forms are scripts of `make test` (tests/system/test_fuzz.sh and its like).  RUNS=
# (inputs of a fuzzer; else as TORTURE says), EVERY= (7: every seventh fault) and SEED= set what
# the long ones do.  OF=all lets each call fail, else the first on every chain of functions to it.

FUZZERS := fuzz_scenario fuzz_pb fuzz_edges fuzz_plan
RUNS ?=
SEED ?= 1
EVERY ?= 1
OF ?= paths
FUZZ_FLAGS := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
.PHONY: $(FUZZERS:fuzz_%=fuzz-%)

build-tests: $(FUZZERS:%=$(BUILD)/tests/torture/%) $(BUILD)/tests/torture/check_iofault_calls.so \
             $(BUILD)/tests/torture/check_hostile $(BUILD)/tests/torture/samskab_oom

$(BUILD)/tests/torture/%.so: tests/torture/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,library)
	$(Q)$(CC) -std=c17 -O2 -g $(WARNINGS) $(EXTRA_CFLAGS) -D_GNU_SOURCE -fPIC -shared -o $@ $< -ldl

# The program with allocations and calls of libhdf5 that can be made to fail.
OOM_CALLS := malloc calloc realloc aligned_alloc strdup strndup vasprintf asprintf fopencookie
HDF5_CALLS := $(shell sed -n 's/^CALL.[a-zA-Z0-9_]*, \(H5[A-Za-z0-9_]*\),.*/\1/p' tests/torture/check_hdf5_calls.c)
$(BUILD)/tests/torture/samskab_oom_mpi: $(BUILD)/checked/sim/ranks_mpi.o
$(BUILD)/tests/torture/samskab_oom_mpi: private LIBRARIES += $(MPI_LIBRARIES)
$(BUILD)/tests/torture/samskab_oom $(BUILD)/tests/torture/samskab_oom_mpi: \
        $(BUILD)/checked/main.o $(BUILD)/checked/libsamskab.a \
        $(patsubst %,$(BUILD)/checked/tests/torture/%.o,check_oom_calls check_hdf5_calls failing_calls)
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(OOM_CALLS:%=-Wl,--wrap=%) $(HDF5_CALLS:%=-Wl,--wrap=%) \
	    -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBRARIES)

.PHONY: check-oom check-hdf5
check-hdf5: export FOR := $(or $(FOR),once)
check-oom check-hdf5:
	+@$(SUBMAKE) BUILD=$(BUILD)/oom CFLAGS='-O1 -g $(SANITIZE)' $(BUILD)/oom/tests/torture/samskab_oom
	@OF=$(OF) CALLS=$(subst check-oom,memory,$(subst check-hdf5,hdf5,$@)) tests/torture/check_oom.sh \
	    $(abspath $(BUILD)/oom/tests/torture/samskab_oom) $(EVERY) $(SEED)

# It catches the calls of open that libhdf5 makes.
$(BUILD)/tests/torture/check_hostile: $(BUILD)/checked/tests/torture/check_hostile.o \
        $(SUPPORT:%.c=$(BUILD)/checked/%.o) $(BUILD)/checked/libsamskab.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -rdynamic -o $@ $^ $(CMOCKA) $(LIBRARIES)

# It is one of CHECKS, with these calls written down; COMMANDS= are words of what it tries.
check-crash: export SEED := $(SEED)
check-crash: export COMMANDS := $(COMMANDS)
check-crash: $(BUILD)/tests/torture/check_iofault_calls.so

# Some hundred of them change nothing.
MUTANTS ?= 10200
.PHONY: check-iofault check-hostile
check-hostile: build-tests
	@$(TEST_ENVIRONMENT) MUTANTS=$(MUTANTS) SEED=$(SEED) tests/system/test_hostile.sh

check-iofault: build-tests
	@$(TEST_ENVIRONMENT) tests/torture/check_iofault.sh $(EVERY) $(SEED)

$(FUZZERS:%=$(BUILD)/tests/torture/%): $(BUILD)/tests/torture/%: $(BUILD)/checked/tests/torture/%.o \
        $(BUILD)/checked/tests/torture/fuzz_main.o $(BUILD)/checked/libsamskab.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

$(FUZZERS:%=$(BUILD)/libfuzzer/%): $(BUILD)/libfuzzer/%: $(BUILD)/checked/tests/torture/%.o \
        $(BUILD)/checked/libsamskab.a
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBRARIES)

$(FUZZERS:fuzz_%=fuzz-%): fuzz-%: $(BUILD)/tests/torture/fuzz_%
	@tests/support/setup.sh tools
	+@$(SUBMAKE) BUILD=$(BUILD)/fuzz CC=clang CFLAGS='$(FUZZ_FLAGS)' $(BUILD)/fuzz/libfuzzer/fuzz_$*
	@tests/torture/fuzz.sh $(BUILD)/fuzz/libfuzzer/fuzz_$* \
	    $(abspath $(BUILD)/tests/torture/fuzz_$*) $(SEED) $(RUNS)

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# Libraries that let calls fail are loaded before the sanitizer's.
sanitize:
	@tests/support/setup.sh test
	@ASAN_OPTIONS=detect_stack_use_after_return=1:verify_asan_link_order=0 UBSAN_OPTIONS=print_stacktrace=1 \
	    $(SUBMAKE) BUILD=$(BUILD)/sanitize CC=gcc CFLAGS='-O1 -g $(SANITIZE)' run-tests

# Thread tests, after a race planted on purpose that the tools must find.
tsan:
	@tests/support/setup.sh tools
	+@$(SUBMAKE) BUILD=$(BUILD)/tsan CC=clang CFLAGS='-O1 -g -fsanitize=thread' \
	    ONLY='$(or $(ONLY),test_threads engine_threads unit/test_run.c test_resume unit/test_ensemble_run.c)' run-tsan

run-tsan: build-tests $(BUILD)/tests/planted_race
	@$(TEST_ENVIRONMENT) CC='$(CC)' tests/support/run-tsan.sh $(BUILD)/tests/planted_race \
	    $(TEST_PROGRAMS)

# --- looking over -----------------------------------------------------------------------------

CLANG_FORMAT ?= $(shell command -v clang-format-14 || echo clang-format)

lint:
	@tests/support/setup.sh tools
	@$(MAKE) --no-print-directory -s $(GENERATED)
	@VERSION='$(VERSION)' CHECK_FLAGS='$(ALL_CFLAGS)' MPI_FLAGS='$(MPI_FLAGS)' tests/support/lint.sh

check-format:
	@tests/support/setup.sh tools
	@$(CLANG_FORMAT) --dry-run -Werror $(wildcard $(C_FILES))

format:
	@$(CLANG_FORMAT) -i $(wildcard $(C_FILES))

# --- installing -------------------------------------------------------------------------------

SHARE := $(DESTDIR)$(PREFIX)/share
install: all
	install -D -m 755 $(BUILD)/$(WITH)samskab $(DESTDIR)$(PREFIX)/bin/samskab
	install -d $(SHARE)/samskab/scenarios $(SHARE)/doc/samskab
	cp -R scenarios/. $(SHARE)/samskab/scenarios
	install -m 644 README.md LICENSE CITATION.cff $(SHARE)/doc/samskab
	test ! -f paper/samskab.1 || install -D -m 644 paper/samskab.1 $(SHARE)/man/man1/samskab.1

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/samskab $(SHARE)/man/man1/samskab.1
	rm -rf $(SHARE)/samskab $(SHARE)/doc/samskab

clean:
	rm -rf $(BUILD)

help:
	@echo 'make               build $(BUILD)/samskab'
	@echo 'make MPI=1         build $(BUILD)/mpi/samskab, whose ranks work together under mpirun'
	@echo 'make demo          install what is missing, build, and run scenarios/faxe.yaml'
	@echo 'make setup         install what building needs (Debian, Ubuntu)'
	@echo 'make test          build and run all tests; ONLY='words' picks those with one in the path'
	@echo 'make verify        limiting cases with error rates, patterns against theory and data (minutes)'
	@echo 'make calibrate     fit to $(TARGETS) anew: paper/calibration.md (10 minutes)'
	@echo 'make bench         speed and memory; make bench-scaling: how they grow (two minutes)'
	@echo 'make sanitize      tests with address and undefined-behaviour sanitizers'
	@echo 'make tsan          thread tests with clang, ThreadSanitizer and Archer'
	@echo 'make torture        checks that count what they try (TORTURE=short: minutes); one: make check-threads'
	@echo 'make baseline       record anew what scenarios give, and report the difference'
	@echo 'make fuzz-scenario what reads scenarios under libFuzzer; fuzz-pb, fuzz-edges, fuzz-plan (RUNS=)'
	@echo 'make check-iofault every call on files fails; check-oom: every allocation; check-hdf5: every call'
	@echo '                   of libhdf5; check-hostile: files of strangers'
	@echo 'make check-valgrind every command under valgrind'
	@echo 'make check-crash   the power fails after any call on files (TORTURE=, SEED=, COMMANDS=)'
	@echo 'make lint          arrows between folders, words, scripts, static analysis'
	@echo 'make check-format  whether clang-format would change anything; make format does it'
	@echo 'make paper         the description of the model, $(BUILD)/paper/odd.pdf; installs LaTeX'
	@echo 'make install       to PREFIX ($(PREFIX)), below DESTDIR; make uninstall takes it away'
	@echo 'make programs      build all there is, and run nothing; make lib: $(BUILD)/libsamskab.a'
	@echo 'make clean         remove $(BUILD)'
	@echo 'Variables: CC=clang, BUILD=folder, CFLAGS (-O3 -g), EXTRA_CFLAGS, ONLY, JOBS, V=1'

-include $(shell test -d $(BUILD) && find $(BUILD)/obj $(BUILD)/checked -name '*.d' 2>/dev/null)

# --- paper ------------------------------------------------------------------------------------
# Not part of CI: LaTeX is large.

.PHONY: paper
paper:
	@tests/support/setup.sh paper
	+@$(SUBMAKE) all
	@paper/odd.sh $(BUILD)/samskab $(BUILD)/paper
	@echo '$(BUILD)/paper/odd.pdf'
