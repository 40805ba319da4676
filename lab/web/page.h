/* The page, as it stands in page.html, page.css, draw.js and page.js; made by CMake. */
#pragma once

#include <stddef.h>

extern const unsigned char web_page_html[], web_page_css[], web_draw_js[],
    web_page_js[];
extern const size_t web_page_html_len, web_page_css_len, web_draw_js_len,
    web_page_js_len;
