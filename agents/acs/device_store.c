#include "agents/acs/device_store.h"

#include "lib/base/buf.h"
#include "lib/base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
	BUSY_MS = 2000,
	FORMAT_VERSION = 1
};

enum statement {
	BEGIN,
	SAVE_DEVICE,
	DROP_VALUES,
	SAVE_VALUE,
	SAVE_TAGS,
	DROP_CALLER,
	SAVE_CALLER,
	FIND_TAGS,
	FIND_CALLER,
	COMMIT,
	ROLLBACK,
	STATEMENTS
};

static const char *const statement_texts[STATEMENTS] = {
	[BEGIN] = "BEGIN",
	[SAVE_DEVICE] = "INSERT OR REPLACE INTO devices VALUES (?,?,?,?,?,?,?,?,?,?)",
	[DROP_VALUES] = "DELETE FROM device_values WHERE id = ?",
	[SAVE_VALUE] = "INSERT OR REPLACE INTO device_values VALUES (?,?,?)",
	[SAVE_TAGS] = "INSERT OR REPLACE INTO device_tags VALUES (?,?)",
	[DROP_CALLER] = "DELETE FROM device_callers WHERE id = ?",
	[SAVE_CALLER] = "INSERT OR REPLACE INTO device_callers VALUES (?,?,?)",
	[FIND_TAGS] = "SELECT * FROM device_tags WHERE id = ?",
	[FIND_CALLER] = "SELECT * FROM device_callers WHERE id = ?",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
};

/* In WAL mode a commit is in the file's log at once; only a power cut needs more. */
static const char setup[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA secure_delete = ON;"
    "CREATE TABLE IF NOT EXISTS devices (id TEXT PRIMARY KEY, manufacturer TEXT,"
    " oui TEXT, product_class TEXT, serial_number TEXT, address TEXT,"
    " last_inform INTEGER, retry_count INTEGER, informs INTEGER, events TEXT)"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS device_values (id TEXT, name TEXT, value TEXT,"
    " PRIMARY KEY (id, name)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS device_tags (id TEXT PRIMARY KEY, tags TEXT)"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS device_callers (id TEXT PRIMARY KEY, username TEXT,"
    " password TEXT) WITHOUT ROWID;"
    "PRAGMA user_version = 1;";

struct device_store {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
	char *path;
	struct device_list *list; /* borrowed; null: not yet */
};

static int fail(const struct device_store *store, struct error *err)
{
	int code = sqlite3_errcode(store->db);
	bool is_foreign = code == SQLITE_NOTADB || code == SQLITE_CORRUPT;

	return error_set(err, is_foreign ? ERR_MALFORMED : -EIO, "%s: %s", store->path,
	    sqlite3_errmsg(store->db));
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	(void)sqlite3_bind_text(statement, at, text ? text : "", -1, SQLITE_STATIC);
}

static sqlite3_stmt *prepare(struct device_store *store, const char *text)
{
	sqlite3_stmt *statement = NULL;

	(void)sqlite3_prepare_v2(store->db, text, -1, &statement, NULL);
	return statement;
}

/* ---- reading ----------------------------------------------------------------------- */

static struct str column(sqlite3_stmt *row, int at)
{
	const void *text = sqlite3_column_text(row, at);

	return str_make(text, text ? (size_t)sqlite3_column_bytes(row, at) : 0);
}

static void take_device(struct device_list *list, sqlite3_stmt *row)
{
	struct cwmp_event events = { .code = column(row, 9) };
	const struct cwmp_inform inform = {
		.device = { column(row, 1), column(row, 2), column(row, 3),
		    column(row, 4) },
		.events = &events, /* the list as one text */
		.n_events = 1,
		.retry_count = (uint32_t)sqlite3_column_int64(row, 7),
	};
	auto_free char *address = str_dup(column(row, 5));
	struct device *device = device_informed(list, &inform, address ? address : "",
	    sqlite3_column_int64(row, 6));

	if (device)
		device->n_informs = (uint64_t)sqlite3_column_int64(row, 8);
}

static void take_value(struct device_list *list, sqlite3_stmt *row)
{
	struct device *device = map_get(&list->by_id, column(row, 0));

	if (device)
		device_set_value(device, column(row, 1), column(row, 2));
}

static void take_tags(struct device_list *list, sqlite3_stmt *row)
{
	struct device *device = map_get(&list->by_id, column(row, 0));
	struct str rest = column(row, 1);

	while (device && rest.len > 0)
		(void)device_tag(device, str_cut(rest, ',', &rest), true);
}

static void take_caller(struct device_list *list, sqlite3_stmt *row)
{
	struct device *device = map_get(&list->by_id, column(row, 0));

	/* Texts of SQLite are terminated. */
	if (device)
		device_set_caller(device, column(row, 1).p, column(row, 2).p);
}

static int read_rows(struct device_store *store, const char *query,
    struct device_list *list, void (*take)(struct device_list *, sqlite3_stmt *),
    struct error *err)
{
	sqlite3_stmt *row = prepare(store, query);
	int r;

	if (!row)
		return fail(store, err);
	while ((r = sqlite3_step(row)) == SQLITE_ROW)
		take(list, row);
	(void)sqlite3_finalize(row);
	return r == SQLITE_DONE ? 0 : fail(store, err);
}

static void find_row(struct device_store *store, enum statement which,
    struct device *device, void (*take)(struct device_list *, sqlite3_stmt *))
{
	sqlite3_stmt *row = store->statements[which];

	bind_text(row, 1, device->id);
	if (sqlite3_step(row) == SQLITE_ROW)
		take(device->list, row);
	(void)sqlite3_reset(row);
}

/* Of struct device_list. */
static void recall(void *user, struct device *device)
{
	struct device_store *store = user;

	find_row(store, FIND_TAGS, device, take_tags);
	find_row(store, FIND_CALLER, device, take_caller);
}

static int check_version(struct device_store *store, struct error *err)
{
	sqlite3_stmt *row = prepare(store, "PRAGMA user_version");
	int version;

	if (!row || sqlite3_step(row) != SQLITE_ROW) {
		(void)sqlite3_finalize(row);
		return fail(store, err);
	}
	version = sqlite3_column_int(row, 0);
	(void)sqlite3_finalize(row);
	if (version != 0 && version != FORMAT_VERSION)
		return error_set(err, ERR_MALFORMED,
		    "%s: version %d of the device list; this program knows %d",
		    store->path, version, FORMAT_VERSION);
	return 0;
}

/* ---- secrets ----------------------------------------------------------------------- */

static void sql_is_secret(sqlite3_context *context, int n, sqlite3_value **values)
{
	const void *text = sqlite3_value_text(values[0]);

	(void)n;
	sqlite3_result_int(context,
	    secret_is_name(str_make(text, (size_t)sqlite3_value_bytes(values[0]))));
}

static void sql_shown(sqlite3_context *context, int n, sqlite3_value **values)
{
	const void *text = sqlite3_value_text(values[0]);
	auto_buf shown = BUF_NULL;

	(void)n;
	secret_put(&shown, str_make(text, (size_t)sqlite3_value_bytes(values[0])));
	if (shown.error)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_text(context, (const char *)shown.data, (int)shown.len,
		    SQLITE_TRANSIENT);
}

/* A file of another version of the program may have what this one would not keep. What was
 * deleted stays in the file's free pages until VACUUM. */
static int drop_secrets(struct device_store *store, struct error *err)
{
	static const char drop[] =
	    "DELETE FROM device_values WHERE is_secret(name);"
	    "UPDATE device_values SET value = shown(value) WHERE value <> shown(value);";
	static const char sweep[] = "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);";
	int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC, before;

	(void)sqlite3_create_function(store->db, "is_secret", 1, flags, NULL,
	    sql_is_secret, NULL, NULL);
	(void)sqlite3_create_function(store->db, "shown", 1, flags, NULL, sql_shown,
	    NULL, NULL);
	before = sqlite3_total_changes(store->db);
	if (sqlite3_exec(store->db, drop, NULL, NULL, NULL) != SQLITE_OK)
		return fail(store, err);
	if (sqlite3_total_changes(store->db) > before &&
	    sqlite3_exec(store->db, sweep, NULL, NULL, NULL) != SQLITE_OK)
		return fail(store, err);
	return 0;
}

/* The database makes its file with the rights of the umask, and gives its logs those of the
 * file: the file is there before it. What else is wrong with the path it says itself. */
static void create_private(const char *path)
{
	auto_fd fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	(void)fd;
}

/* Takes the rights of others from what is there already, once it is known to be ours: not
 * by a descriptor, whose end would be that of the database's locks. */
static int keep_private(const char *path, struct error *err)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		auto_buf name = BUF_NULL;
		struct stat st;

		buf_printf(&name, "%s%s", path, ends[i]);
		if (stat(buf_cstr(&name), &st) < 0 || !S_ISREG(st.st_mode) ||
		    (st.st_mode & 0777) == 0600)
			continue;
		if (chmod(buf_cstr(&name), 0600) < 0 && (st.st_mode & 0077) != 0)
			return error_set(err, -errno, "%s: others may read it: %s",
			    buf_cstr(&name), error_name(-errno));
	}
	return 0;
}

/* ---- opening ----------------------------------------------------------------------- */

static int start(struct device_store *store, struct device_list *list,
    struct error *err)
{
	int r = check_version(store, err);

	if (r == 0)
		r = keep_private(store->path, err);
	if (r < 0)
		return r;
	if (sqlite3_exec(store->db, setup, NULL, NULL, NULL) != SQLITE_OK)
		return fail(store, err);
	r = drop_secrets(store, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < STATEMENTS; i++) {
		store->statements[i] = prepare(store, statement_texts[i]);
		if (!store->statements[i])
			return fail(store, err);
	}
	r = read_rows(store, "SELECT * FROM devices ORDER BY last_inform", list,
	    take_device, err);
	if (r == 0)
		r = read_rows(store, "SELECT * FROM device_values", list, take_value,
		    err);
	if (r == 0)
		r = read_rows(store, "SELECT * FROM device_tags", list, take_tags, err);
	return r < 0 ? r
		     : read_rows(store, "SELECT * FROM device_callers", list,
			   take_caller, err);
}

int device_store_open(struct device_store **ret, const char *path,
    struct device_list *list, struct error *err)
{
	auto_cleanup(device_store_free) struct device_store *store =
	    calloc(1, sizeof(*store));
	int r;

	if (!store)
		return error_set(err, -ENOMEM, "no memory");
	store->path = str_dup(str_of(path));
	if (!store->path)
		return error_set(err, -ENOMEM, "no memory");
	create_private(path);
	if (sqlite3_open(path, &store->db) != SQLITE_OK)
		return fail(store, err);
	(void)sqlite3_busy_timeout(store->db, BUSY_MS);
	r = start(store, list, err);
	if (r < 0)
		return r;
	store->list = list;
	list->recall = recall;
	list->user = store;
	*ret = steal_ptr(&store);
	return 0;
}

void device_store_free(struct device_store *store)
{
	if (!store)
		return;
	if (store->list)
		store->list->recall = NULL;
	for (size_t i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(store->statements[i]);
	(void)sqlite3_close(store->db);
	free(store->path);
	free(store);
}

/* ---- writing ----------------------------------------------------------------------- */

static bool run(struct device_store *store, enum statement which)
{
	sqlite3_stmt *statement = store->statements[which];
	int r = sqlite3_step(statement);

	(void)sqlite3_reset(statement);
	return r == SQLITE_DONE;
}

static bool save_device(struct device_store *store, const struct device *device)
{
	sqlite3_stmt *statement = store->statements[SAVE_DEVICE];

	bind_text(statement, 1, device->id);
	bind_text(statement, 2, device->text.manufacturer);
	bind_text(statement, 3, device->text.oui);
	bind_text(statement, 4, device->text.product_class);
	bind_text(statement, 5, device->text.serial_number);
	bind_text(statement, 6, device->address);
	(void)sqlite3_bind_int64(statement, 7, device->last_inform);
	(void)sqlite3_bind_int64(statement, 8, device->retry_count);
	(void)sqlite3_bind_int64(statement, 9, (sqlite3_int64)device->n_informs);
	bind_text(statement, 10, device->events);
	return run(store, SAVE_DEVICE);
}

static bool save_values(struct device_store *store, const struct device *device)
{
	sqlite3_stmt *statement = store->statements[SAVE_VALUE];

	bind_text(store->statements[DROP_VALUES], 1, device->id);
	if (!run(store, DROP_VALUES))
		return false;
	for (size_t i = 0; i < device->n_values; i++) {
		bind_text(statement, 1, device->id);
		bind_text(statement, 2, device->values[i].name);
		bind_text(statement, 3, device->values[i].value);
		if (!run(store, SAVE_VALUE))
			return false;
	}
	return true;
}

/* Most devices have none, and keep no row. */
static bool save_tags(struct device_store *store, const struct device *device)
{
	if (!device->tags)
		return true;
	bind_text(store->statements[SAVE_TAGS], 1, device->id);
	bind_text(store->statements[SAVE_TAGS], 2, device->tags);
	return run(store, SAVE_TAGS);
}

/* An empty word is one that the CPE has; NULL was not set. */
static void bind_word(sqlite3_stmt *statement, int at, const char *word)
{
	if (word)
		bind_text(statement, at, word);
	else
		(void)sqlite3_bind_null(statement, at);
}

static bool save_caller(struct device_store *store, const struct device *device)
{
	const struct device_caller *caller = device->caller;
	sqlite3_stmt *statement = store->statements[SAVE_CALLER];

	if (!caller)
		return true;
	if (!caller->username && !caller->password) {
		bind_text(store->statements[DROP_CALLER], 1, device->id);
		return run(store, DROP_CALLER);
	}
	bind_text(statement, 1, device->id);
	bind_word(statement, 2, caller->username);
	bind_word(statement, 3, caller->password);
	return run(store, SAVE_CALLER);
}

int device_store_save(struct device_store *store, const struct device *device,
    struct error *err)
{
	int r;

	if (run(store, BEGIN) && save_device(store, device) &&
	    save_values(store, device) && save_tags(store, device) &&
	    save_caller(store, device) && run(store, COMMIT))
		return 0;
	r = fail(store, err);
	if (!sqlite3_get_autocommit(store->db))
		(void)run(store, ROLLBACK);
	return r;
}
