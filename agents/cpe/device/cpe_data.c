/* What a load test's data says of one CPE. */
#include "agents/cpe/device/cpe_data.h"

#include "agents/cpe/device/cpe_fleet.h"

#include <errno.h>

enum {
	NAME_MAX_BYTES = 512 /* of a parameter */
};

bool cpe_find_parameter(const struct cpe *cpe, struct str name, struct model_at *ret)
{
	static const char *const roots[] = { "", "Device.", "InternetGatewayDevice." };
	char path[NAME_MAX_BYTES];

	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		(void)snprintf(path, sizeof(path), "%s%.*s", roots[i], STR_ARG(name));
		if (!str_ends(name, STR(".")) && name.len < NAME_MAX_BYTES / 2 &&
		    model_values_find(&cpe->values, str_of(path), ret))
			return true;
	}
	return false;
}

/* What the model does not have is found by cpe_data_check(). */
static int set_parameter(struct cpe *cpe, struct str name, struct str value)
{
	struct model_at at;

	return cpe_find_parameter(cpe, name, &at)
		   ? model_values_put(&cpe->values, &at, value)
		   : 0;
}

int cpe_data_take(struct cpe *cpe)
{
	const struct cpe_config *config = cpe->fleet->config;
	const struct load_data *data = config->data;
	struct str username = str_of(config->acs.username);
	struct str password = str_of(config->acs.password);
	auto_arena arena = ARENA_NULL;
	struct csv_record row;
	struct str name;
	int r = load_data_row(data, cpe->number, &arena, &row);

	for (size_t i = 0; i < load_data_columns(data) && r == 0; i++) {
		struct str text = row.fields[i].text;
		enum load_data_column what = load_data_column(data, i, &name);

		if (text.len == 0)
			continue;
		switch (what) {
		case LOAD_DATA_SERIAL:
			r = cpe_set_names(cpe, str_of(cpe->name), text);
			break;
		case LOAD_DATA_USERNAME:
			username = text;
			break;
		case LOAD_DATA_PASSWORD:
			password = text;
			break;
		case LOAD_DATA_PARAMETER:
			r = set_parameter(cpe, name, text);
			break;
		}
	}
	return r < 0 ? r
		     : acs_slots_set(&cpe->slots, &cpe->fleet->words, ACS_SOURCE_USER,
			   str_of(config->acs.url), username, password);
}

static const char *find_mistake(const struct cpe *cpe, struct str name,
    struct str value)
{
	struct model_at at;

	if (!cpe_find_parameter(cpe, name, &at))
		return "the device model has no parameter of the name that the column has";
	if (model_check_value(model_param_at(cpe->values.model, &at), value) != 0)
		return "the parameter does not take this value";
	return NULL;
}

int cpe_data_check(const struct cpe *cpe, struct conf_mistakes *mistakes)
{
	const struct load_data *data = cpe->fleet->config->data;
	auto_arena arena = ARENA_NULL;
	struct csv_record row;
	struct str name;
	int r = load_data_row(data, cpe->number, &arena, &row);

	for (size_t i = 0; i < load_data_columns(data) && r == 0; i++) {
		const struct csv_field *field = &row.fields[i];
		const char *words;

		if (load_data_column(data, i, &name) != LOAD_DATA_PARAMETER ||
		    field->text.len == 0)
			continue;
		words = find_mistake(cpe, name, field->text);
		if (words)
			load_data_mistake(data, field, words, mistakes);
	}
	return r;
}
