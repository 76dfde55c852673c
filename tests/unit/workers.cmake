add_executable(test_template ${CMAKE_CURRENT_LIST_DIR}/test_template.c)
target_link_libraries(test_template PRIVATE wm_worker PkgConfig::CMOCKA)
add_test(NAME unit.template COMMAND test_template)
