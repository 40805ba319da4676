#include "lab/term/terminfo.h"

#include <curses.h>
#include <term.h>
#include <unistd.h>

bool terminfo_is_known(void)
{
	int answer;

	if (setupterm(NULL, STDOUT_FILENO, &answer) == ERR)
		return false;
	del_curterm(cur_term);
	return true;
}
