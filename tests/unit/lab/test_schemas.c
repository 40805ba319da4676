/* The keys of every file that people write, with their bounds: written/NAME.schema. The
 * words that explain them are left out. */
#include "tests/unit/written.h"

#include "agents/acs/config.h"
#include "agents/acs/policy/policy.h"
#include "agents/cpe/device/config.h"
#include "agents/cpe/load/load_agent.h"
#include "agents/cpe/model/model.h"
#include "agents/dhcp/config.h"
#include "agents/link/link_conf.h"
#include "agents/record/record_conf.h"
#include "agents/relay/relay_conf.h"
#include "agents/router/router_conf.h"
#include "agents/snoop/snoop_conf.h"
#include "lab/lesson/class_file.h"
#include "lab/lesson/lesson.h"
#include "lab/topology/topology.h"
#include "lib/base/compiler.h"
#include "lib/load/load_file.h"
#include "lib/sequence/sequence.h"

static void without_words(struct buf *out, struct str schema)
{
	while (schema.len > 0) {
		struct str line = str_cut(schema, '\n', &schema);

		if (str_starts(str_trim(line), STR("\"description\": \"")))
			continue;
		buf_append_str(out, line);
		buf_append_char(out, '\n');
	}
}

static void keys_and_their_bounds_are_as_written(void **state)
{
	static const struct {
		const char *name;
		const struct conf_row *rows;
		void (*put)(struct buf *out); /* where rows are not all */
	} files[] = {
		{ "topology", NULL, topology_schema },
		{ "model", NULL, model_schema },
		{ "policy", policy_rows, NULL },
		{ "sequence", sequence_rows, NULL },
		{ "acs", acs_config_rows, NULL },
		{ "cpe", cpe_config_rows, NULL },
		{ "dhcpd", dhcpd_rows, NULL },
		{ "relay", relay_conf_rows, NULL },
		{ "record", record_conf_rows, NULL },
		{ "linkd", linkd_conf_rows, NULL },
		{ "routerd", router_conf_rows, NULL },
		{ "snoopd", snoop_conf_rows, NULL },
		{ "load", load_file_rows, NULL },
		{ "loadd", load_agent_rows, NULL },
		{ "lesson", lesson_rows, NULL },
		{ "class", class_rows, NULL },
	};
	unsigned n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		auto_buf schema = BUF_NULL, keys = BUF_NULL;
		char path[64];

		if (files[i].put)
			files[i].put(&schema);
		else
			conf_schema(&schema, files[i].name, files[i].rows);
		without_words(&keys, buf_str(&schema));
		(void)snprintf(path, sizeof(path), "tests/unit/lab/written/%s.schema",
		    files[i].name);
		n_wrong += !written_is(path, buf_str(&keys));
	}
	assert_int_equal(n_wrong, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_and_their_bounds_are_as_written),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, written_enter, NULL);
}
