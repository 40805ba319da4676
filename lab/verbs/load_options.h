/* What the command line of "load" says. */
#pragma once

#include "lab/load/load_outputs.h"
#include "lib/conf/conf.h"
#include "lib/program/verb.h"

struct load_options {
	struct conf_doc *doc;   /* owned: what flags, or FILE, say of the load */
	const char *first_flag; /* that says something of the load itself; null: none */
	const char *path;       /* FILE; null */
	struct load_outputs outputs;
	bool is_quiet;
	uint16_t scrape_port; /* 0: none */
};

extern const struct option_row load_option_rows[];

/* Reads it into *options, whose document is empty and freed by the caller. -1: go on; else the exit
 * status, all being said. What flags say of the load is in the document, by the keys that a
 * file has (lib/load/load_file.h). */
int load_options_read(const struct verb *verb, int argc, char **argv,
    struct load_options *options);
