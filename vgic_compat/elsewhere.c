// SPDX-License-Identifier: GPL-2.0-only
/* What needs an arm64 host, on any other one */
#include "vgic_compat.h"

static int cannot(void)
{
	vc_error("this is no arm64 host");
	return VC_CANNOT;
}

int cmd_probe(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return cannot();
}

int cmd_save(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return cannot();
}

int cmd_restore(int argc, char **argv)
{
	struct state s;

	/* Is it a good file at all? An option is none. */
	if (argc > 1 && (*argv[argc - 1] != '-' || !argv[argc - 1][1])) {
		state_read(&s, argv[argc - 1]);
		state_free(&s);
	}
	return cannot();
}
