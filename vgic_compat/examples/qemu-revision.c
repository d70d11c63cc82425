// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu-revision - choose the vGIC's revision for a VMM that knows of none
 *
 * An experiment, not for production: preloaded into an unchanged QEMU, it gives
 * each vGIC the revision in VGIC_REVISION, or ends the process: a VM must not start
 * at another revision. On a kernel without the attribute it always does.
 *
 * A VMM needs the two lines marked below, before it sets anything else or runs a vCPU.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GRP_REVISION		12	/* KVM_DEV_ARM_VGIC_GRP_REVISION */
#define REVISION_CURRENT	0	/* KVM_DEV_ARM_VGIC_REVISION_CURRENT */
#define REVISION_SUPPORTED	1	/* KVM_DEV_ARM_VGIC_REVISION_SUPPORTED */

static void choose_revision(int (*real)(int fd, unsigned long request, ...), int device)
{
	const char *wanted = getenv("VGIC_REVISION") ?: "";
	__u32 rev = *wanted - '0';
	__u64 all = 0;
	struct kvm_device_attr supported = { 0, GRP_REVISION, REVISION_SUPPORTED, (__u64)&all };
	struct kvm_device_attr current = { 0, GRP_REVISION, REVISION_CURRENT, (__u64)&rev };

	errno = EINVAL;
	if (rev <= 9 && !wanted[1] &&
	    !real(device, KVM_GET_DEVICE_ATTR, &supported) && all >> rev & 1 &&	/* this line */
	    !real(device, KVM_SET_DEVICE_ATTR, &current))			/* and this one */
		return;
	fprintf(stderr, "qemu-revision: no vGIC with VGIC_REVISION='%s': %m\n", wanted);
	_exit(1);
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int fd, unsigned long request, ...) = dlsym(RTLD_NEXT, "ioctl");
	struct kvm_create_device *device;
	va_list args;
	int ret;

	va_start(args, request);
	device = va_arg(args, void *);
	va_end(args);
	ret = real(fd, request, device);
	/* QEMU keeps requests in an int, so that this one arrives sign-extended */
	if (!ret && (__u32)request == KVM_CREATE_DEVICE &&
	    !(device->flags & KVM_CREATE_DEVICE_TEST) &&
	    (device->type == KVM_DEV_TYPE_ARM_VGIC_V2 ||
	     device->type == KVM_DEV_TYPE_ARM_VGIC_V3))
		choose_revision(real, device->fd);
	return ret;
}
