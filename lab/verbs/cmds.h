/* The verbs of lab/, as rows of main.c. First those for labs that live. */
#pragma once

struct lab_options;

int cmd_run(int argc, char **argv);
int cmd_up(int argc, char **argv);
int cmd_down(int argc, char **argv);
int cmd_ls(int argc, char **argv);
int cmd_inspect(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_logs(int argc, char **argv);
int cmd_extcap(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

/* Those for files alone. */
int cmd_decode(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_browse(int argc, char **argv);
int cmd_rules(int argc, char **argv);
int cmd_validate(int argc, char **argv);
int cmd_graph(int argc, char **argv);
int cmd_schema(int argc, char **argv);

/* "--dry-run" of up and run: prints the plan of the file. Returns the exit status. */
int lab_dry_run(const struct lab_options *options);
