#include "lib/base/secret.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether the letter at is the same from the end of both. Letters differ by one bit from those
 * of the other case. */
static inline bool is_letter_from_end(struct str name, const char *word, size_t len,
    size_t at)
{
	return len < at ||
	       ((name.p[name.len - at] ^ word[len - at]) & ~('a' ^ 'A')) == 0;
}

/* Few names get past the last letters of a word. */
static inline bool ends_in(struct str name, const char *word, size_t len)
{
	return name.len >= len && is_letter_from_end(name, word, len, 2) &&
	       is_letter_from_end(name, word, len, 3) &&
	       str_eq_nocase(str_from(name, name.len - len), str_make(word, len));
}

static bool ends(struct str name, const char *word)
{
	return ends_in(name, word, strlen(word));
}

static struct str without_end(struct str name, const char *word)
{
	return str_make(name.p, name.len - strlen(word));
}

static bool is_among(struct str name, const char *const *words)
{
	for (; *words; words++) {
		if (ends(name, *words))
			return true;
	}
	return false;
}

/* "Device.WiFi.1.WEPKey" is cut into "Device.WiFi.1" and, returned, "WEPKey". */
static struct str cut_last(struct str *path)
{
	const char *dot = path->len > 0 ? memrchr(path->p, '.', path->len) : NULL;
	size_t at = dot ? (size_t)(dot + 1 - path->p) : 0;
	struct str last = str_from(*path, at);

	path->len = at > 0 ? at - 1 : 0;
	return last;
}

/* An instance of a table (TR-106 3.1), also as data models write it. */
static bool is_instance(struct str part)
{
	if (part.len > 0 && !is_digit(part.p[0]) && part.p[0] != '{')
		return false;
	for (size_t i = 0; i < part.len; i++) {
		if (!is_digit(part.p[i]))
			return str_is(part, "{i}");
	}
	return part.len > 0;
}

/* The same, with the instances between left out. */
static struct str cut_last_name(struct str *path)
{
	struct str last = cut_last(path);

	while (is_instance(last) && path->len > 0)
		last = cut_last(path);
	return last;
}

/* "WEPKey_1" is a WEPKey. */
static struct str without_number(struct str name)
{
	while (name.len > 1 &&
	       (is_digit(name.p[name.len - 1]) || name.p[name.len - 1] == '_' ||
		   name.p[name.len - 1] == '-'))
		name.len--;
	return name;
}

/* Keys that identify, and what is known to end in "key" by its parent alone. */
static bool is_open_key(struct str before, struct str parent)
{
	static const char *const kinds[] = { "Parameter", "Command", "Public", "Host",
		"Authorized", "Interface", "Bridge", "Filter", "Marking",
		"Classification", "App", "Flow", "Policer", "Queue", "Hot", "Soft",
		"Function", "Primary", "Foreign", "Sort", NULL };
	static const char *const parents[] = { "AuthorizedKey", "PublicKey",
		"TextRecord", "EnvVariable", NULL };

	while (before.len > 0 && !is_letter(before.p[before.len - 1]))
		before.len--; /* "Parameter_Key", "command-key" */
	return before.len > 0 ? is_among(before, kinds) : is_among(parent, parents);
}

static bool is_open_pass(struct str before, struct str parent)
{
	static const char *const kinds[] = { "By", "Com", "Low", "High", "Band", NULL };

	(void)parent;
	return is_among(before, kinds);
}

/* "Spin", and what ends in it; and what a NAT does. */
static bool is_open_pin(struct str before, struct str parent)
{
	static const char *const kinds[] = { "Hair", NULL };

	(void)parent;
	if (is_among(before, kinds))
		return true;
	return ends(before, "s") && (before.len == 1 || before.p[before.len] == 'p');
}

/* A word of two letters has to begin as a word does: "AdminPW" is one, "Kpw" is none. */
static bool is_within_word(struct str before, struct str parent)
{
	(void)parent;
	return before.len > 0 && is_letter(before.p[before.len - 1]) &&
	       before.p[before.len] != 'P';
}

struct secret_word {
	const char *end;
	size_t len;
	/* Whether the rest of the name, or its parent, say that it opens nothing; null: it
	 * always does. before.p[before.len] is the first letter of the word. */
	bool (*is_open)(struct str before, struct str parent);
};

enum {
	LETTERS = 'z' - 'a' + 1
};

/* Every parameter of every message and every key of an event is asked about, so the words
 * are found by their last letter. */
// clang-format off
#define WORD(text, is_open) { text, sizeof(text) - 1, is_open }
#define WORDS(...) (const struct secret_word[]){ __VA_ARGS__, { NULL, 0, NULL } }

static const struct secret_word *const words[LETTERS] = {
	['d' - 'a'] = WORDS(WORD("Password", NULL), WORD("Passwd", NULL), WORD("Pwd", NULL)),
	['e' - 'a'] = WORDS(WORD("Passphrase", NULL), WORD("Passcode", NULL),
	    WORD("PinCode", NULL)),
	['k' - 'a'] = WORDS(WORD("PSK", NULL), WORD("PUK", NULL)),
	['l' - 'a'] = WORDS(WORD("PrivateCredential", NULL)),
	['n' - 'a'] = WORDS(WORD("Token", NULL), WORD("PIN", is_open_pin),
	    WORD("Authorization", NULL)),
	['s' - 'a'] = WORDS(WORD("Passwords", NULL), WORD("Passphrases", NULL),
	    WORD("Pass", is_open_pass), WORD("Tokens", NULL), WORD("Secrets", NULL)),
	['t' - 'a'] = WORDS(WORD("Secret", NULL)),
	['w' - 'a'] = WORDS(WORD("PW", is_within_word)),
	['y' - 'a'] = WORDS(WORD("Key", is_open_key),
	    WORD("Community", NULL)), /* SNMP's password (RFC 3584) */
};

/* What may follow a word: a "KeyValue" is a key, a "PasswordHash" as good as a password to
 * who has time. */
static const struct secret_word *const forms[LETTERS] = {
	['d' - 'a'] = WORDS(WORD("Encrypted", NULL)),
	['e' - 'a'] = WORDS(WORD("Value", NULL)),
	['g' - 'a'] = WORDS(WORD("String", NULL)),
	['h' - 'a'] = WORDS(WORD("Hash", NULL)),
	['m' - 'a'] = WORDS(WORD("Confirm", NULL)),
	['n' - 'a'] = WORDS(WORD("Plain", NULL)),
	['t' - 'a'] = WORDS(WORD("Text", NULL)),
};
// clang-format on

/* Those of the table that end in the last letter of the name, ended by one without an end. */
static const struct secret_word *words_for(const struct secret_word
					       *const table[LETTERS],
    struct str name)
{
	static const struct secret_word none = { NULL, 0, NULL };
	const struct secret_word *found = NULL;

	if (name.len > 0 && is_letter(name.p[name.len - 1]))
		found = table[(name.p[name.len - 1] | 0x20) - 'a'];
	return found ? found : &none;
}

static struct str without_form(struct str name)
{
	for (const struct secret_word *form = words_for(forms, name); form->end;
	     form++) {
		if (ends_in(name, form->end, form->len) && name.len > form->len)
			return without_number(without_end(name, form->end));
	}
	return name;
}

static bool is_secret_word(struct str name, struct str parent)
{
	for (const struct secret_word *word = words_for(words, name); word->end;
	     word++) {
		if (!ends_in(name, word->end, word->len))
			continue;
		if (!word->is_open ||
		    !word->is_open(without_end(name, word->end), parent))
			return true;
	}
	return false;
}

static bool ends_in_any(const struct secret_word *word, struct str name)
{
	while (word->end && !ends_in(name, word->end, word->len))
		word++;
	return word->end;
}

/* Whether the name ends in any of the words, or in what may follow one. */
static bool may_be_word(struct str name)
{
	return ends_in_any(words_for(words, name), name) ||
	       ends_in_any(words_for(forms, name), name);
}

bool secret_is_name(struct str name)
{
	struct str path = str_trim(name), last, parent, word;

	/* Most are told by their end. */
	if (path.len > 0 && is_letter(path.p[path.len - 1]) && !may_be_word(path))
		return false;
	last = cut_last_name(&path);
	if (!may_be_word(without_number(last)))
		return false;
	parent = cut_last_name(&path);
	/* What a Challenge of the USP agent wants to hear (TR-181). */
	if (ends(last, "Value") && last.len == 5 && ends(parent, "Challenge"))
		return true;
	last = without_number(last);
	word = without_form(last);
	return is_secret_word(last, parent) ||
	       (word.len < last.len && is_secret_word(word, parent));
}

bool secret_is_named(struct str name)
{
	name = str_trim(name);
	while (name.len > 0 && name.p[name.len - 1] == '.')
		name.len--;
	return secret_is_name(name);
}

bool secret_is_key(struct str name)
{
	static const char *const signatures[] = { "signature", "sig", "sessionid",
		"sid", "opaque", NULL };

	return secret_is_name(name) || is_among(name, signatures);
}
