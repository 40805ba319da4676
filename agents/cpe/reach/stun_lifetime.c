#include "agents/cpe/reach/stun_lifetime.h"

/* To an eighth is near enough: each further try is a time in which the CPE may be deaf. */
static bool is_found(const struct stun_lifetime *life)
{
	return life->high - life->low <= 1 + life->low / 8;
}

int64_t stun_lifetime_wait(struct stun_lifetime *life, int64_t floor, int64_t ceil)
{
	if (life->floor != floor || life->ceil != ceil)
		*life = (struct stun_lifetime){ .floor = floor,
			.ceil = ceil,
			.low = floor,
			.high = ceil + 1,
			.is_refused = life->is_refused };
	life->tried = 0;
	if (life->is_refused || is_found(life))
		return life->low;
	life->tried = life->low + (life->high - life->low) / 2;
	return life->tried;
}

void stun_lifetime_lived(struct stun_lifetime *life)
{
	life->low = life->tried;
	life->tried = 0;
	life->is_probing = false;
}

void stun_lifetime_doubt(struct stun_lifetime *life)
{
	life->doubted = life->tried;
	life->tried = 0;
	life->is_probing = false;
}

void stun_lifetime_answered(struct stun_lifetime *life, bool is_changed)
{
	if (life->doubted > 0) {
		life->high = life->doubted;
	} else if (is_changed && life->low > life->floor) {
		/* It did not live as long as it once did. */
		life->high = life->low;
		life->low = life->floor;
	}
	life->doubted = 0;
}

int64_t stun_lifetime_found(const struct stun_lifetime *life)
{
	return life->ceil > 0 && !life->is_refused && is_found(life) ? life->low : 0;
}
