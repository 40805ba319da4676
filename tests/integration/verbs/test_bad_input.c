/* Input that is bad: one clear line that says what and where, and exit status 2. What can
 * be read of it is still shown. */
#include "tests/unit/unit.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "tests/support/holding.h"
#include "tests/support/packets.h"
#include "tests/support/process.h"
#include "tests/support/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

/* Each makes the file "x" in the folder where it stands; session.pcap is there, a capture
 * of a whole session. */
static void make_nothing(void)
{
}

static void write_file(const char *name, const void *bytes, size_t len)
{
	auto_file file = fopen(name, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
}

static void make_empty(void)
{
	write_file("x", "", 0);
}

static void make_folder(void)
{
	assert_int_equal(mkdir("x", 0700), 0);
}

/* Root may read anything but this. */
static void make_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "x" };
	auto_fd fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
}

static void make_unreadable(void)
{
	write_file("x", "x", 1);
	assert_int_equal(chmod("x", 0), 0);
}

static void make_text(void)
{
	write_file("x", "Frame 1: 74 bytes on wire\n", 26);
}

static size_t read_session(uint8_t *bytes, size_t size)
{
	auto_file in = fopen("session.pcap", "rb");
	size_t n;

	assert_non_null(in);
	n = fread(bytes, 1, size, in);
	assert_true(n > 1000 && n < size);
	return n;
}

static void copy_session(size_t length)
{
	static uint8_t bytes[1 << 20];
	size_t n = read_session(bytes, sizeof(bytes));

	write_file("x", bytes, length ? length : n - 10);
}

static void make_cut_header(void)
{
	copy_session(10);
}

static void make_cut(void)
{
	copy_session(0);
}

static void make_damaged(void)
{
	copy_session(24 + 16);
	{
		auto_file file = fopen("x", "r+b");

		assert_non_null(file);
		(void)fseek(file, 24 + 8, SEEK_SET);
		assert_int_equal(fwrite("\xff\xff\xff\x7f", 1, 4, file), 4);
	}
}

/* The header of the last frame but some: a length of all bits set. */
static void make_damaged_later(void)
{
	static uint8_t bytes[1 << 20];
	size_t len = read_session(bytes, sizeof(bytes)), at = 24, next = 24;

	while (next + 16 < len - 400) {
		uint32_t caplen;

		at = next;
		memcpy(&caplen, bytes + at + 8, 4);
		next = at + 16 + caplen;
	}
	memset(bytes + at + 8, 0xff, 4);
	write_file("x", bytes, len);
}

static void make_damaged_gzip_later(void)
{
	static uint8_t bytes[1 << 20], packed[1 << 20];
	size_t len = read_session(bytes, sizeof(bytes));
	z_stream z = { .next_in = bytes,
		.avail_in = (uInt)len,
		.next_out = packed,
		.avail_out = sizeof(packed) };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, 0), Z_OK);
	assert_int_equal(deflate(&z, Z_FULL_FLUSH), Z_OK);
	memset(z.next_out, 0xff, 64);
	write_file("x", packed, z.total_out + 64);
	(void)deflateEnd(&z);
}

static void make_damaged_gzip(void)
{
	write_file("x", "\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff\xff\xff\xff\xff\xff",
	    18);
}

static void make_other_packets(void)
{
	static const struct endpoint a = ENDPOINT(1, 4000), b = ENDPOINT(2, 5000);
	struct packets p = PACKETS_NULL;

	packets_pcap(&p);
	packets_udp(&p, &a, &b, STR("no CWMP"));
	assert_int_equal(packets_save(&p, "x"), 0);
	packets_free(&p);
}

/* A section without an interface, and a frame of number 5. */
static void make_undescribed(void)
{
	static const uint32_t bytes[] = { 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, UINT32_MAX,
		UINT32_MAX, 28, 6, 36, 5, 0, 0, 4, 4, 0, 36 };

	write_file("x", bytes, sizeof(bytes));
}

/* Interface 0, of Ethernet, and a frame of 5 bytes in a block with room for 4. */
static void make_too_long(void)
{
	static const uint32_t bytes[] = { 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, UINT32_MAX,
		UINT32_MAX, 28, 1, 20, 1, 0, 20, 6, 36, 0, 0, 0, 5, 5, 0, 36 };

	write_file("x", bytes, sizeof(bytes));
}

static void make_junk(void)
{
	static const char junk[] = "# a comment is none\nCLIENT_RANDOM 00 11\nwhat?\n";

	write_file("x", junk, sizeof(junk) - 1);
}

static const struct row {
	void (*make)(void);
	bool is_keylog; /* x is the key log of session.pcap */
	bool shows;     /* sessions are shown besides */
	const char *line;
} rows[] = {
	{ make_nothing, false, false, "x: No such file or directory\n" },
	{ make_empty, false, false, "x: is empty\n" },
	{ make_folder, false, false, "x: is a folder; name a capture file in it\n" },
	{ make_socket, false, false, "x: No such device or address\n" },
	{ make_unreadable, false, false, "x: Permission denied\n" },
	{ make_text, false, false,
	    "x: neither a capture (pcap, pcapng) nor a text that is read: a SOAP "
	    "envelope, HTTP messages, a debug log of GenieACS (yaml, json), a stream of "
	    "Wireshark or tshark (ascii, hex, raw, yaml), HAR\n" },
	{ make_cut_header, false, false,
	    "x: cut off inside its file header, after 10 of 24 bytes\n" },
	{ make_damaged, false, false,
	    "x: damaged at byte 24: a frame of over 16 MiB\n" },
	{ make_damaged_later, false, true, "x: damaged at byte " },
	{ make_damaged_gzip_later, false, true, ": damaged gzip data; what is " },
	{ make_damaged_gzip, false, false, "x: damaged gzip data\n" },
	{ make_cut, false, true, "x: cut off: it ends inside the record at byte " },
	{ make_other_packets, false, true,
	    "x: no CWMP session is in it: 1 packet, 0 TCP connections\n" },
	{ make_undescribed, false, true,
	    "x: damaged: 1 frame could not be read, the first at byte 28: it is of an "
	    "interface that the file does not describe\n" },
	{ make_too_long, false, true,
	    "x: damaged: 1 frame could not be read, the first at byte 48: it is longer "
	    "than its block\n" },
	{ make_nothing, true, false, "x: No such file or directory\n" },
	{ make_folder, true, false, "x: is a folder, not a key log\n" },
	{ make_junk, true, true, "x: 2 lines are no secrets of a key log\n" },
};

static unsigned lines_with(const char *text, const char *part)
{
	unsigned n = 0;

	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

static void check(const struct row *row, const char *verb)
{
	const char *argv[] = { getenv("CWMPLAB"), verb,
		row->is_keylog ? "session.pcap" : "x",
		row->is_keylog ? "--keylog" : NULL, "x", NULL };
	struct process_result result = PROCESS_RESULT_NULL;
	const char *out;

	process_run(argv, NULL, &result);
	out = buf_cstr(&result.out);
	if (result.status != 2 || lines_with(out, row->line) != 1 ||
	    lines_with(out, "x: ") != 1 || (!row->shows && strcmp(out, row->line) != 0))
		fail_msg("%s: \"%s\" expected, exit %d: %s", verb, row->line,
		    result.status, out);
	buf_free(&result.out);
}

static void test_bad_input_is_told_in_one_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].make == make_unreadable && geteuid() == 0)
			continue;
		rows[i].make();
		check(&rows[i], "decode");
		check(&rows[i], "check");
		(void)remove("x");
	}
}

/* Before the capture is read, which may take long: here there is none. */
static void test_where_nothing_can_be_written_is_told_first(void **state)
{
	static const char *const options[] = { "-o", "-w" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		const char *argv[] = { getenv("CWMPLAB"), "check", "x", options[i],
			"nowhere/out", NULL };
		struct process_result result = PROCESS_RESULT_NULL;

		process_run(argv, NULL, &result);
		assert_string_equal(buf_cstr(&result.out),
		    "nowhere/out: No such file or directory\n");
		assert_int_equal(result.status, 2);
		buf_free(&result.out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_input_is_told_in_one_line),
		cmocka_unit_test(test_where_nothing_can_be_written_is_told_first),
	};
	char folder[] = "/tmp/cwmplab-bad-input-XXXXXX", script[4096];
	const char *source = getenv("CWMPLAB_SOURCE");
	struct script_map map;
	struct error err = ERROR_NULL;

	if (!getenv("CWMPLAB") || !source)
		return 77;
	(void)snprintf(script, sizeof(script), "%s/tests/rules/URL-01.keep", source);
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	holding_add(HOLDING_FOLDER, folder);
	if (script_run(script, "session.pcap", &map, &err) < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	script_map_free(&map);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
