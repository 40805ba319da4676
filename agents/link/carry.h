/* What a carrier does all day: frames from port to port, each at its time, and the commands of
 * its process in between. */
#pragma once

#include "agents/link/carrier.h"

/* Carries until carry_stop(), and runs the carrier's loop whenever it has something to do. */
void carry(struct carrier *carrier);

/* Has carry() come back once the loop's turn is over. */
void carry_stop(struct carrier *carrier);
