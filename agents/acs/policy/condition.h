/* Whether a step of a policy is to be done: what "when" and "unless" say.
 *
 *     when: url-is-mine
 *     when: {value: DeviceInfo.SoftwareVersion, below: "2.10"}
 *     when: [{product-class: [HG*, Box]}, {event: 1 BOOT}]     all of them
 */
#pragma once

#include "lib/conf/conf.h"

struct json;

enum {
	CONDITIONS_MAX = 16
};

enum condition_flag {
	CONDITION_ANY,
	CONDITION_YES,
	CONDITION_NO
};

/* What is written has to hold, all of it. In lists one has to, and "*" stands for any
 * characters, "?" for one. */
struct condition {
	const char *value; /* name of a parameter */
	struct conf_strings is, is_not;
	const char *below, *above;
	int exists; /* enum condition_flag */
	struct conf_strings event, oui, product_class, serial, manufacturer, tag, fault;
	bool url_is_mine;
};

struct conditions { /* all hold */
	struct condition *items;
	size_t len;
};

/* Reads what stands at node; null: none, which always holds. What is bound lives in doc. 0,
 * ERR_CONFIG or -ENOMEM. */
int conditions_read(struct conf_doc *doc, const struct conf_node *node,
    struct conditions *ret, struct error *err);

/* What a condition looks at; the texts may be null views. */
struct condition_view {
	void *user;
	/* The value of that parameter; a null view: it was not told. */
	struct str (*value)(void *user, const char *name);
	bool (*has_tag)(void *user, struct str tag_pattern);
	const struct str *events;
	size_t n_events;
	struct str oui, product_class, serial, manufacturer;
	bool url_is_mine;
	uint32_t fault; /* of the last RPC; 0: it had none */
};

bool conditions_hold(const struct conditions *conditions,
    const struct condition_view *view);

/* Whether text is of the pattern. */
bool condition_matches(struct str pattern, struct str text);

/* Below 0, 0, above 0, as strcmp(); but runs of digits are numbers, so that 1.9 is before 1.10,
 * and 9 before 10. */
int condition_compare(struct str a, struct str b);

extern const struct conf_row condition_rows[];

/* The schema at key; the second of what another schema of the document has already. */
void conditions_schema(struct json *json, const char *key);
void conditions_schema_ref(struct json *json, const char *key);
