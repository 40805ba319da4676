/* What a load test's data says of one CPE (lib/load/load_data.h): of a fleet whose configuration
 * has any. */
#pragma once

#include "agents/cpe/device/cpe.h"
#include "lib/load/load_data.h"

/* The parameter of that name, which without a root is below the model's; false: it has none. */
bool cpe_find_parameter(const struct cpe *cpe, struct str name, struct model_at *ret);

/* Its serial number, its username and password at the ACS, its values, as the factory made it.
 * -ENOMEM, ERR_LIMIT. */
int cpe_data_take(struct cpe *cpe);

/* Adds what its model does not have, or does not take, with the place. -ENOMEM. */
int cpe_data_check(const struct cpe *cpe, struct conf_mistakes *mistakes);
