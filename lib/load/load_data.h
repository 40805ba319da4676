/* What differs from CPE to CPE: a CSV file (lib/proto/csv.h) of a heading and a line for each
 * CPE of the whole fleet, in the order of their numbers. Columns are serial, username and
 * password (of the CPE at its ACS) and names of parameters, which have a dot in them; an empty
 * field leaves what the load says.
 *
 *     serial,DeviceInfo.ProvisioningCode
 *     A0001,north
 *     A0002,south */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/proto/csv.h"

#include <stdbool.h>

struct conf_mistakes;
struct load_data;

enum {
	LOAD_DATA_BYTES_MAX = 256 << 20,
	LOAD_DATA_SERIAL_MAX = 64, /* bytes (TR-069 A6 A.3.3.1) */
	LOAD_DATA_WORD_MAX = 256,
	LOAD_DATA_NAME_MAX = 256
};

/* Columns that are no parameters. */
#define LOAD_DATA_MAP(XX)        \
	XX(SERIAL, "serial")     \
	XX(USERNAME, "username") \
	XX(PASSWORD, "password")

enum load_data_column {
#define XX(symbol, name) LOAD_DATA_##symbol,
	LOAD_DATA_MAP(XX)
#undef XX
	LOAD_DATA_PARAMETER
};

/* Reads it for so many CPEs; further lines are not looked at. bytes, which have at most
 * LOAD_DATA_BYTES_MAX, are taken over also on failure, name is copied. ERR_CONFIG, and all
 * mistakes with their places; -ENOMEM. */
int load_data_parse(struct load_data **ret, const char *name, struct buf *bytes,
    uint64_t cpes, struct conf_mistakes *mistakes, struct error *err);

/* Null is fine. */
void load_data_free(struct load_data *data);
DEFINE_CLEANUP(struct load_data *, load_data_free)

size_t load_data_columns(const struct load_data *data);
/* What column i is; *ret_name is its parameter. */
enum load_data_column load_data_column(const struct load_data *data, size_t i,
    struct str *ret_name);

/* The line of a CPE, from 0 and below the number of CPEs: as many fields as there are
 * columns, of the data or the arena. 0 or -ENOMEM. */
int load_data_row(const struct load_data *data, uint64_t cpe, struct arena *arena,
    struct csv_record *ret);

/* Adds a mistake in a field, which is not shown: it may be a password. */
void load_data_mistake(const struct load_data *data, const struct csv_field *field,
    const char *words, struct conf_mistakes *mistakes);
