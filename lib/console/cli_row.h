/* The grammar of the console: one row a command. Parsing, "?", Tab and the list of commands
 * are all made from the rows, so that they cannot say different things.
 *
 * The syntax of a row is its words with one blank between. A word is
 *
 *     acs                  a keyword
 *     @GigabitEthernet     a type of interface: its number may follow without a blank
 *     <10-86400>           a number within these bounds
 *     STRING<1-255>        one word of so many characters, or several in quotes
 *     URL<8-255>           the same, which begins with http:// or https://
 *     CODE<1-64>           upper-case letters, digits and dots
 *     CIPHER<33-373>       a password as the configuration shows it (cli_cipher.h)
 *     TEXT<1-80>           the rest of the line
 *     TIME                 yyyy-mm-ddThh:mm:ss
 *     A.B.C.D              an IPv4 address
 *     MASK                 255.255.255.0, or 24
 *     A.B.C.D&<1-8>        1 to 8 of them; the last word of its row
 *     PORT                 1/0/1
 *     H-H-H                a MAC address: 0000-5e00-5301
 *     HEX<2-256>           the rest of the line: so many hex digits, with blanks between groups
 *     ID<2-128>            an even number of hex digits, with hyphens between groups
 *     VLANS                up to 10 numbers of VLANs and ranges: 2 5 to 8; keywords may follow
 *
 * Before the last word of a row with CLI_HAS_OPTIONS its options may stand, each once and in any
 * order: "-c 3".
 *
 * Sources: "Using the CLI" and the CWMP chapter of the vendor's command references. */
#pragma once

#include "lib/base/compiler.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct cli_call;

/* XX(symbol, heading of "?"). The user view stands first: it is the outermost. */
#define CLI_VIEW_MAP(XX)                      \
	XX(USER, "User")                      \
	XX(SYSTEM, "System")                  \
	XX(CWMP, "CWMP")                      \
	XX(VLAN_INTERFACE, "Vlan-interface")  \
	XX(PORT, "GigabitEthernet interface") \
	XX(DHCP_POOL, "DHCP pool")            \
	XX(VLAN, "VLAN")

enum cli_view {
#define XX(symbol, name) CLI_##symbol,
	CLI_VIEW_MAP(XX)
#undef XX
	CLI_VIEWS
};

#define CLI_IN(view) (1u << CLI_##view)
enum {
	CLI_IN_ALL = (1u << CLI_VIEWS) - 1,
	CLI_IN_CONFIG = CLI_IN_ALL - 1, /* all but the user view */
	CLI_WORDS_MAX = 64,             /* of a line */
	CLI_ARGS_MAX = 8,               /* words of a row that are no keywords */
};

enum cli_row_flag {
	CLI_IS_SECRET = 1, /* the line has a password in it: history does not keep it */
	CLI_IS_DISPLAY = 2, /* its output may be filtered by | */
	CLI_IS_REPEAT =
	    4, /* history does not keep it: it is what was typed before it */
	CLI_HAS_OPTIONS = 8 /* cli_row_options() */
};

/* Levels of commands, as the vendor numbers them; who has one has those below it, too. */
enum cli_level {
	CLI_LEVEL_VISIT,   /* leaves */
	CLI_LEVEL_MONITOR, /* displays */
	CLI_LEVEL_SYSTEM,  /* configures */
	CLI_LEVEL_MANAGE,  /* writes the start-up file, and boots */
	CLI_LEVELS
};

struct cli_row {
	unsigned views; /* CLI_IN() of those that it stands in */
	const char *syntax;
	void (*run)(struct cli_call *call);
	unsigned flags; /* enum cli_row_flag */
};

enum cli_kind {
	CLI_KEYWORD,
	CLI_TYPE, /* of interface */
	CLI_NUMBER,
	CLI_STRING,
	CLI_URL,
	CLI_CODE,
	CLI_CIPHER,
	CLI_TEXT,
	CLI_TIME,
	CLI_ADDRESS,
	CLI_MASK,
	CLI_SLOT_PORT,
	CLI_MAC,
	CLI_HEX,
	CLI_CLIENT_ID,
	CLI_VLANS
};

struct cli_element {
	enum cli_kind kind;
	struct str text;   /* as "?" shows it; of a type without its @ */
	uint64_t min, max; /* of a number, or of the length of a text */
	bool is_more;      /* one more of a list, which may end before it */
};

/* Word i of the row's syntax, from 0; those of a list stand one behind the other. False past the
 * last one. */
bool cli_row_element(const struct cli_row *row, size_t i, struct cli_element *ret);

/* Whether the word is completed by Tab, and compared without its case. */
static inline bool cli_element_is_word(const struct cli_element *element)
{
	return element->kind == CLI_KEYWORD || element->kind == CLI_TYPE;
}

/* Whether the text is an argument of this kind; the number that it is, in *ret (may be null). */
bool cli_element_takes(const struct cli_element *element, struct str text,
    uint64_t *ret);

/* What "?" says of word i of the row: the longest entry of the dictionary that the words up to
 * there end in ("inform interval", else "interval"). Never null; all rows have one (a
 * test walks them). */
const char *cli_row_help(const struct cli_row *row, size_t i);

struct cli_option {
	const char *syntax; /* "-c <1-10>": its word, and its value where it has one */
	const char *help, *value_help; /* what "?" says of them */
};

enum {
	CLI_OPTIONS_MAX = 16 /* of a row */
};

/* Those of a row, ended by a null syntax; null: it has none. */
const struct cli_option *cli_row_options(const struct cli_row *row);

/* Its word (0), or its value (1). False where it has none. */
bool cli_option_element(const struct cli_option *option, size_t i,
    struct cli_element *ret);

/* All rows there are, and how many. */
const struct cli_row *cli_rows(size_t *ret_n);

/* The level that its command has (Source: command levels of the vendor's references: displays are
 * monitor, configuration is system, the file system and booting are manage). */
enum cli_level cli_row_level(const struct cli_row *row);

/* "show" is display: the keyword that an alias of the first word stands for; null view: it is
 * none. */
struct str cli_alias(struct str word);
