# The tests of daemon/core: they link the core alone, so that its purity is what they build on.
# jansson only reads the government's list of holidays.
set(WM_HOLIDAYS_FILE ${PROJECT_SOURCE_DIR}/config/calendars/bank-holidays.json)

add_executable(test_value ${CMAKE_CURRENT_LIST_DIR}/test_value.c)
set(WM_CALENDAR_TESTS calendar due calendar_random)
foreach(name ${WM_CALENDAR_TESTS})
  add_executable(test_${name}
    ${CMAKE_CURRENT_LIST_DIR}/test_${name}.c
    ${CMAKE_CURRENT_LIST_DIR}/uk_calendar.c)
endforeach()
set(WM_PEOPLE_TESTS people away moves officer assign assign_random)
foreach(name ${WM_PEOPLE_TESTS})
  add_executable(test_${name}
    ${CMAKE_CURRENT_LIST_DIR}/test_${name}.c
    ${CMAKE_CURRENT_LIST_DIR}/staff.c
    ${CMAKE_CURRENT_LIST_DIR}/uk_calendar.c)
endforeach()
target_sources(test_calendar_random PRIVATE ${CMAKE_CURRENT_LIST_DIR}/slow_calendar.c)
target_sources(test_assign_random PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/crowd.c
  ${CMAKE_CURRENT_LIST_DIR}/crowd_rules.c)
# What the calendar is compared with is slow by design, not by want of optimising.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/slow_calendar.c PROPERTIES
  COMPILE_OPTIONS "-O2")
foreach(name value ${WM_CALENDAR_TESTS} ${WM_PEOPLE_TESTS})
  target_link_libraries(test_${name} PRIVATE wm_core PkgConfig::CMOCKA PkgConfig::JANSSON)
  target_compile_definitions(test_${name} PRIVATE WM_HOLIDAYS="${WM_HOLIDAYS_FILE}")
  add_test(NAME unit.${name} COMMAND test_${name})
endforeach()

add_executable(test_step ${CMAKE_CURRENT_LIST_DIR}/test_step.c ${CMAKE_CURRENT_LIST_DIR}/step_fixture.c)
target_link_libraries(test_step PRIVATE wm_core PkgConfig::CMOCKA)
add_test(NAME unit.step COMMAND test_step)
