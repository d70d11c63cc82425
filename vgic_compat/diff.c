// SPDX-License-Identifier: GPL-2.0-only
/* diff: compare two files, on any machine */
#include <getopt.h>

#include "json.h"
#include "vgic_compat.h"

/**
 * cmd_diff - name what differs between two files
 * @argc: how many arguments
 * @argv: the arguments
 *
 * Return: VC_SAME or VC_CHANGED; ends the program if a file is bad
 */
int cmd_diff(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ }
	};
	bool as_json = false;
	struct state a, b;
	int opt, ret;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt != 'j')
			return VC_BAD;
		as_json = true;
	}
	if (optind != argc - 2)
		vc_die(VC_BAD, "diff takes the names of two files");
	state_read(&a, argv[optind]);
	state_read(&b, argv[optind + 1]);
	ret = print_changes(state_compare(&a, &b, true), as_json);
	state_free(&a);
	state_free(&b);
	return ret;
}
