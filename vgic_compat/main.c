// SPDX-License-Identifier: GPL-2.0-only
/* vgic_compat - see vgic_compat(1) */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "vgic_compat.h"

static const char help[] =
	"usage: vgic_compat probe [--json | --prometheus[=FILE]]\n"
	"       vgic_compat save [--model v2|v3] [--revision N|default] [--groups SEED]\n"
	"                        [--vcpus N] [--irqs N] [--json] FILE\n"
	"       vgic_compat restore [--revision N|default] [--save FILE2] [--json] FILE\n"
	"       vgic_compat diff [--json] FILE1 FILE2\n"
	"       vgic_compat common [--json] [--all] [--files-from LIST] [FILE...]\n"
	"\n"
	"What this host can do for a VM's vGIC, and whether a guest notices a move to it.\n"
	"\n"
	"exit: 0 nothing that a guest can see changed    1 something did\n"
	"      2 cannot run here                         3 bad arguments, or a bad file\n"
	"      common: 1 if a model has no common revision, 3 if a file was skipped\n"
	"\n"
	"See vgic_compat(1).\n";

static const struct {
	const char	*name;
	int		(*run)(int argc, char **argv);
} commands[] = {
	{ "probe", cmd_probe },
	{ "save", cmd_save },
	{ "restore", cmd_restore },
	{ "diff", cmd_diff },
	{ "common", cmd_common },
};

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	/* A file that may not grow is an error like any other; see setrlimit(2) */
	signal(SIGXFSZ, SIG_IGN);
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--help")) {
			fputs(help, stdout);
			return vc_end(0);
		}
	}
	if (!strcmp(name, "--version")) {
		puts("vgic_compat " VERSION);
		return vc_end(0);
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(name, commands[i].name)) {
			/* For the errors of getopt_long() */
			argv[1] = "vgic_compat";
			return vc_end(commands[i].run(argc - 1, argv + 1));
		}

	if (*name)
		vc_error("no command '%s'", name);
	fputs(help, stderr);
	return VC_BAD;
}
