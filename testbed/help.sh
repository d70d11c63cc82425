#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# help.sh - list make's targets, in groups, and what a user may set
#
# In:  the Makefile: lines "#@ GROUP", and "TARGET: ... ## WHAT IT DOES"
# Out: the list on standard output
set -eu
unset CDPATH
cd "$(dirname "$0")/.."

echo "make TARGET [VARIABLE=VALUE...]"
awk '
	/^#@ / { printf "\n%s:\n", substr($0, 4) }
	/^[a-z-]+:.*## / {
		target = $1
		sub(/:$/, "", target)
		sub(/.*## /, "")
		printf "  %-12s %s\n", target, $0
	}' Makefile
cat <<'END'

Variables:
  VGIC_CACHE     where everything lives (~/.cache/vgic-revisions)
  BASE           6.12 or 6.1: the backport to that kernel, instead of 7.3
  KERNEL         a base of your own: a tree or a tarball
  SERIES         selftests, the second series, on top of the first; or all; or qemu
  TREE           own: test a commit that `make tree` did not make
  TESTS          "gicv2 nvhe queue": machines, and files of testbed/t, for less of check
  MACHINES, SELFTESTS  "nvhe", "vgic_revision": less of check, check-debug, check-long
                 and kselftest; MACHINES of bisect-test, mutants and check-compat, too
  KTAP           a file for the results of one target that prints KTAP
  LINT, MUTANTS  names of some
  GUEST          a kernel or firmware of yours for make vmm; with it INITRD, APPEND, DISK,
                 MODEL (GICv2), REVISIONS ("none 1"), CPUS, MEMORY (in MiB), SECONDS,
                 LOOK (grep -E: what it prints if it is well), MIGRATE=yes, TYPE ('\r',
                 typed again and again)
  GUESTS         "edk2 linux-6.1": less of vmm-guests
  KERNELS, MODELS, REVISIONS  "6.1 patched mine=Image", "GICv3", "default 2": less of
                 the matrix, or images of your own
  SEED           of check-long, and of the moments at which t/kill.t kills
  KILLS          2: half of the kills of check-bed
  BOOT_TIMEOUT   seconds for a machine
  ACCEL          kvm: on an arm64 host with nested virtualization, in its own KVM; vhe only
  JOBS           how many jobs of a build, and how many machines, run at once (CPUs)
  HOST, SSH      "user@host:port", and the command for ssh, with options
  KDIR, OUT, SIGNOFF, VERSION, FORCE  see the targets that name them
  CROSS_COMPILE  the prefix of the compiler for arm64 (aarch64-linux-gnu-)
END
