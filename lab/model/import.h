/* Files that say what a device's model is, as a draft of a model file. All mistakes of a file
 * are told, and nothing comes of one that has any. */
#pragma once

#include "lab/model/dump.h"

enum import_kind {
	IMPORT_CSV,     /* a CSV export of GenieACS */
	IMPORT_CAPTURE, /* a capture with answers to GetParameterNames and -Values */
	IMPORT_XML,     /* data models of the Broadband Forum */
	IMPORT_UNKNOWN
};

enum {
	IMPORT_BYTES_MAX = 64 << 20, /* of a CSV or XML file */
	IMPORT_FILES_MAX = 16
};

/* By its first bytes; IMPORT_CAPTURE for all that is neither CSV nor XML of the Broadband
 * Forum: who reads captures knows best what is none. */
enum import_kind import_recognise(struct str bytes);

/* "csv"; null past the last. */
const char *import_kind_name(enum import_kind kind);

/* Reads a CSV export of GenieACS into the dump: of 5 columns (Parameter, Object, Writable,
 * Value, Value type) or of 8 and more with timestamps; by their names, in any order. Types
 * that there are not are counted in *ret_odd and read as none. name is what messages call
 * the file. 0; ERR_CONFIG with all mistakes in *mistakes; -ENOMEM. */
int import_csv(struct dump *dump, const char *name, struct str bytes,
    struct conf_mistakes *mistakes, size_t *ret_odd, struct error *err);

struct import_capture {
	size_t n_sessions, n_answers; /* that had names or values */
	char device[200];             /* whose they are: "020000-Generic-0001" */
};

/* Reads what the device of that serial number (null: the only one) answers in a capture, or
 * in a text that "cwmplab decode" reads. 0; ERR_USAGE with words where the file cannot be
 * read, has no such answers, or those of several devices; -ENOMEM. */
int import_capture(struct dump *dump, const char *path, const char *keylog,
    const char *serial, struct import_capture *ret, struct error *err);

/* Adds a mistake "name:line:column: error: words" to *mistakes. Returns ERR_CONFIG, with the
 * words in err, which may be null. */
int import_mistake(struct conf_mistakes *mistakes, const char *name, uint32_t line,
    uint32_t column, struct error *err, const char *fmt, ...) ATTR_PRINTF(6, 7);
