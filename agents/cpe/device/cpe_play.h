/* What people do to a CPE: its plug, its buttons, what it measures. Each says what is in the way,
 * and then nothing is done. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

struct cpe;
struct json;

/* Pulls its plug and puts it in again: the session breaks off, and it boots. One that is switched
 * off is switched on. */
void cpe_play_boot(struct cpe *cpe);

/* ERR_USAGE: it is as it is wanted already. */
int cpe_play_power_off(struct cpe *cpe, struct error *err);
int cpe_play_power_on(struct cpe *cpe, struct error *err);

/* Forgets all that was set, and boots; in a session once that is over. ERR_USAGE: it is switched
 * off. */
int cpe_play_factory_reset(struct cpe *cpe, struct error *err);

/* Has it inform its ACS with the event of that code ("2 PERIODIC"). ERR_USAGE: it is switched
 * off, or the event is none that comes by itself. */
int cpe_play_inform(struct cpe *cpe, struct str code, struct error *err);

/* Changes a value from inside, as what it measures or its user does: the ACS is told by
 * 4 VALUE CHANGE where it wants to be. A name without a root is below the model's. ERR_USAGE:
 * it has no such parameter, or one that takes no such value. */
int cpe_play_value(struct cpe *cpe, struct str name, struct str value,
    struct error *err);

/* Whether it is not well: its last session was not, or it is on and no ACS has answered it yet. */
bool cpe_is_unwell(const struct cpe *cpe);

/* Writes the CPE as a member of a list: its state, its ACS, when it does something next. */
void cpe_play_write(const struct cpe *cpe, struct json *json);
