# Warnings, hardening and sanitizers, for every target of the project.

add_compile_definitions(_GNU_SOURCE CWMPLAB_VERSION="${PROJECT_VERSION}")
add_compile_options(
  -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Wstrict-prototypes
  -Wmissing-prototypes -Wvla -Wundef -Wformat=2 -Wno-format-nonliteral
  -fno-strict-aliasing -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(CWMPLAB_WERROR)
  add_compile_options(-Werror)
endif()
include_directories(${CMAKE_SOURCE_DIR})

add_link_options(-Wl,-z,relro,-z,now -Wl,--as-needed)

if(CWMPLAB_SANITIZE OR CWMPLAB_FUZZ)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  # Without -O1 most of a test's time goes into checks of what never leaves a register. GCC
  # then loses track of what bounds the arguments of snprintf().
  if(CWMPLAB_SANITIZE AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-O1 -Wno-format-truncation)
    # Tests start some thousand programs, and what sanitizers say of each global variable is
    # 7 MB of pointers, which the loader of a program that may lie anywhere would write anew.
    add_compile_options(-fno-pie)
    add_link_options(-no-pie -static-libasan -static-libubsan)
  endif()
else()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  add_compile_options(-fstack-protector-strong -fstack-clash-protection)
  # Shadow stacks. The start-up files of a C library that was built without them (Debian's)
  # have no note of it and would cost the program its own, though all that they do is call
  # and return; tests/lint/notes.sh reads the note. No indirect branch tracking: no kernel
  # has it for programs, and those files have no landing pads.
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64|i[3-6]86)$")
    add_compile_options(-fcf-protection=return)
    add_link_options(-Wl,-z,shstk)
  endif()
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
endif()
if(CWMPLAB_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "CWMPLAB_FUZZ needs clang: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# What sees every byte of a capture is inlined further; a twentieth faster.
set(CWMPLAB_HOT $<$<AND:$<NOT:$<CONFIG:Debug>>,$<C_COMPILER_ID:GNU>>:-O3>)

# Linking some 230 test programs takes GNU ld longer than compiling what they are made of; gold
# takes half. It knows no note of shadow stacks, which only the product has to have.
find_program(CWMPLAB_GOLD ld.gold)
mark_as_advanced(CWMPLAB_GOLD)
set(CWMPLAB_TEST_LINKER $<$<AND:$<C_COMPILER_ID:GNU>,$<BOOL:${CWMPLAB_GOLD}>>:-fuse-ld=gold>)
if(CWMPLAB_SANITIZE)
  add_link_options(${CWMPLAB_TEST_LINKER})
endif()

# The program as one piece: a tenth faster at captures. Tests link the same objects as they
# are.
if(CWMPLAB_LTO AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-flto -ffat-lto-objects)
  add_link_options(-fno-use-linker-plugin)
  set(CWMPLAB_LINK_WHOLE -fuse-linker-plugin -flto=auto)
endif()
