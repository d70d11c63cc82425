// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu-revision - choose the vGIC's revision for a VMM that knows of none
 *
 * An experiment, not for production: preloaded into an unchanged QEMU, it gives
 * each vGIC the revision in VGIC_REVISION, or ends the process, as a VM must not
 * start at another revision than the one that was asked for.
 *
 * All that a VMM would need is the one line marked below, once the device is there
 * and before anything else is set, and its error, to know whether it worked.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GRP_REVISION		10	/* KVM_DEV_ARM_VGIC_GRP_REVISION */
#define REVISION_CURRENT	0	/* KVM_DEV_ARM_VGIC_REVISION_CURRENT */

static void choose_revision(int (*real)(int fd, unsigned long request, ...), int device)
{
	const char *wanted = getenv("VGIC_REVISION") ?: "";
	__u32 revision = *wanted - '0';
	struct kvm_device_attr attr = { 0, GRP_REVISION, REVISION_CURRENT, (__u64)&revision };

	errno = EINVAL;
	if (revision <= 9 && !wanted[1] &&
	    !real(device, KVM_SET_DEVICE_ATTR, &attr))	/* this line */
		return;
	fprintf(stderr, "qemu-revision: no vGIC with VGIC_REVISION='%s': %s\n",
		wanted, strerror(errno));
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
