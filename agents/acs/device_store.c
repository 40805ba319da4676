#include "agents/acs/device_store.h"

#include "lib/base/buf.h"
#include "lib/base/log.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>

struct device_store {
	sqlite3 *db;
	sqlite3_stmt *save, *save_value;
};

static const char schema[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    "CREATE TABLE IF NOT EXISTS device(id TEXT PRIMARY KEY, manufacturer TEXT, oui TEXT,"
    " product_class TEXT, serial_number TEXT, address TEXT, last_inform INTEGER,"
    " retry_count INTEGER, events TEXT) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS value(id TEXT, name TEXT, value TEXT,"
    " PRIMARY KEY(id, name)) WITHOUT ROWID;";

static const char save_sql[] =
    "INSERT OR REPLACE INTO device VALUES(?,?,?,?,?,?,?,?,?)";
static const char save_value_sql[] = "INSERT OR REPLACE INTO value VALUES(?,?,?)";
static const char load_sql[] =
    "SELECT manufacturer, oui, product_class, serial_number, address, last_inform,"
    " retry_count, events, id FROM device ORDER BY last_inform";
static const char load_values_sql[] = "SELECT name, value FROM value WHERE id = ?";

static int fail(const struct device_store *store, const char *path, struct error *err)
{
	return error_set(err, ERR_MACHINE, "%s: %s", path,
	    store->db ? sqlite3_errmsg(store->db) : "no memory");
}

static struct str column(sqlite3_stmt *row, int i)
{
	return str_make(sqlite3_column_text(row, i),
	    (size_t)sqlite3_column_bytes(row, i));
}

static void load_values(struct device_store *store, struct device *device)
{
	sqlite3_stmt *rows = NULL;

	if (sqlite3_prepare_v2(store->db, load_values_sql, -1, &rows, NULL) !=
	    SQLITE_OK)
		return;
	(void)sqlite3_bind_text(rows, 1, device->id, -1, SQLITE_STATIC);
	while (sqlite3_step(rows) == SQLITE_ROW)
		device_set_value(device, column(rows, 0), column(rows, 1));
	(void)sqlite3_finalize(rows);
}

static void load_device(struct device_store *store, sqlite3_stmt *row,
    struct device_list *list)
{
	struct cwmp_event event = { .code = column(row, 7) };
	struct cwmp_inform inform = {
		.device = { column(row, 0), column(row, 1), column(row, 2),
		    column(row, 3) },
		.events = &event,
		.n_events = 1,
		.retry_count = (uint32_t)sqlite3_column_int64(row, 6),
	};
	const char *address = (const char *)sqlite3_column_text(row, 4);
	struct device *device = device_informed(list, &inform, address ? address : "",
	    sqlite3_column_int64(row, 5));

	if (device)
		load_values(store, device);
}

static int load(struct device_store *store, struct device_list *list)
{
	sqlite3_stmt *rows = NULL;
	int r = sqlite3_prepare_v2(store->db, load_sql, -1, &rows, NULL);

	while (r == SQLITE_OK && sqlite3_step(rows) == SQLITE_ROW)
		load_device(store, rows, list);
	(void)sqlite3_finalize(rows);
	return r;
}

int device_store_open(struct device_store **ret, const char *path,
    struct device_list *list, struct error *err)
{
	struct device_store *store = calloc(1, sizeof(*store));
	int r;

	if (!store)
		return error_set(err, -ENOMEM, "no memory");
	if (sqlite3_open(path, &store->db) != SQLITE_OK ||
	    sqlite3_exec(store->db, schema, NULL, NULL, NULL) != SQLITE_OK ||
	    load(store, list) != SQLITE_OK ||
	    sqlite3_prepare_v2(store->db, save_sql, -1, &store->save, NULL) !=
		SQLITE_OK ||
	    sqlite3_prepare_v2(store->db, save_value_sql, -1, &store->save_value,
		NULL) != SQLITE_OK) {
		r = fail(store, path, err);
		device_store_close(store);
		return r;
	}
	*ret = store;
	return 0;
}

static bool run(sqlite3_stmt *statement)
{
	bool is_done = sqlite3_step(statement) == SQLITE_DONE;

	(void)sqlite3_reset(statement);
	return is_done;
}

static bool save_device(struct device_store *store, const struct device *device)
{
	const char *const texts[] = { device->id, device->text.manufacturer,
		device->text.oui, device->text.product_class,
		device->text.serial_number, device->address };
	sqlite3_stmt *save = store->save;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		(void)sqlite3_bind_text(save, (int)i + 1, texts[i], -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(save, 7, device->last_inform);
	(void)sqlite3_bind_int64(save, 8, device->retry_count);
	(void)sqlite3_bind_text(save, 9, device->events, -1, SQLITE_STATIC);
	return run(save);
}

static bool save_values(struct device_store *store, const struct device *device)
{
	sqlite3_stmt *save = store->save_value;

	for (size_t i = 0; i < device->n_values; i++) {
		(void)sqlite3_bind_text(save, 1, device->id, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(save, 2, device->values[i].name, -1,
		    SQLITE_STATIC);
		(void)sqlite3_bind_text(save, 3, device->values[i].value, -1,
		    SQLITE_STATIC);
		if (!run(save))
			return false;
	}
	return true;
}

void device_store_save(struct device_store *store, const struct device *device)
{
	bool is_saved;

	if (!store)
		return;
	is_saved = sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
		   save_device(store, device) && save_values(store, device);
	if (sqlite3_exec(store->db, is_saved ? "COMMIT" : "ROLLBACK", NULL, NULL,
		NULL) != SQLITE_OK ||
	    !is_saved)
		log_warn("%s is not saved: %s", device->id, sqlite3_errmsg(store->db));
}

void device_store_close(struct device_store *store)
{
	if (!store)
		return;
	(void)sqlite3_finalize(store->save);
	(void)sqlite3_finalize(store->save_value);
	(void)sqlite3_close(store->db);
	free(store);
}
