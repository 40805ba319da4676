# add_room(part room library...): the files of the folder `room` as one OBJECT library of
# the target `part`. A room sees the headers of the outside libraries it names and of
# nothing else; which rooms it may include stands in tests/lint/layers.sh.
function(add_room part room)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/*.c)
  add_library(${part}_${room} OBJECT ${sources})
  target_link_libraries(${part}_${room} PRIVATE ${ARGN})
  target_sources(${part} PRIVATE $<TARGET_OBJECTS:${part}_${room}>)
  if(CWMPLAB_ROOM_OPTIONS)
    target_compile_options(${part}_${room} PRIVATE ${CWMPLAB_ROOM_OPTIONS})
  endif()
endfunction()
