/* CSV exports of GenieACS. */
#include "lab/model/import.h"

#include "lib/base/utf8.h"
#include "lib/proto/csv.h"

#include <errno.h>

enum column {
	COLUMN_PARAMETER,
	COLUMN_OBJECT,
	COLUMN_WRITABLE,
	COLUMN_VALUE,
	COLUMN_TYPE,
	COLUMNS
};

static const char *const column_names[COLUMNS] = { "Parameter", "Object", "Writable",
	"Value", "Value type" };

struct reading {
	struct dump *dump;
	const char *name;
	struct conf_mistakes *mistakes;
	struct error *err;
	struct csv_reader csv;
	struct arena arena; /* of fields */
	struct csv_record record;
	size_t n_columns;   /* of the header */
	size_t at[COLUMNS]; /* 1 + the index of each; 0: the file has none */
	size_t *odd;
	int worst;
};

#define FAIL(reading, field, ...)                                                \
	((reading)->worst = import_mistake((reading)->mistakes, (reading)->name, \
	     (field)->line, (field)->column, (reading)->err, __VA_ARGS__))

/* ---- the header --------------------------------------------------------------------------- */

static void read_header(struct reading *reading)
{
	const struct csv_record *record = &reading->record;

	reading->n_columns = record->len;
	for (size_t i = 0; i < record->len; i++) {
		struct str text = str_trim(record->fields[i].text);

		for (size_t k = 0; k < COLUMNS; k++) {
			if (!str_eq_nocase(text, str_of(column_names[k])))
				continue;
			if (reading->at[k] > 0)
				FAIL(reading, &record->fields[i],
				    "a second column \"%s\"", column_names[k]);
			reading->at[k] = i + 1;
		}
	}
	if (reading->at[COLUMN_PARAMETER] == 0 || reading->at[COLUMN_OBJECT] == 0 ||
	    reading->at[COLUMN_VALUE] == 0)
		FAIL(reading, &record->fields[0],
		    "the first line names the columns: \"Parameter\", \"Object\" and "
		    "\"Value\" must be among them, as in a CSV export of GenieACS");
}

/* ---- records ------------------------------------------------------------------------------- */

static const struct csv_field *field_of(const struct reading *reading,
    enum column column)
{
	size_t at = reading->at[column];

	return at > 0 && at <= reading->record.len ? &reading->record.fields[at - 1]
						   : NULL;
}

/* "true", "false", 1, 0, or nothing, which is false. */
static bool read_truth(struct reading *reading, enum column column)
{
	const struct csv_field *field = field_of(reading, column);
	struct str text = field ? str_trim(field->text) : STR_NULL;

	if (str_eq_nocase(text, STR("true")) || str_is(text, "1"))
		return true;
	if (text.len > 0 && !str_eq_nocase(text, STR("false")) && !str_is(text, "0"))
		FAIL(reading, field, "\"%s\" is \"%.*s\"; true or false is wanted",
		    column_names[column], (int)MIN(text.len, (size_t)40), text.p);
	return false;
}

static bool is_text(struct str text)
{
	while (text.len > 0) {
		size_t n = utf8_char(text);

		if (n == 0 || text.p[0] == '\0')
			return false;
		text = str_from(text, n);
	}
	return true;
}

static void read_value(struct reading *reading, struct dump_entry *entry)
{
	const struct csv_field *value = field_of(reading, COLUMN_VALUE);
	const struct csv_field *type = field_of(reading, COLUMN_TYPE);
	struct str type_text = type ? str_trim(type->text) : STR_NULL;

	entry->type = dump_type(type_text);
	*reading->odd += entry->type < 0 && type_text.len > 0;
	if (!value)
		return;
	if (value->text.len > MODEL_VALUE_MAX)
		FAIL(reading, value, "a value of %zu bytes; %d is the most",
		    value->text.len, MODEL_VALUE_MAX);
	else if (!is_text(value->text))
		FAIL(reading, value,
		    "a value that is no UTF-8 text; save the file as UTF-8");
	entry->value = dump_keep(reading->dump, value->text);
	entry->has_value = true;
	if (!entry->value.p)
		reading->worst =
		    error_set(reading->err, -ENOMEM, "no memory for the file");
}

/* The name with the dot that objects end in; a null view after a mistake. */
static struct str read_name(struct reading *reading, const struct csv_field *field,
    bool is_object)
{
	struct str name = str_trim(field->text);
	char path[MODEL_PATH_MAX + 2];
	enum dump_name wrong;
	size_t at;

	if (is_object && name.len > 0 && name.p[name.len - 1] == '.')
		name.len--;
	wrong = dump_check_name(name, &at);
	if (wrong == DUMP_NAME_NUMBER && is_object)
		wrong = DUMP_NAME_OK;
	if (wrong == DUMP_NAME_OK && name.p[name.len - 1] == '.')
		wrong = DUMP_NAME_EMPTY_PART;
	if (wrong == DUMP_NAME_OK && !is_object && str_find_char(name, '.') == name.len)
		wrong = DUMP_NAME_ROOT;
	if (wrong == DUMP_NAME_OK && name.len + is_object > MODEL_PATH_MAX)
		wrong = DUMP_NAME_LONG;
	if (wrong != DUMP_NAME_OK) {
		struct csv_field place = *field;

		place.column += (uint32_t)(wrong == DUMP_NAME_LONG ? 0 : at);
		FAIL(reading, &place, "%s", dump_name_words(wrong));
		return STR_NULL;
	}
	memcpy(path, name.p, name.len);
	path[name.len] = '.';
	return dump_keep(reading->dump, str_make(path, name.len + is_object));
}

/* The other kind of the same name: "A.B" of "A.B.", "A.B." of "A.B". */
static bool is_other_kind(const struct dump *dump, struct str path)
{
	char other[MODEL_PATH_MAX + 2];
	bool is_object = path.p[path.len - 1] == '.';

	memcpy(other, path.p, path.len);
	other[path.len] = '.';
	return map_get(&dump->by_path,
		   str_make(other, is_object ? path.len - 1 : path.len + 1)) != NULL;
}

static void read_record(struct reading *reading)
{
	const struct csv_field *field = field_of(reading, COLUMN_PARAMETER);
	struct dump_entry *entry;
	bool is_object, is_new = false;
	struct str path;

	if (reading->record.len != reading->n_columns || !field) {
		FAIL(reading, &reading->record.fields[0],
		    "%zu fields; the first line names %zu columns", reading->record.len,
		    reading->n_columns);
		return;
	}
	is_object = read_truth(reading, COLUMN_OBJECT);
	path = read_name(reading, field, is_object);
	if (!path.p)
		return;
	entry = dump_want(reading->dump, path, &is_new);
	if (!entry) {
		reading->worst =
		    error_set(reading->err, -ENOMEM, "no memory for the file");
		return;
	}
	if (!is_new) {
		FAIL(reading, field, "\"%.*s\" stands in line %u already",
		    STR_ARG(path), entry->line);
		return;
	}
	if (is_other_kind(reading->dump, path))
		FAIL(reading, field, "\"%.*s\" is both an object and a parameter",
		    STR_ARG(path));
	entry->line = field->line;
	entry->is_writable = read_truth(reading, COLUMN_WRITABLE);
	if (!is_object)
		read_value(reading, entry);
}

static bool is_over(const struct reading *reading)
{
	return reading->worst == -ENOMEM ||
	       reading->dump->len > 4 * (size_t)MODEL_PARAMS_MAX;
}

static void read_records(struct reading *reading)
{
	struct error why = ERROR_NULL;
	bool has_header = false;
	int r;

	while (!is_over(reading) && (r = csv_next(&reading->csv, &reading->arena,
					 &reading->record, &why)) != 0) {
		if (r < 0) {
			struct csv_field place = { STR_NULL, reading->record.line,
				reading->record.column };

			if (r == -ENOMEM)
				reading->worst =
				    error_set(reading->err, r, "%s", why.text);
			else
				FAIL(reading, &place, "%s", why.text);
			if (!has_header)
				return;
			continue;
		}
		if (has_header)
			read_record(reading);
		else
			read_header(reading);
		if (!has_header && reading->worst < 0)
			return; /* what follows would be a mistake each */
		has_header = true;
		arena_reset(&reading->arena);
	}
	if (!has_header && reading->worst == 0)
		reading->worst = import_mistake(reading->mistakes, reading->name, 1, 1,
		    reading->err, "the file is empty");
	else if (is_over(reading) && reading->worst != -ENOMEM)
		reading->worst =
		    import_mistake(reading->mistakes, reading->name, reading->csv.line,
			1, reading->err, "more than %d names", 4 * MODEL_PARAMS_MAX);
}

int import_csv(struct dump *dump, const char *name, struct str bytes,
    struct conf_mistakes *mistakes, size_t *ret_odd, struct error *err)
{
	struct reading reading = { .dump = dump,
		.name = name,
		.mistakes = mistakes,
		.err = err,
		.odd = ret_odd };

	*ret_odd = 0;
	csv_begin(&reading.csv, bytes);
	read_records(&reading);
	arena_free(&reading.arena);
	return reading.worst;
}
