/* Any bytes as a device model: read, and searched where it is one. */
#include "agents/cpe/model/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct model *model = NULL;
	struct error err = ERROR_NULL;

	if (model_parse("fuzz.yaml", str_make(bytes, len), &model, &err) < 0)
		return 0;
	for (size_t i = 0; i < model->n_names; i++) {
		if (model_find(model, model->names[i].path) != &model->names[i])
			__builtin_trap();
	}
	model_free(model);
	return 0;
}
