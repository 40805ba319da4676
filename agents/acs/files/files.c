#include "agents/acs/files/path.h"

#include "agents/acs/files/range.h"
#include "lib/base/list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	FILE_MODE = 0644,
	FOLDER_MODE = 0755,
	UPLOADS_MAX = 256, /* at once */
	ETAG_MAX = 64
};

struct grant {
	struct list link; /* oldest first */
	char *path, *username, *password;
};

struct files {
	struct files_config config;
	struct acs_gate gate;
	int folder, uploads; /* -1: none */
	struct list grants;
	size_t n_grants, n_uploads;
	uint64_t last_upload;
};

struct files_upload {
	struct files *files;
	int folder, fd;
	char part[64]; /* its name until it is whole */
	char name[256];
	uint64_t bytes;
	int error; /* -errno of the first write that failed */
};

/* ---- life -------------------------------------------------------------------------- */

static int open_folder(const char *path, bool may_make, int *ret, struct error *err)
{
	if (!path)
		return 0;
	if (may_make)
		(void)mkdir(path, FOLDER_MODE);
	*ret = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret >= 0)
		return 0;
	return error_set(err, -errno, "%s: cannot open the folder of files: %s", path,
	    strerror(errno));
}

int files_new(struct files **ret, const struct files_config *config, struct error *err)
{
	auto_cleanup(files_free) struct files *files = calloc(1, sizeof(*files));
	int r;

	if (!files)
		return error_set(err, -ENOMEM, "no memory");
	files->config = *config;
	if (!config->upload_max)
		files->config.upload_max = FILES_UPLOAD_MAX_DEFAULT;
	files->folder = files->uploads = -1;
	list_init(&files->grants);
	/* Credentials of a transfer are asked for also where others need none. */
	acs_gate_init(&files->gate,
	    config->auth == ACS_SCHEME_NONE ? ACS_SCHEME_DIGEST : config->auth,
	    AUTH_MD5, config->username, config->password);
	r = open_folder(config->folder, false, &files->folder, err);
	if (r == 0)
		r = open_folder(config->uploads, true, &files->uploads, err);
	if (r < 0)
		return r;
	*ret = steal_ptr(&files);
	return 0;
}

static void forget_grant(struct files *files, struct grant *grant)
{
	list_remove(&grant->link);
	files->n_grants--;
	free(grant->path);
	free(grant->username);
	free(grant->password);
	free(grant);
}

void files_free(struct files *files)
{
	if (!files)
		return;
	while (!list_empty(&files->grants))
		forget_grant(files, list_first(&files->grants, struct grant, link));
	acs_gate_free(&files->gate);
	if (files->folder >= 0)
		(void)close(files->folder);
	if (files->uploads >= 0)
		(void)close(files->uploads);
	free(files);
}

/* ---- names ------------------------------------------------------------------------- */

bool files_is_target(struct str target)
{
	return str_starts(target, STR(FILES_PREFIX));
}

/* -errno where it is in neither folder. */
static int open_file(const struct files *files, const char *path)
{
	int fd = -ENOENT;

	if (files->folder >= 0)
		fd = files_path_open(files->folder, path);
	if (fd < 0 && files->uploads >= 0)
		fd = files_path_open(files->uploads, path);
	return fd;
}

int64_t files_size(const struct files *files, struct str name)
{
	auto_buf path = BUF_NULL;
	auto_fd fd = -1;
	struct stat st;

	if (files_path_check(name) < 0)
		return -1;
	buf_append_str(&path, name);
	fd = open_file(files, buf_cstr(&path));
	return fd < 0 || fstat(fd, &st) < 0 ? -1 : (int64_t)st.st_size;
}

struct str files_url(const struct files *files, struct str name, struct arena *arena,
    uint32_t *ret_size)
{
	const struct url *url = &files->config.url;
	auto_buf out = BUF_NULL;
	char host[300];

	if (files_path_check(name) < 0 || url_host_header(url, host, sizeof(host)) < 0)
		return STR_NULL;
	*ret_size = (uint32_t)MIN(MAX(files_size(files, name), 0), INT64_C(0xffffffff));
	buf_printf(&out, "%s://%s" FILES_PREFIX, url->is_https ? "https" : "http",
	    host);
	files_path_encode(&out, name);
	return out.error ? STR_NULL : arena_str(arena, buf_str(&out));
}

/* ---- who may ----------------------------------------------------------------------- */

static bool is_here(const struct files *files, const struct url *url)
{
	const struct url *own = &files->config.url;

	return url->is_https == own->is_https && url->port == own->port &&
	       url_host_is_same(url->host, own->host);
}

static struct grant *find_grant(const struct files *files, const char *path,
    struct str username)
{
	LIST_FOREACH (item, &files->grants) {
		struct grant *grant = list_entry(item, struct grant, link);

		if (strcmp(grant->path, path) == 0 &&
		    (!username.p || str_is(username, grant->username)))
			return grant;
	}
	return NULL;
}

void files_grant(struct files *files, struct str text, struct str username,
    struct str password)
{
	char path[FILES_PATH_MAX + 1];
	struct grant *grant;
	struct url url;

	if (url_parse(&url, text, NULL) < 0 || !is_here(files, &url) ||
	    files_path_of(url.path, path) < 0)
		return;
	grant = find_grant(files, path, username);
	if (grant)
		forget_grant(files, grant);
	if (files->n_grants == FILES_GRANTS_MAX)
		forget_grant(files, list_first(&files->grants, struct grant, link));
	grant = calloc(1, sizeof(*grant));
	if (!grant)
		return;
	list_init(&grant->link);
	list_append(&files->grants, &grant->link);
	files->n_grants++;
	grant->path = str_dup(str_of(path));
	grant->username = str_dup(username);
	grant->password = str_dup(password);
	if (!grant->path || !grant->username || !grant->password)
		forget_grant(files, grant);
}

/* Those of the configuration, and those of any transfer of this path. */
static enum acs_auth_verdict authenticate(struct files *files, const char *path,
    const struct http_head *head, clock_ns now)
{
	enum acs_auth_verdict verdict = ACS_AUTH_WRONG;
	bool is_granted = find_grant(files, path, STR_NULL);

	if (files->config.auth == ACS_SCHEME_NONE && !is_granted)
		return ACS_AUTH_GOOD;
	if (!http_header(head, "Authorization").p)
		return ACS_AUTH_MISSING;
	if (files->config.auth != ACS_SCHEME_NONE)
		verdict = acs_gate_check(&files->gate, head, now);
	LIST_FOREACH (item, &files->grants) {
		const struct grant *grant = list_entry(item, struct grant, link);

		if (verdict != ACS_AUTH_WRONG)
			break;
		if (strcmp(grant->path, path) == 0)
			verdict = acs_gate_check_as(&files->gate, head,
			    str_of(grant->username), str_of(grant->password), now);
	}
	return verdict;
}

/* ---- refusals ---------------------------------------------------------------------- */

static void refuse(struct files_reply *reply, unsigned status, const char *why,
    struct buf *out)
{
	*reply = (struct files_reply){ .status = status,
		.why = why,
		.fd = -1,
		.is_close = true };
	http_write_status(out, status);
	if (status == 405)
		http_write_header(out, "Allow", STR("GET, HEAD, PUT"));
	http_write_header_uint(out, "Content-Length", 0);
	http_write_header(out, "Connection", STR("close"));
	http_write_head_end(out);
}

static void challenge(struct files *files, const struct http_head *head,
    enum acs_auth_verdict verdict, clock_ns now, struct buf *out,
    struct files_reply *reply)
{
	*reply = (struct files_reply){ .status = 401,
		.why = acs_gate_why(&files->gate, head, verdict),
		.is_challenge = verdict != ACS_AUTH_WRONG,
		.fd = -1 };
	http_write_status(out, 401);
	acs_gate_challenge(&files->gate, verdict == ACS_AUTH_STALE, now, out);
	http_write_header_uint(out, "Content-Length", 0);
	http_write_head_end(out);
}

static bool is_get(const struct http_head *head)
{
	return str_is(head->method, "GET") || str_is(head->method, "HEAD");
}

static bool is_put(const struct http_head *head)
{
	return str_is(head->method, "PUT");
}

bool files_refuses(struct files *files, const struct http_head *head, clock_ns now,
    struct buf *out, struct files_reply *reply)
{
	enum acs_auth_verdict verdict;
	char path[FILES_PATH_MAX + 1];

	if (files_path_of(head->target, path) < 0)
		refuse(reply, 404, "that is no path of a file", out);
	else if (!is_get(head) && !is_put(head))
		refuse(reply, 405, "files are read by GET and written by PUT", out);
	else if ((verdict = authenticate(files, path, head, now)) != ACS_AUTH_GOOD)
		challenge(files, head, verdict, now, out, reply);
	else if (is_put(head) && files->uploads < 0)
		refuse(reply, 403, "the ACS takes no files", out);
	else if (is_put(head) && http_header(head, "Content-Range").p)
		refuse(reply, 400, "a file is written as a whole", out);
	else
		return false;
	return true;
}

/* ---- GET --------------------------------------------------------------------------- */

static void write_time(struct buf *out, const char *name, time_t time)
{
	struct tm tm;
	char text[64];

	if (gmtime_r(&time, &tm) &&
	    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm) > 0)
		http_write_header(out, name, str_of(text));
}

static const char *etag_of(const struct stat *st, char text[ETAG_MAX])
{
	(void)snprintf(text, ETAG_MAX, "\"%llx-%llx.%lx\"",
	    (unsigned long long)st->st_size, (unsigned long long)st->st_mtim.tv_sec,
	    (unsigned long)st->st_mtim.tv_nsec);
	return text;
}

/* A part is asked of the file that there was: another one comes as a whole (RFC 9110
 * 13.1.5). */
static enum range_verdict range_of(const struct http_head *head, const char *etag,
    struct files_reply *reply)
{
	struct str wish = http_header(head, "If-Range");

	if (wish.p && !str_is(wish, etag))
		return RANGE_NONE;
	return range_read(http_header(head, "Range"), reply->length, &reply->offset,
	    &reply->length);
}

static void write_get(const struct http_head *head, const struct stat *st,
    struct buf *out, struct files_reply *reply)
{
	unsigned long long size = (unsigned long long)st->st_size;
	enum range_verdict verdict;
	char etag[ETAG_MAX];

	reply->length = (uint64_t)st->st_size;
	verdict = range_of(head, etag_of(st, etag), reply);
	if (verdict == RANGE_OUTSIDE)
		reply->length = 0;
	reply->status = verdict == RANGE_NONE ? 200 : verdict == RANGE_PART ? 206 : 416;
	http_write_status(out, reply->status);
	http_write_header_uint(out, "Content-Length", reply->length);
	if (verdict == RANGE_PART)
		buf_printf(out, "Content-Range: bytes %llu-%llu/%llu\r\n",
		    (unsigned long long)reply->offset,
		    (unsigned long long)(reply->offset + reply->length - 1), size);
	if (verdict == RANGE_OUTSIDE)
		buf_printf(out, "Content-Range: bytes */%llu\r\n", size);
	http_write_header(out, "Content-Type", STR("application/octet-stream"));
	http_write_header(out, "Accept-Ranges", STR("bytes"));
	http_write_header(out, "ETag", str_of(etag));
	write_time(out, "Last-Modified", st->st_mtim.tv_sec);
	http_write_head_end(out);
}

void files_get(struct files *files, const struct http_head *head, struct buf *out,
    struct files_reply *reply)
{
	char path[FILES_PATH_MAX + 1];
	auto_fd fd = -1;
	struct stat st;

	if (files_path_of(head->target, path) == 0)
		fd = open_file(files, path);
	if (fd < 0 || fstat(fd, &st) < 0) {
		refuse(reply, fd == -EACCES ? 403 : 404,
		    fd == -EACCES ? "the ACS may not read the file" : "no such file",
		    out);
		return;
	}
	*reply = (struct files_reply){ .fd = -1 };
	write_get(head, &st, out, reply);
	if (reply->length > 0 && str_is(head->method, "GET"))
		reply->fd = steal_fd(&fd);
	else
		reply->length = 0;
}

/* ---- PUT --------------------------------------------------------------------------- */

uint64_t files_body_max(const struct files *files, const struct http_head *head)
{
	return is_put(head) && files->uploads >= 0 ? files->config.upload_max : 0;
}

static void upload_free(struct files_upload *upload)
{
	if (upload->fd >= 0)
		(void)close(upload->fd);
	if (upload->folder >= 0)
		(void)close(upload->folder);
	upload->files->n_uploads--;
	free(upload);
}

void files_upload_drop(struct files_upload *upload)
{
	if (!upload)
		return;
	if (upload->fd >= 0)
		(void)unlinkat(upload->folder, upload->part, 0);
	upload_free(upload);
}

static int open_upload(struct files *files, const char *path,
    struct files_upload *upload)
{
	const char *name = NULL;

	upload->folder = files_path_open_folder(files->uploads, path, &name);
	if (upload->folder < 0)
		return upload->folder;
	(void)snprintf(upload->name, sizeof(upload->name), "%s", name);
	/* Others of this process have other numbers, and other processes other ones. */
	(void)snprintf(upload->part, sizeof(upload->part), ".%ld-%llu.part",
	    (long)getpid(), (unsigned long long)++files->last_upload);
	upload->fd = openat(upload->folder, upload->part,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	return upload->fd < 0 ? -errno : 0;
}

struct files_upload *files_put(struct files *files, const struct http_head *head,
    struct buf *out, struct files_reply *reply)
{
	struct files_upload *upload = NULL;
	char path[FILES_PATH_MAX + 1];
	int r = -ENOMEM;

	if (files_path_of(head->target, path) < 0) {
		refuse(reply, 404, "that is no path of a file", out);
		return NULL;
	}
	if (files->n_uploads == UPLOADS_MAX) {
		refuse(reply, 503, "too many files are written at once", out);
		return NULL;
	}
	upload = calloc(1, sizeof(*upload));
	if (upload) {
		files->n_uploads++;
		*upload =
		    (struct files_upload){ .files = files, .folder = -1, .fd = -1 };
		r = open_upload(files, path, upload);
	}
	if (r == 0)
		return upload;
	files_upload_drop(upload);
	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		refuse(reply, 409, "there is no such folder", out);
	else
		refuse(reply, 507, "the file cannot be written", out);
	return NULL;
}

void files_upload_write(struct files_upload *upload, struct str bytes)
{
	while (bytes.len > 0 && upload->error == 0) {
		ssize_t n = write(upload->fd, bytes.p, bytes.len);

		if (n == 0 || (n < 0 && errno != EINTR))
			upload->error = n == 0 ? -EIO : -errno;
		if (n <= 0)
			continue;
		upload->bytes += (uint64_t)n;
		bytes = str_from(bytes, (size_t)n);
	}
}

uint64_t files_upload_bytes(const struct files_upload *upload)
{
	return upload->bytes;
}

/* A folder of that name stays, as does what a link points to: the link goes. */
static int take_place(struct files_upload *upload, bool *ret_was_there)
{
	struct stat st;

	*ret_was_there =
	    fstatat(upload->folder, upload->name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (*ret_was_there && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (renameat(upload->folder, upload->part, upload->folder, upload->name) < 0)
		return -errno;
	return 0;
}

void files_upload_end(struct files_upload *upload, struct buf *out,
    struct files_reply *reply)
{
	bool was_there = false;
	int r = upload->error;

	if (r == 0)
		r = take_place(upload, &was_there);
	if (r < 0) {
		refuse(reply, r == -EISDIR ? 409 : 507,
		    r == -EISDIR ? "a folder has that name"
				 : "the file cannot be written",
		    out);
		files_upload_drop(upload);
		return;
	}
	*reply = (struct files_reply){ .status = was_there ? 204 : 201, .fd = -1 };
	http_write_status(out, reply->status);
	if (!was_there)
		http_write_header_uint(out, "Content-Length", 0);
	http_write_head_end(out);
	upload_free(upload);
}
