/* PLANTED_POWER=P planted VERB FILE: takes the place of the program to show that the test
 * finds what it looks for. Its cost grows with the length of the file to the power of P. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
	UNIT_BYTES = 1 << 16,
	UNIT_STEPS = 500000, /* some tenths of a millisecond */
};

int main(int argc, char **argv)
{
	const char *words = getenv("PLANTED_POWER");
	double steps, power = words ? strtod(words, NULL) : 0;
	volatile uint32_t step = 0;
	struct stat file;

	if (argc < 3 || power <= 0 || stat(argv[2], &file) < 0)
		return 126;
	steps = UNIT_STEPS * pow((double)file.st_size / UNIT_BYTES, power);
	while ((double)step < steps)
		step = step + 1;
	return 0;
}
