/* The template of report.html: report_page.html as bytes, made by CMake. */
#pragma once

#include <stddef.h>

extern const unsigned char report_page[];
extern const size_t report_page_len;
