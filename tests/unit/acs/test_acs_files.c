/* agents/acs/files: requests as heads, answers as statuses, files as they stand in folders. */
#include "tests/unit/unit.h"

#include "agents/acs/files/files.h"
#include "agents/acs/files/path.h"
#include "agents/acs/files/range.h"
#include "lib/proto/http.h"
#include "tests/support/guard.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char root[32], folder[48], uploads[48];
	struct files *files;
	struct buf out, told;
};

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static const char *read_file(struct place *place, const char *folder, const char *name)
{
	char path[128], bytes[4096];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	buf_reset(&place->told);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return "none";
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		buf_append(&place->told, bytes, (size_t)n);
	(void)close(fd);
	return buf_cstr(&place->told);
}

static struct files_config config_of(const struct place *place)
{
	struct files_config config = { .folder = place->folder,
		.uploads = place->uploads,
		.upload_max = 1000 };

	assert_int_equal(url_parse(&config.url, STR("http://acs1.lab:7547/cwmp"), NULL),
	    0);
	return config;
}

static void place_begin(struct place *place)
{
	char path[128];

	*place = (struct place){ .root = "/tmp/acs-files-XXXXXX" };
	assert_non_null(mkdtemp(place->root));
	guard_path(place->root);
	(void)snprintf(place->folder, sizeof(place->folder), "%s/folder", place->root);
	(void)snprintf(place->uploads, sizeof(place->uploads), "%s/up", place->root);
	assert_int_equal(mkdir(place->folder, 0755), 0);
	write_file(place->folder, "a.bin", "0123456789");
	write_file(place->folder, "empty", "");
	write_file(place->folder, "\xc3\xa4 b", "umlaut");
	write_file(place->folder, ".hidden", "secret");
	write_file(place->root, "outside", "secret");
	(void)snprintf(path, sizeof(path), "%s/deep", place->folder);
	assert_int_equal(mkdir(path, 0755), 0);
	write_file(path, "x", "deep");
	(void)snprintf(path, sizeof(path), "%s/link", place->folder);
	assert_int_equal(symlink("../outside", path), 0);
	(void)snprintf(path, sizeof(path), "%s/way", place->folder);
	assert_int_equal(symlink("..", path), 0);
	(void)snprintf(path, sizeof(path), "%s/pipe", place->folder);
	assert_int_equal(mkfifo(path, 0644), 0);
}

static void place_start(struct place *place, const struct files_config *config)
{
	struct error err = ERROR_NULL;

	if (files_new(&place->files, config, &err) < 0)
		fail_msg("%s", err.text);
}

static void place_end(struct place *place)
{
	char command[64];

	files_free(place->files);
	buf_free(&place->out);
	buf_free(&place->told);
	(void)snprintf(command, sizeof(command), "rm -rf %s", place->root);
	assert_int_equal(system(command), 0);
}

/* ---- requests ------------------------------------------------------------------------ */

static struct http_head head_of(const char *text, struct buf *bytes)
{
	struct error err = ERROR_NULL;
	struct http_head head;

	buf_reset(bytes);
	buf_printf(bytes, "%s\r\nHost: a\r\n\r\n", text);
	if (http_head_parse(&head, true, bytes->data, bytes->len, NULL, &err) <= 0)
		fail_msg("%s: %s", text, err.text);
	return head;
}

static void tell_header(struct buf *told, const struct http_head *head,
    const char *name)
{
	struct str value = http_header(head, name);

	if (value.p)
		buf_printf(told, " %s: %.*s", name, STR_ARG(value));
}

/* "200 Content-Length: 10 0123456789" */
static void tell(struct place *place, const struct files_reply *answer)
{
	char bytes[64];
	struct http_head head;
	ssize_t n;

	assert_true(http_head_parse(&head, false, place->out.data, place->out.len, NULL,
			NULL) > 0);
	assert_int_equal(head.status, answer->status);
	buf_reset(&place->told);
	buf_printf(&place->told, "%u", head.status);
	if (head.status < 400 || head.status == 416) {
		tell_header(&place->told, &head, "Content-Length");
		tell_header(&place->told, &head, "Content-Range");
	}
	if (answer->why)
		buf_printf(&place->told, " %s", answer->why);
	if (answer->fd < 0)
		return;
	n = pread(answer->fd, bytes, answer->length, (off_t)answer->offset);
	buf_printf(&place->told, " %.*s", (int)n, bytes);
	(void)close(answer->fd);
}

/* What a request is answered; body is that of a PUT, which comes in two pieces. */
static const char *ask(struct place *place, const char *request, const char *body)
{
	auto_buf bytes = BUF_NULL;
	struct http_head head = head_of(request, &bytes);
	struct files_reply answer = { .fd = -1 };
	struct files_upload *upload;

	buf_reset(&place->out);
	if (files_refuses(place->files, &head, 1, &place->out, &answer)) {
		tell(place, &answer);
		return buf_cstr(&place->told);
	}
	if (files_body_max(place->files, &head) > 0) {
		upload = files_put(place->files, &head, &place->out, &answer);
		if (upload) {
			files_upload_write(upload, str_make(body, strlen(body) / 2));
			files_upload_write(upload,
			    str_from(str_of(body), strlen(body) / 2));
			files_upload_end(upload, &place->out, &answer);
		}
	} else {
		files_get(place->files, &head, &place->out, &answer);
	}
	tell(place, &answer);
	return buf_cstr(&place->told);
}

#define GET(path) "GET /files/" path " HTTP/1.1"

static void files_are_read(void **state)
{
	static const struct {
		const char *request, *answer;
	} rows[] = {
		{ GET("a.bin"), "200 Content-Length: 10 0123456789" },
		{ GET("a.bin?x=1"), "200 Content-Length: 10 0123456789" },
		{ GET("%61.bin"), "200 Content-Length: 10 0123456789" },
		{ GET("%C3%A4%20b"), "200 Content-Length: 6 umlaut" },
		{ GET("deep/x"), "200 Content-Length: 4 deep" },
		{ GET("empty"), "200 Content-Length: 0" },
		{ "HEAD /files/a.bin HTTP/1.1", "200 Content-Length: 10" },
		{ GET("a.bin") "\r\nRange: bytes=2-4",
		    "206 Content-Length: 3 Content-Range: bytes 2-4/10 234" },
		{ GET("a.bin") "\r\nRange: bytes=7-",
		    "206 Content-Length: 3 Content-Range: bytes 7-9/10 789" },
		{ GET("a.bin") "\r\nRange: bytes=-2",
		    "206 Content-Length: 2 Content-Range: bytes 8-9/10 89" },
		{ GET("a.bin") "\r\nRange: bytes=9-99",
		    "206 Content-Length: 1 Content-Range: bytes 9-9/10 9" },
		{ GET("a.bin") "\r\nRange: bytes=10-",
		    "416 Content-Length: 0 Content-Range: bytes */10" },
		{ GET("a.bin") "\r\nRange: bytes=1-2,4-5",
		    "200 Content-Length: 10 0123456789" },
		{ GET("a.bin") "\r\nRange: bytes=2-4\r\nIf-Range: \"other\"",
		    "200 Content-Length: 10 0123456789" },
		{ GET("none"), "404 no such file" },
		{ GET("deep"), "404 no such file" },
		{ GET("deep/"), "404 that is no path of a file" },
		{ GET(""), "404 that is no path of a file" },
		{ GET(".hidden"), "404 that is no path of a file" },
		{ GET("../outside"), "404 that is no path of a file" },
		{ GET("%2e%2e/outside"), "404 that is no path of a file" },
		{ GET("deep/../a.bin"), "404 that is no path of a file" },
		{ GET("deep%2fx"), "404 that is no path of a file" },
		{ GET("deep//x"), "404 that is no path of a file" },
		{ GET("a%00.bin"), "404 that is no path of a file" },
		{ GET("a.bi%6"), "404 that is no path of a file" },
		{ GET("..%5coutside"), "404 that is no path of a file" },
		{ GET("link"), "404 no such file" },
		{ GET("way/outside"), "404 no such file" },
		{ GET("pipe"), "404 no such file" },
		{ "POST /files/a.bin HTTP/1.1",
		    "405 files are read by GET and written by PUT" },
		{ "DELETE /files/a.bin HTTP/1.1",
		    "405 files are read by GET and written by PUT" },
	};
	struct files_config config;
	struct place place;

	(void)state;
	place_begin(&place);
	config = config_of(&place);
	place_start(&place, &config);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *answer = ask(&place, rows[i].request, "");

		if (strcmp(answer, rows[i].answer) != 0)
			fail_msg("%s: %s\nexpected: %s", rows[i].request, answer,
			    rows[i].answer);
	}
	place_end(&place);
}

static void ranges_are_parts_of_what_there_is(void **state)
{
	static const struct {
		const char *value;
		uint64_t size;
		enum range_verdict verdict;
		uint64_t offset, length;
	} rows[] = {
		{ "bytes=0-0", 10, RANGE_PART, 0, 1 },
		{ "bytes=0-9", 10, RANGE_PART, 0, 10 },
		{ "BYTES = 0 - 18446744073709551615", 10, RANGE_PART, 0, 10 },
		{ "bytes=9-9", 10, RANGE_PART, 9, 1 },
		{ "bytes=10-10", 10, RANGE_OUTSIDE, 0, 0 },
		{ "bytes=-10", 10, RANGE_PART, 0, 10 },
		{ "bytes=-11", 10, RANGE_PART, 0, 10 },
		{ "bytes=-0", 10, RANGE_OUTSIDE, 0, 0 },
		{ "bytes=0-", 0, RANGE_OUTSIDE, 0, 0 },
		{ "bytes=5-4", 10, RANGE_NONE, 0, 0 },
		{ "bytes=-", 10, RANGE_NONE, 0, 0 },
		{ "bytes=a-4", 10, RANGE_NONE, 0, 0 },
		{ "bytes=4", 10, RANGE_NONE, 0, 0 },
		{ "lines=0-4", 10, RANGE_NONE, 0, 0 },
		{ "bytes=0-1,3-4", 10, RANGE_NONE, 0, 0 },
		{ "bytes=18446744073709551616-", 10, RANGE_NONE, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t offset = 0, length = 0;

		if (range_read(str_of(rows[i].value), rows[i].size, &offset, &length) !=
			rows[i].verdict ||
		    offset != rows[i].offset || length != rows[i].length)
			fail_msg("%s", rows[i].value);
	}
}

/* ---- uploads ------------------------------------------------------------------------- */

#define PUT(path) "PUT /files/" path " HTTP/1.1\r\nContent-Length: 1"

static void files_are_written_as_a_whole(void **state)
{
	static const struct {
		const char *request, *body, *answer, *name, *then;
	} rows[] = {
		{ PUT("c.cfg"), "one", "201 Content-Length: 0", "c.cfg", "one" },
		{ PUT("c.cfg"), "second", "204", "c.cfg", "second" },
		{ PUT("e"), "", "201 Content-Length: 0", "e", "" },
		{ PUT("../c"), "x", "404 that is no path of a file", "../c", "none" },
		{ PUT(".c"), "x", "404 that is no path of a file", ".c", "none" },
		{ PUT("no/c"), "x", "409 there is no such folder", "no/c", "none" },
		{ PUT("c.cfg/d"), "x", "409 there is no such folder", "c.cfg",
		    "second" },
		{ PUT("c.cfg") "\r\nContent-Range: bytes 0-0/3", "x",
		    "400 a file is written as a whole", "c.cfg", "second" },
	};
	struct files_config config;
	struct place place;

	(void)state;
	place_begin(&place);
	config = config_of(&place);
	place_start(&place, &config);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *answer = ask(&place, rows[i].request, rows[i].body);

		if (strcmp(answer, rows[i].answer) != 0)
			fail_msg("%s: %s", rows[i].request, answer);
		assert_string_equal(read_file(&place, place.uploads, rows[i].name),
		    rows[i].then);
	}
	assert_string_equal(ask(&place, GET("c.cfg"), ""),
	    "200 Content-Length: 6 second");
	assert_string_equal(ask(&place, "GET /files/a.bin HTTP/1.1", ""),
	    "200 Content-Length: 10 0123456789");
	place_end(&place);
}

/* Until the last byte there is what there was, and nothing of a dropped one stays. */
static void an_upload_that_breaks_off_changes_nothing(void **state)
{
	auto_buf bytes = BUF_NULL;
	struct files_config config;
	struct files_upload *upload;
	struct files_reply answer;
	struct http_head head;
	struct place place;
	char command[96];

	(void)state;
	place_begin(&place);
	config = config_of(&place);
	place_start(&place, &config);
	assert_string_equal(ask(&place, PUT("c"), "old"), "201 Content-Length: 0");

	head = head_of(PUT("c"), &bytes);
	upload = files_put(place.files, &head, &place.out, &answer);
	files_upload_write(upload, STR("new"));
	assert_string_equal(read_file(&place, place.uploads, "c"), "old");
	files_upload_drop(upload);

	assert_string_equal(read_file(&place, place.uploads, "c"), "old");
	(void)snprintf(command, sizeof(command), "test \"$(ls -A %s)\" = c",
	    place.uploads);
	assert_int_equal(system(command), 0);
	place_end(&place);
}

static void without_a_folder_for_them_no_file_is_taken(void **state)
{
	struct files_config config;
	struct place place;

	(void)state;
	place_begin(&place);
	config = config_of(&place);
	config.uploads = NULL;
	place_start(&place, &config);
	assert_string_equal(ask(&place, PUT("c"), "x"), "403 the ACS takes no files");
	assert_string_equal(ask(&place, GET("empty"), ""), "200 Content-Length: 0");
	place_end(&place);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
	struct error err = ERROR_NULL;
	struct files_config config;
	struct files *files = NULL;
	struct place place;

	(void)state;
	place_begin(&place);
	config = config_of(&place);
	config.folder = "/nowhere/at/all";
	assert_true(files_new(&files, &config, &err) < 0);
	assert_string_equal(err.text,
	    "/nowhere/at/all: cannot open the folder of files: No such file or "
	    "directory");
	place_end(&place);
}

/* ---- who may ------------------------------------------------------------------------- */

#define BASIC(credentials) "\r\nAuthorization: Basic " credentials

static void those_who_know_the_password_may(void **state)
{
	static const struct {
		const char *request, *answer;
	} rows[] = {
		{ GET("a.bin"), "401 no credentials came" },
		{ GET("a.bin") BASIC("Y3BlOnMzY3JldA=="), /* cpe:s3cret */
		    "200 Content-Length: 10 0123456789" },
		{ GET("a.bin") BASIC("Y3BlOndyb25n"), /* cpe:wrong */
		    "401 the credentials are wrong" },
		/* Of a transfer, u:p: of that file alone. */
		{ GET("deep/x") BASIC("dTpw"), "200 Content-Length: 4 deep" },
		{ GET("deep/x") BASIC("Y3BlOnMzY3JldA=="),
		    "200 Content-Length: 4 deep" },
		{ GET("a.bin") BASIC("dTpw"), "401 the credentials are wrong" },
		{ PUT("c") BASIC("dTpw"), "401 the credentials are wrong" },
		{ GET("none"), "401 no credentials came" },
	};
	struct files_config config;
	struct place place;

	(void)state;
	place_begin(&place);
	config = config_of(&place);
	config.auth = ACS_SCHEME_BASIC;
	config.username = STR("cpe");
	config.password = STR("s3cret");
	place_start(&place, &config);
	files_grant(place.files, STR("http://ACS1.lab:7547/files/deep/x"), STR("u"),
	    STR("p"));
	files_grant(place.files, STR("http://elsewhere/files/a.bin"), STR("u"),
	    STR("p"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *answer = ask(&place, rows[i].request, "");

		if (strcmp(answer, rows[i].answer) != 0)
			fail_msg("%s: %s", rows[i].request, answer);
	}
	place_end(&place);
}

/* Files that anybody may read, but for those of a transfer with credentials of its own. */
static void credentials_of_a_transfer_are_asked_for(void **state)
{
	struct files_config config;
	struct place place;

	(void)state;
	place_begin(&place);
	config = config_of(&place);
	place_start(&place, &config);
	files_grant(place.files, STR("http://acs1.lab:7547/files/deep/x"), STR("u"),
	    STR("p"));
	assert_string_equal(ask(&place, GET("deep/x"), ""), "401 no credentials came");
	assert_true(
	    str_find(buf_str(&place.out), STR("WWW-Authenticate: Digest "), NULL));
	assert_string_equal(ask(&place, GET("deep/x") BASIC("dTpw"), ""),
	    "401 the CPE offers Basic, this ACS wants Digest (--auth basic, or auth: "
	    "basic, takes it)");
	assert_string_equal(ask(&place, GET("a.bin"), ""),
	    "200 Content-Length: 10 0123456789");
	place_end(&place);
}

static void the_oldest_credentials_give_way(void **state)
{
	struct files_config config;
	struct place place;

	(void)state;
	place_begin(&place);
	config = config_of(&place);
	place_start(&place, &config);
	files_grant(place.files, STR("http://acs1.lab:7547/files/a.bin"), STR("u"),
	    STR("p"));
	for (int i = 0; i < FILES_GRANTS_MAX - 1; i++) {
		char url[64];

		(void)snprintf(url, sizeof(url), "http://acs1.lab:7547/files/f%d", i);
		files_grant(place.files, str_of(url), STR("u"), STR("p"));
	}
	assert_string_equal(ask(&place, GET("a.bin"), ""), "401 no credentials came");
	files_grant(place.files, STR("http://acs1.lab:7547/files/last"), STR("u"),
	    STR("p"));
	assert_string_equal(ask(&place, GET("a.bin"), ""),
	    "200 Content-Length: 10 0123456789");
	place_end(&place);
}

static void a_file_has_its_url_and_its_size(void **state)
{
	static const struct {
		const char *name, *url;
		uint32_t size;
	} rows[] = {
		{ "a.bin", "http://acs1.lab:7547/files/a.bin", 10 },
		{ "deep/x", "http://acs1.lab:7547/files/deep/x", 4 },
		{ "\xc3\xa4 b", "http://acs1.lab:7547/files/%C3%A4%20b", 6 },
		{ "new", "http://acs1.lab:7547/files/new", 0 },
		{ "../a", NULL, 0 },
	};
	struct files_config config;
	struct place place;

	(void)state;
	place_begin(&place);
	config = config_of(&place);
	place_start(&place, &config);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_arena arena = ARENA_NULL;
		uint32_t size = 0;
		struct str url =
		    files_url(place.files, str_of(rows[i].name), &arena, &size);

		assert_true(str_eq(url, str_of(rows[i].url)));
		assert_int_equal(size, rows[i].size);
	}
	place_end(&place);
}

static void paths_have_their_bounds(void **state)
{
	char path[FILES_PATH_MAX + 1];

	(void)state;
	for (int n = FILES_DEPTH_MAX; n <= FILES_DEPTH_MAX + 1; n++) {
		auto_buf target = BUF_NULL;

		buf_append_text(&target, FILES_PREFIX "a");
		for (int i = 1; i < n; i++)
			buf_append_text(&target, "/a");
		assert_int_equal(files_path_of(buf_str(&target), path) == 0,
		    n == FILES_DEPTH_MAX);
	}
	for (int n = 255; n <= 256; n++) {
		auto_buf target = BUF_NULL;

		buf_append_text(&target, FILES_PREFIX);
		for (int i = 0; i < n; i++)
			buf_append_char(&target, 'a');
		assert_int_equal(files_path_of(buf_str(&target), path) == 0, n == 255);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_read),
		cmocka_unit_test(ranges_are_parts_of_what_there_is),
		cmocka_unit_test(files_are_written_as_a_whole),
		cmocka_unit_test(an_upload_that_breaks_off_changes_nothing),
		cmocka_unit_test(without_a_folder_for_them_no_file_is_taken),
		cmocka_unit_test(a_folder_that_is_not_there_is_told),
		cmocka_unit_test(those_who_know_the_password_may),
		cmocka_unit_test(credentials_of_a_transfer_are_asked_for),
		cmocka_unit_test(the_oldest_credentials_give_way),
		cmocka_unit_test(a_file_has_its_url_and_its_size),
		cmocka_unit_test(paths_have_their_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
