# SPDX-License-Identifier: GPL-2.0-only
#
# The test bed of the series: `make help` lists what it does. Each target is one
# short script in testbed/, which says in its first lines what goes in and what
# comes out. Downloads, trees and builds live in $VGIC_CACHE.

# What a user may set; make help says what for
VARIABLES := VGIC_CACHE BASE KERNEL CROSS_COMPILE BOOT_TIMEOUT ACCEL JOBS TREE TESTS MACHINES \
	SELFTESTS KTAP LINT MUTANTS SEED KILLS KERNELS MODELS REVISIONS KDIR OUT SIGNOFF VERSION FORCE SERIES \
	GUEST GUESTS INITRD APPEND DISK MODEL CPUS MEMORY SECONDS LOOK MIGRATE TYPE \
	HOST SSH
# To make itself, LINT is a program
ifeq ($(origin LINT),default)
LINT :=
endif
export VARIABLES $(VARIABLES)

T := testbed
# Evidence, of which make report shows the last run
record = TARGET=$@ $(T)/evidence/record.sh
# The patches to QEMU are a series of their own
of-series := $(if $(filter qemu,$(SERIES)),$(T)/queue/of-qemu.sh)

.PHONY: all help fetch tree kernel selftests table check check-all lint bisect-test
.PHONY: check-compat check-debug check-bed check-long mutants compat matrix matrix-arguments
.PHONY: qemu qemu-tree qemu-steps vmm vmm-arguments vmm-guests guests-arguments
.PHONY: bundle remote-arguments check-remote check-bundle
.PHONY: check-bases kernel-6.12 kernel-6.1 cost docs kselftest report refresh apply patches clean distclean
.NOTPARALLEL:

# Each target would write the file anew
targets := $(or $(MAKECMDGOALS),all)
ifneq ($(and $(KTAP),$(filter check-all check-bases,$(targets))$(word 2,$(targets))),)
$(error KTAP=FILE has the results of one target)
endif

# All targets but help again, as the only make that uses the cache
ifeq ($(VGIC_LOCK)$(if $(filter-out help,$(targets)),,help),)
$(firstword $(targets)):
	@$(T)/locked.sh $(if $(findstring k,$(filter-out -% %=%,$(firstword $(MAKEFLAGS)))),-k) $(targets)
$(wordlist 2,$(words $(targets)),$(targets)): $(firstword $(targets))
	@:
else

#@ Everyday

all: table ## fetch, patch, build and boot a kernel, and show what each revision does

fetch: ## get the base kernel and unpack it (KERNEL=tree-or-tarball for your own)
	@$(T)/source/tools.sh
	@$(T)/source/fetch.sh

tree: fetch ## make a git tree of it, one commit for each patch of both series (FORCE=1)
	@$(T)/queue/compose.sh

kernel: tree ## build the kernel under test
	@$(T)/build/kernel.sh

selftests: tree ## build the KVM selftests
	@$(T)/build/selftests.sh

compat: ## build vgic_compat for arm64
	@$(T)/build/compat.sh

qemu-tree: ## get QEMU, and make a git tree of it, one commit for each patch in qemu/
	@$(T)/queue/of-qemu.sh $(T)/source/qemu.sh
	@$(T)/queue/of-qemu.sh $(T)/queue/compose.sh

qemu: qemu-tree ## build QEMU for arm64, with these patches
	@$(T)/queue/of-qemu.sh $(T)/build/qemu.sh

table: kernel ## show what each revision does, patched beside unpatched
	@$(T)/matrix/table.sh

check: tree ## run the selftests on four machines, and the test bed's own
	@$(record) check $(T)/evidence/run.sh check

refresh: ## write the patches and files anew from the commits of the composed tree (SERIES=qemu FORCE=1)
	@$(of-series) $(T)/queue/refresh.sh

clean: ## remove what was built; what was downloaded and unpacked stays
	@$(T)/queue/clean.sh

distclean: ## remove the cache folder
	@$(T)/queue/clean.sh all

help: ## list the targets
	@$(T)/help.sh

#@ Evidence

check-all: check matrix check-compat vmm vmm-guests check-debug docs cost kselftest check-bases lint bisect-test qemu-steps check-bed check-long check-bundle mutants ## check, and all of these, in some hours

check-debug: tree ## run the selftests on a kernel with KASAN, lockdep and failing allocations
	@$(record) check-debug $(T)/evidence/run.sh check-debug

check-bed: tree ## kill makes, fill their disks, run them in other people's environments (SEED=n)
	@$(record) check-bed env TESTS="$${TESTS:-kill full others-env others-places}" KILLS=$${KILLS:-4} $(T)/evidence/run.sh check

check-long: tree ## a million random operations, and a move of 512 vCPUs (SEED=n)
	@$(record) check-long $(T)/evidence/run.sh check-long

lint: tree ## what maintainers' tools say of each commit, and others of this repo (LINT="name...")
	@$(record) lint $(T)/evidence/run.sh lint

bisect-test: tree ## boot and test the series cut after each patch, on four machines
	@$(record) bisect-test $(T)/evidence/run.sh bisect-test

qemu-steps: qemu ## each patch to QEMU: checkpatch, and whether it builds
	@$(record) qemu-steps $(T)/queue/of-qemu.sh $(T)/evidence/run.sh qemu-steps

mutants: tree ## see that the tests notice small wrong versions of the patches (MUTANTS="name...")
	@status=0; $(record) mutants $(T)/evidence/run.sh mutants || status=1; \
		KTAP=$${KTAP:+$$KTAP-debug} $(record) mutants-debug $(T)/evidence/run.sh mutants-debug && exit $$status

check-bases: ## check, lint, bisect-test and mutants of the backports to Linux 6.12 and 6.1
	@status=0; for base in 6.12 6.1; do \
		$(MAKE) -k BASE=$$base check lint bisect-test mutants || status=1; done; exit $$status

matrix-arguments:
	@$(T)/matrix/matrix.sh check

# An image of the user's own needs nothing, nor do Debian's older kernels
needs-patched := kernel
needs-6.12-patched := kernel-6.12
needs-6.1-patched := kernel-6.1
needs-7.3 := fetch
kernel-6.12 kernel-6.1:
	@KERNEL= $(MAKE) BASE=$(@:kernel-%=%) KERNEL= kernel

matrix: matrix-arguments $(foreach k,$(or $(strip $(KERNELS)),patched 6.12-patched 6.1-patched),$(needs-$(k))) ## move guests between real kernels, and see what they notice
	@$(record) matrix $(T)/matrix/matrix.sh

check-compat: kernel ## see that vgic_compat notices what a host does not restore
	@$(record) check-compat $(T)/evidence/check-compat.sh

ifdef GUEST
vmm-arguments:
	@$(T)/vmm/guest.sh check

vmm: vmm-arguments kernel qemu
	@$(T)/vmm/guest.sh
else
vmm: kernel qemu ## see what guests of QEMU get, of Debian's and of the patched one, at each revision
	@$(record) vmm $(T)/vmm/vmm.sh
endif

guests-arguments:
	@$(T)/vmm/debian-guests.sh check

vmm-guests: guests-arguments kernel qemu ## run guests that Debian has under the patched QEMU, at each revision, and move them
	@$(record) vmm-guests $(T)/vmm/debian-guests.sh

cost: kernel ## count the instructions of an access, and compare sizes, with and without
	@KTAP= $(record) cost $(T)/evidence/cost.sh
	@$(record) sizes $(T)/evidence/sizes.sh

kselftest: kernel ## build and run the selftests the way an ordinary kernel tree does
	@$(record) kselftest $(T)/evidence/kselftest.sh

docs: tree ## build the kernel's pages on the vGIC, and say where they lie
	@$(record) docs $(T)/build/docs.sh

bundle: kernel ## pack a kernel, the selftests and vgic_compat for an arm64 machine of your own
	@$(T)/remote/bundle.sh

remote-arguments:
	@$(T)/remote/check-remote.sh check

check-remote: remote-arguments bundle ## run the bundle on a machine of your own (HOST=user@host:port SSH="ssh -i key")
	@$(record) check-remote $(T)/remote/check-remote.sh

check-bundle: bundle ## run the bundle on an emulated Debian arm64 system, over ssh
	@$(record) check-bundle $(T)/remote/check-bundle.sh

report: tree ## show the last run of all evidence on one page
	@$(T)/report/report.sh

#@ For your own tree

apply: tree ## apply series 1 to a git tree or a Debian kernel package (KDIR=tree SERIES=selftests|all)
	@$(T)/queue/apply.sh

patches: $(if $(of-series),qemu-)tree ## make the mails of series 1 (OUT=folder SIGNOFF=1 VERSION=n SERIES=selftests|qemu)
	@$(of-series) $(T)/queue/patches.sh

endif
