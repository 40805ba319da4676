#include "agents/common/dial/address_race.h"

void address_race_init(struct address_race *race, size_t n)
{
	*race = (struct address_race){ .n = n, .due = INT64_MAX };
}

static enum address_race_do begin(struct address_race *race, clock_ns now)
{
	race->begun++;
	race->open++;
	race->due = race->begun < race->n ? now + ADDRESS_RACE_DELAY : INT64_MAX;
	return RACE_BEGIN;
}

static enum address_race_do on_failed(struct address_race *race, clock_ns now)
{
	race->open--;
	if (race->begun < race->n)
		return begin(race, now);
	return race->open == 0 ? RACE_GIVE_UP : RACE_WAIT;
}

enum address_race_do address_race_step(struct address_race *race,
    enum address_race_event event, clock_ns now)
{
	if (race->is_over)
		return RACE_WAIT;
	switch (event) {
	case RACE_START:
		return race->begun == 0 ? begin(race, now) : RACE_WAIT;
	case RACE_TIMER:
		return now >= race->due ? begin(race, now) : RACE_WAIT;
	case RACE_FAILED:
		return on_failed(race, now);
	case RACE_WON:
		race->is_over = true;
		race->due = INT64_MAX;
		return RACE_CLOSE;
	}
	return RACE_WAIT;
}
