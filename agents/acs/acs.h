/* `cwmplab acs`: an ACS, inside a lab or by hand. */
#pragma once

#include "agents/common/agent_main.h"

extern const struct agent_program acs_program;
