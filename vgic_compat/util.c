// SPDX-License-Identifier: GPL-2.0-only
/* What every command needs: errors, memory, numbers */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vgic_compat.h"

static void verror(const char *fmt, va_list args)
{
	/* What came before on standard output comes first where both are one */
	fflush(stdout);
	fputs("vgic_compat: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

/**
 * vc_error - say what is wrong, on standard error
 * @fmt: as for printf(), without the end of the line
 */
void vc_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	verror(fmt, args);
	va_end(args);
}

/**
 * vc_die - say what is wrong, and end the program
 * @code: the exit code, VC_CANNOT or VC_BAD
 * @fmt: as for printf(), without the end of the line
 */
void vc_die(int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	verror(fmt, args);
	va_end(args);
	exit(vc_end(code));
}

/**
 * vc_end - see that all output was written
 * @code: the exit code if it was
 *
 * Return: @code, or VC_BAD
 */
int vc_end(int code)
{
	if (fflush(stdout) || ferror(stdout)) {
		vc_error("cannot write to standard output");
		return VC_BAD;
	}
	return code;
}

/**
 * vc_grow - make room for one more element of an array
 * @array: the array, NULL at first
 * @nr: how many elements it has; it grows when that is a power of two
 * @size: of an element, in bytes
 *
 * Return: the array, which may have moved
 */
void *vc_grow(void *array, size_t nr, size_t size)
{
	if (nr & (nr - 1))
		return array;

	array = realloc(array, (nr ? 2 * nr : 1) * size);
	if (!array)
		vc_die(VC_CANNOT, "out of memory");
	return array;
}

/**
 * vc_number - read a decimal number that is all there is, without leading zeros
 * @text: the text
 * @min: the smallest that will do
 * @max: the largest that will do
 * @val: where it goes
 *
 * Return: true, or false if @text is anything else
 */
bool vc_number(const char *text, unsigned int min, unsigned int max, unsigned int *val)
{
	unsigned long n;
	char *end;

	if (*text < '0' || *text > '9' || (*text == '0' && text[1]))
		return false;
	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || n < min || n > max)
		return false;
	*val = n;
	return true;
}

/**
 * vc_open - open a file to read it
 * @path: its name; "-" and /dev/stdin are standard input, a socket too
 *
 * A FIFO that no one writes to is empty, and not waited for.
 *
 * Return: a file descriptor, or -1 with errno
 */
int vc_open(const char *path)
{
	int fd;

	if (!strcmp(path, "-") || !strcmp(path, "/dev/stdin"))
		return dup(STDIN_FILENO);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	/* Now that it is open: a pipe that is written to is waited for */
	if (fd >= 0)
		fcntl(fd, F_SETFL, 0);
	return fd;
}

/**
 * vc_read - read all of a file
 * @path: its name, as for vc_open()
 * @buf: where it goes
 * @max: how many bytes are there; a file that fills them may have more
 *
 * Return: how many bytes it has, or -1 with errno
 */
ssize_t vc_read(const char *path, char *buf, size_t max)
{
	int fd = vc_open(path), err;
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -1;
	while (len < max && (n = read(fd, buf + len, max - len)) > 0)
		len += n;
	err = errno;
	close(fd);
	errno = err;
	return n < 0 ? -1 : (ssize_t)len;
}

/**
 * vc_text - pass over the byte order mark that some editors and shells write
 * @text: the text
 *
 * Return: where it begins
 */
char *vc_text(char *text)
{
	return strncmp(text, "\357\273\277", 3) ? text : text + 3;
}
