/* Capture files behind what a mutation would not get through: the first byte chooses a
 * header of classic pcap (or none), and whether all of it comes in gzip. Then what a file
 * says of itself must agree with its frames. */
#include "capture/file/capfile.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char *const headers[] = { "",
	"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0",
	"\xa1\xb2\xc3\xd4\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0\0\x01",
	"\x4d\x3c\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x71\0\0\0",
	"\x34\xcd\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0",
	"\xd4\xc3\xb2\xa1\x02\0\x02\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0",
	"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff"
	"\xff\xff\xff\xff\x1c\0\0\0",
	"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\x01\0\0\xff\xff\xff\xff"
	"\xff\xff\xff\xff\0\0\0\x1c" };

static const size_t header_lens[] = { 0, 24, 24, 24, 24, 24, 28, 28 };

static void pack(struct buf *file)
{
	auto_buf packed = BUF_NULL;
	z_stream z = { .next_in = file->data, .avail_in = (uInt)file->len };
	uint8_t *room;

	if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	room = buf_reserve(&packed, deflateBound(&z, file->len));
	if (room) {
		z.next_out = room;
		z.avail_out = (uInt)deflateBound(&z, file->len);
		(void)deflate(&z, Z_FINISH);
		buf_reset(file);
		buf_append(file, room, z.total_out);
	}
	(void)deflateEnd(&z);
}

static void on_secrets(void *user, struct str keylog)
{
	volatile char sum = 0;

	for (size_t i = 0; i < keylog.len; i++)
		sum = (char)(sum + keylog.p[i]);
	(void)user;
}

static void read_all(const char *path)
{
	struct capfile *file = NULL;
	struct error err = ERROR_NULL;
	struct frame frame;
	uint64_t n = 0, bytes = 0, number = 0;
	int r;

	if (capfile_open(path, on_secrets, NULL, &file, &err) < 0) {
		if (err.text[0] == '\0')
			abort();
		return;
	}
	while ((r = capfile_next(file, &frame, &err)) > 0) {
		if (frame.number <= number || frame.len < frame.caplen ||
		    frame.interface >= capfile_counts(file)->interfaces)
			abort();
		on_secrets(NULL, str_make(frame.bytes, frame.caplen));
		number = frame.number;
		bytes += frame.caplen;
		n++;
	}
	if ((r < 0) != (err.text[0] != '\0') || capfile_counts(file)->frames != n ||
	    capfile_counts(file)->bytes != bytes)
		abort();
	capfile_close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	auto_fd fd = memfd_create("capture", MFD_CLOEXEC);
	auto_buf file = BUF_NULL;
	char path[64];
	size_t which;

	if (len == 0 || fd < 0)
		return 0;
	which = bytes[0] % ARRAY_LEN(headers);
	buf_append(&file, headers[which], header_lens[which]);
	buf_append(&file, bytes + 1, len - 1);
	if (bytes[0] & 128)
		pack(&file);
	if (write(fd, file.data, file.len) != (ssize_t)file.len)
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	(void)capfile_scan_secrets(path, on_secrets, NULL);
	read_all(path);
	return 0;
}
