// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz the reader of state files, for clang's libFuzzer: see `make fuzz`. What is
 * taken has to be written again as it was, byte by byte. As no fuzzer finds a
 * checksum, each input is also tried with the right one.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "vgic_compat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_one(const char *text, size_t len)
{
	char why[200], *again;
	struct state s;
	size_t n;
	FILE *f;

	if (state_parse(&s, text, len, why, sizeof(why))) {
		f = open_memstream(&again, &n);
		state_print(&s, f);
		fclose(f);
		if (n != len || memcmp(again, text, n))
			abort();
		free(again);
	} else if (!memchr(why, 0, sizeof(why)) || !*why) {
		abort();
	}
	state_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char last[] = "checksum 0x";
	const char *text = (const char *)data, *end;
	char *with_sum;
	size_t len;

	try_one(text, size);

	/* Up to its own checksum, if it has one */
	end = memmem(text, size, last, strlen(last));
	len = end ? (size_t)(end - text) : size;
	with_sum = malloc(len + 32);
	memcpy(with_sum, text, len);
	len += sprintf(with_sum + len, "%s%08lx\n", last, crc32(0, data, len));
	try_one(with_sum, len);
	free(with_sum);
	return 0;
}
