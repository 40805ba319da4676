#include "lib/load/load_data.h"

#include "lib/base/map.h"
#include "lib/conf/conf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
	uint32_t byte, line;
};

struct load_data {
	char *name; /* owned */
	struct buf bytes;
	struct arena arena;
	struct {
		enum load_data_column what;
		struct str name;
	} columns[CSV_FIELDS_MAX];
	size_t n_columns;
	struct place *rows; /* owned list: where the line of each CPE begins */
	uint64_t n_rows;
};

struct reading {
	struct load_data *data;
	uint64_t cpes;
	struct map serials; /* to what is not null */
	struct conf_mistakes *mistakes;
};

static const char *const names[] = {
#define XX(symbol, name) (name),
	LOAD_DATA_MAP(XX)
#undef XX
};

static void complain(const struct load_data *data, uint32_t line, uint32_t column,
    const char *words, struct conf_mistakes *mistakes)
{
	struct error text = ERROR_NULL;

	(void)error_set(&text, ERR_CONFIG, "%s:%u:%u: error: %s", data->name,
	    (unsigned)line, (unsigned)column, words);
	conf_mistakes_add(mistakes, line, column, text.text);
}

void load_data_mistake(const struct load_data *data, const struct csv_field *field,
    const char *words, struct conf_mistakes *mistakes)
{
	complain(data, field->line, field->column, words, mistakes);
}

/* ---- the heading ------------------------------------------------------------------------ */

static bool is_twice(const struct load_data *data, struct str name)
{
	for (size_t i = 0; i < data->n_columns; i++) {
		if (str_eq_nocase(data->columns[i].name, name))
			return true;
	}
	return false;
}

static enum load_data_column what_is(struct str name)
{
	for (unsigned i = 0; i < LOAD_DATA_PARAMETER; i++) {
		if (str_eq_nocase(name, str_of(names[i])))
			return (enum load_data_column)i;
	}
	return LOAD_DATA_PARAMETER;
}

static int take_heading(struct reading *r, const struct csv_record *record)
{
	struct load_data *data = r->data;

	for (size_t i = 0; i < record->len; i++) {
		struct str name = str_trim(record->fields[i].text);
		enum load_data_column what = what_is(name);

		if (what == LOAD_DATA_PARAMETER &&
		    (!memchr(name.p, '.', name.len) || str_ends(name, STR(".")) ||
			name.len > LOAD_DATA_NAME_MAX))
			load_data_mistake(data, &record->fields[i],
			    "a column is serial, username, password or the name of a "
			    "parameter, such as DeviceInfo.ProvisioningCode",
			    r->mistakes);
		else if (is_twice(data, name))
			load_data_mistake(data, &record->fields[i],
			    "this column stands there already", r->mistakes);
		data->columns[data->n_columns].what = what;
		data->columns[data->n_columns].name = arena_str(&data->arena, name);
		if (!data->columns[data->n_columns++].name.p && name.len > 0)
			return -ENOMEM;
	}
	return 0;
}

/* ---- lines ------------------------------------------------------------------------------ */

static int check_serial(struct reading *r, const struct csv_field *field)
{
	struct str serial;

	if (field->text.len > LOAD_DATA_SERIAL_MAX) {
		load_data_mistake(r->data, field, "a SerialNumber has at most 64 bytes",
		    r->mistakes);
		return 0;
	}
	if (map_get(&r->serials, field->text)) {
		load_data_mistake(r->data, field,
		    "this SerialNumber is another CPE's already", r->mistakes);
		return 0;
	}
	serial = arena_str(&r->data->arena, field->text);
	return serial.p ? map_put(&r->serials, serial, r->data) : -ENOMEM;
}

static int check_field(struct reading *r, size_t i, const struct csv_field *field)
{
	enum load_data_column what = r->data->columns[i].what;

	if (field->text.len > 0 && memchr(field->text.p, '\0', field->text.len)) {
		load_data_mistake(r->data, field, "a field has no byte 0", r->mistakes);
		return 0;
	}
	if (what == LOAD_DATA_SERIAL)
		return field->text.len > 0 ? check_serial(r, field) : 0;
	if (what != LOAD_DATA_PARAMETER && field->text.len > LOAD_DATA_WORD_MAX)
		load_data_mistake(r->data, field,
		    "a username or password has at most 256 bytes", r->mistakes);
	return 0;
}

static int take_row(struct reading *r, struct place at, const struct csv_record *record)
{
	struct load_data *data = r->data;
	char words[80];
	int result = 0;

	data->rows[data->n_rows++] = at;
	if (record->len != data->n_columns) {
		(void)snprintf(words, sizeof(words),
		    "%zu fields, and the heading has %zu", record->len,
		    data->n_columns);
		load_data_mistake(data, &record->fields[0], words, r->mistakes);
		return 0;
	}
	for (size_t i = 0; i < record->len && result == 0; i++)
		result = check_field(r, i, &record->fields[i]);
	return result;
}

static int read_rows(struct reading *r)
{
	struct load_data *data = r->data;
	struct csv_reader csv;
	auto_arena arena = ARENA_NULL;
	struct csv_record record;
	struct error words = ERROR_NULL;
	char text[80];
	int result;

	csv_begin(&csv, buf_str(&data->bytes));
	while (data->n_rows < r->cpes) {
		struct place at = { (uint32_t)csv.at, csv.line };

		result = csv_next(&csv, &arena, &record, &words);
		if (result == 0)
			break;
		if (result == 1)
			result = data->n_columns == 0 ? take_heading(r, &record)
						      : take_row(r, at, &record);
		else if (result != -ENOMEM)
			complain(data, record.line, record.column, words.text,
			    r->mistakes);
		if (result == -ENOMEM)
			return result;
		arena_reset(&arena);
	}
	(void)snprintf(text, sizeof(text),
	    "%" PRIu64 " lines behind the heading, and %" PRIu64 " CPEs", data->n_rows,
	    r->cpes);
	if (data->n_rows < r->cpes && r->mistakes->len == 0)
		complain(data, csv.line, 1, text, r->mistakes);
	return 0;
}

int load_data_parse(struct load_data **ret, const char *name, struct buf *bytes,
    uint64_t cpes, struct conf_mistakes *mistakes, struct error *err)
{
	auto_cleanup(load_data_free) struct load_data *data = calloc(1, sizeof(*data));
	struct reading r = { .data = data, .cpes = cpes, .mistakes = mistakes };
	int result = -ENOMEM;

	if (data) {
		data->bytes = *bytes;
		*bytes = (struct buf)BUF_NULL;
		data->name = str_dup(str_of(name));
		data->rows = calloc(cpes + 1, sizeof(*data->rows));
	}
	if (data && data->name && data->rows)
		result = read_rows(&r);
	map_free(&r.serials);
	if (result < 0)
		return error_set(err, result, "no memory for %s", name);
	result = conf_mistakes_fail(mistakes, err);
	if (result == 0)
		*ret = steal_ptr(&data);
	return result;
}

void load_data_free(struct load_data *data)
{
	if (!data)
		return;
	free(data->name);
	free(data->rows);
	buf_free(&data->bytes);
	arena_free(&data->arena);
	free(data);
}

/* ---- asked ------------------------------------------------------------------------------ */

size_t load_data_columns(const struct load_data *data)
{
	return data->n_columns;
}

enum load_data_column load_data_column(const struct load_data *data, size_t i,
    struct str *ret_name)
{
	*ret_name = data->columns[i].name;
	return data->columns[i].what;
}

int load_data_row(const struct load_data *data, uint64_t cpe, struct arena *arena,
    struct csv_record *ret)
{
	const struct place *row = &data->rows[cpe];
	struct csv_reader at = { .text = buf_str(&data->bytes),
		.at = row->byte,
		.line = row->line,
		.line_start = row->byte };

	/* It was read once: memory is all that can be short. */
	return csv_next(&at, arena, ret, NULL) == 1 ? 0 : -ENOMEM;
}
