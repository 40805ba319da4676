/* Capture files of every kind and in every state of damage. */
#include "tests/unit/unit.h"

#include "capture/file/capfile.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "tests/support/packets.h"

#include <stdio.h>
#include <sys/mman.h>
#include <zlib.h>

struct reading {    /* what came out of a file */
	int result; /* of the last call */
	uint64_t frames;
	struct frame last;
	uint8_t last_byte;
	struct capfile_counts counts;
	struct error err;
	struct buf secrets;
};

static void on_secrets(void *user, struct str keylog)
{
	struct reading *r = user;

	buf_append_str(&r->secrets, keylog);
}

/* Reads the bytes as a file. The caller frees secrets. */
static struct reading read_all(struct str bytes)
{
	struct reading r = { .secrets = BUF_NULL };
	auto_fd fd = memfd_create("capture", MFD_CLOEXEC);
	struct capfile *file = NULL;
	struct frame frame;
	char path[64];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.len), bytes.len);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r.result = capfile_open(path, on_secrets, &r, &file, &r.err);
	if (r.result < 0)
		return r;
	while ((r.result = capfile_next(file, &frame, &r.err)) > 0) {
		r.frames++;
		r.last = frame;
		r.last_byte = frame.bytes[frame.caplen - 1];
	}
	r.counts = *capfile_counts(file);
	capfile_close(file);
	return r;
}

static void put_u32(struct buf *out, bool is_big, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		buf_append_char(out, (char)(v >> 8 * (is_big ? 3 - i : i)));
}

static void put_u16(struct buf *out, bool is_big, uint32_t v)
{
	buf_append_char(out, (char)(is_big ? v >> 8 : v));
	buf_append_char(out, (char)(is_big ? v : v >> 8));
}

static void test_classic_files_read_in_every_magic(void **state)
{
	static const struct {
		uint32_t magic, ns_per_tick;
		size_t extra;
	} rows[] = {
		{ 0xa1b2c3d4, 1000, 0 },
		{ 0xa1b23c4d, 1, 0 },
		{ 0xa1b2cd34, 1000, 8 },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		bool is_big = i % 2;
		auto_buf file = BUF_NULL;
		struct reading r;

		put_u32(&file, is_big, rows[i / 2].magic);
		put_u16(&file, is_big, 2);
		put_u16(&file, is_big, 4);
		put_u32(&file, is_big, 0);
		put_u32(&file, is_big, 0);
		put_u32(&file, is_big, 65535);
		put_u32(&file, is_big, 113);
		put_u32(&file, is_big, 1700000000);
		put_u32(&file, is_big, 5);
		put_u32(&file, is_big, 3);
		put_u32(&file, is_big, 90);
		buf_append(&file, "\0\0\0\0\0\0\0\0", rows[i / 2].extra);
		buf_append_text(&file, "abc");

		r = read_all(buf_str(&file));
		assert_int_equal(r.result, 0);
		assert_int_equal(r.frames, 1);
		assert_int_equal(r.last.linktype, 113);
		assert_int_equal(r.last.caplen, 3);
		assert_int_equal(r.last.len, 90);
		assert_int_equal(r.last_byte, 'c');
		assert_int_equal(r.last.time,
		    1700000000 * NS_PER_S + 5 * rows[i / 2].ns_per_tick);
		assert_false(r.counts.is_truncated);
	}
}

static void make_pcapng(struct packets *p)
{
	struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);

	packets_pcapng(p, 2);
	packets_tcp_open(p, &c);
	packets_secrets(p, STR("CLIENT_RANDOM ab cd\n"));
	p->interface = 1;
	packets_tcp_send(p, &c, true, STR("hello"));
}

static void test_pcapng_gives_frames_interfaces_and_secrets(void **state)
{
	struct packets p = PACKETS_NULL;
	struct reading r;

	(void)state;
	make_pcapng(&p);

	r = read_all(buf_str(&p.file));
	assert_int_equal(r.result, 0);
	assert_int_equal(r.frames, 5);
	assert_int_equal(r.last.number, 5);
	assert_int_equal(r.last.interface, 1);
	assert_int_equal(r.last.time, PACKETS_EPOCH + 4 * NS_PER_MS);
	assert_int_equal(r.counts.interfaces, 2);
	assert_string_equal(buf_cstr(&r.secrets), "CLIENT_RANDOM ab cd\n");
	buf_free(&r.secrets);
	packets_free(&p);
}

static void test_sections_of_both_byte_orders_follow_each_other(void **state)
{
	struct packets p = PACKETS_NULL;
	struct reading r;

	(void)state;
	make_pcapng(&p);
	/* A big-endian section: 0.001 s after 1970 in units of 2^-10 s, raw IP. */
	put_u32(&p.file, true, 0x0a0d0d0a);
	put_u32(&p.file, true, 28);
	put_u32(&p.file, true, 0x1a2b3c4d);
	put_u32(&p.file, true, 0x00010000);
	put_u32(&p.file, true, UINT32_MAX);
	put_u32(&p.file, true, UINT32_MAX);
	put_u32(&p.file, true, 28);
	put_u32(&p.file, true, 1);
	put_u32(&p.file, true, 32);
	put_u32(&p.file, true, 101 << 16);
	put_u32(&p.file, true, 0);
	put_u32(&p.file, true, 9 << 16 | 1);
	put_u32(&p.file, true, 0x8a000000);
	put_u32(&p.file, true, 0);
	put_u32(&p.file, true, 32);
	put_u32(&p.file, true, 6);
	put_u32(&p.file, true, 36);
	put_u32(&p.file, true, 0);
	put_u32(&p.file, true, 0);
	put_u32(&p.file, true, 1024 + 512);
	put_u32(&p.file, true, 2);
	put_u32(&p.file, true, 2);
	put_u32(&p.file, true, 0x45000000);
	put_u32(&p.file, true, 36);

	r = read_all(buf_str(&p.file));
	assert_int_equal(r.result, 0);
	assert_int_equal(r.frames, 6);
	assert_int_equal(r.last.interface, 2);
	assert_int_equal(r.last.linktype, 101);
	assert_int_equal(r.last.time, NS_PER_S + NS_PER_S / 2);
	buf_free(&r.secrets);
	packets_free(&p);
}

static void test_gzip_reads_as_what_is_in_it(void **state)
{
	struct packets p = PACKETS_NULL;
	uint8_t packed[4096 + 512] = { 0 };
	z_stream z = { 0 };
	struct reading r;

	(void)state;
	make_pcapng(&p);
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, 0), Z_OK);
	z.next_in = p.file.data;
	z.avail_in = (uInt)p.file.len;
	z.next_out = packed;
	z.avail_out = 4096;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);

	r = read_all(str_make(packed, z.total_out));
	assert_int_equal(r.result, 0);
	assert_int_equal(r.frames, 5);
	assert_false(r.counts.is_truncated);
	buf_free(&r.secrets);
	/* Padding behind it is none of it. */
	r = read_all(str_make(packed, z.total_out + 512));
	assert_int_equal(r.result, 0);
	assert_int_equal(r.frames, 5);
	assert_false(r.counts.is_truncated);
	buf_free(&r.secrets);
	/* Without its last bytes, all frames are there, but who knows. */
	r = read_all(str_make(packed, z.total_out - 8));
	assert_int_equal(r.frames, 5);
	assert_true(r.counts.is_truncated);
	buf_free(&r.secrets);
	/* Half of it: what can be unpacked is read, and the end is told. */
	r = read_all(str_make(packed, z.total_out / 2));
	assert_int_equal(r.result, 0);
	assert_true(r.counts.is_truncated);
	buf_free(&r.secrets);
	assert_int_equal(deflateEnd(&z), Z_OK);
	packets_free(&p);
}

static void test_every_cut_is_told_and_costs_the_last_record_only(void **state)
{
	struct packets p = PACKETS_NULL;
	struct tcp_pair c = TCP_PAIR(1, 2, 40000, 7547);
	size_t whole[8] = { 0 };

	(void)state;
	packets_pcap(&p);
	whole[0] = p.file.len;
	for (size_t i = 1; i < ARRAY_LEN(whole); i++) {
		packets_tcp_at(&p, &c, true, 0, STR("abc"));
		whole[i] = p.file.len;
	}

	for (size_t len = whole[0], n = 0; len <= p.file.len; len++) {
		struct reading r = read_all(str_make(p.file.data, len));

		if (n + 1 < ARRAY_LEN(whole) && len == whole[n + 1])
			n++;
		assert_int_equal(r.result, 0);
		assert_int_equal(r.frames, n);
		assert_int_equal(r.counts.is_truncated, len != whole[n]);
		if (len != whole[n])
			assert_int_equal(r.counts.truncated_at, whole[n]);
	}
	packets_free(&p);
}

static void test_what_is_no_capture_is_called_so(void **state)
{
	static const struct {
		struct str bytes;
		const char *words;
	} rows[] = {
		{ { "", 0 }, "is empty" },
		{ { "GET", 3 }, "not a capture" },
		{ { "<?xml version='1.0'?>", 21 }, "not a capture" },
		{ { "\xd4\xc3\xb2\xa1\2\0\4\0", 8 }, "cut off inside its file header" },
		{ { "\x0a\x0d\x0d\x0a\x1c\0\0\0", 8 },
		    "cut off inside its first header" },
		{ { "\x0a\x0d\x0d\x0a\x1c\0\0\0zzzzaaaabbbbccccdddd", 28 },
		    "damaged at byte 0: a section of no byte order" },
		{ { "\x1f\x8b\x08\0junkjunkjunk", 16 }, "damaged gzip data" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reading r = read_all(rows[i].bytes);

		assert_int_equal(r.result, ERR_MALFORMED);
		if (!strstr(r.err.text, rows[i].words))
			fail_msg("row %zu: %s", i, r.err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classic_files_read_in_every_magic),
		cmocka_unit_test(test_pcapng_gives_frames_interfaces_and_secrets),
		cmocka_unit_test(test_sections_of_both_byte_orders_follow_each_other),
		cmocka_unit_test(test_gzip_reads_as_what_is_in_it),
		cmocka_unit_test(test_every_cut_is_told_and_costs_the_last_record_only),
		cmocka_unit_test(test_what_is_no_capture_is_called_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
