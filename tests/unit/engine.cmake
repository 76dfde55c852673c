# The tests of daemon/engine: on a real SQLite store in a folder of their own, with a held clock.
add_library(wm_engine_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/engine_fixture.c)
target_link_libraries(wm_engine_fixture PUBLIC wm_engine wm_policy PkgConfig::CMOCKA)
target_compile_definitions(wm_engine_fixture PRIVATE
  WM_SCHEMAS="${PROJECT_SOURCE_DIR}/proto/schemas"
  WM_CALENDAR="${PROJECT_SOURCE_DIR}/config/calendars/england-and-wales.cfg"
  WM_ENGINE_DATA="${CMAKE_CURRENT_LIST_DIR}/data/engine")
foreach(name engine engine_delivery engine_clock engine_reader engine_faults)
  if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/test_${name}.c)
    add_executable(test_${name} ${CMAKE_CURRENT_LIST_DIR}/test_${name}.c)
    target_link_libraries(test_${name} PRIVATE wm_engine_fixture)
    add_test(NAME unit.${name} COMMAND test_${name})
  endif()
endforeach()
