/* `cwmplab cpe`: the CPEs of one node, in a lab or by hand. */
#pragma once

#include "agents/common/agent_main.h"

extern const struct agent_program cpe_program;
