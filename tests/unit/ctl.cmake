# The tests of waymarkctl: its library without main. The table of commands is no part of the library.
foreach(name args calendar caller event journey man simulate table teller)
  add_executable(test_ctl_${name} ${CMAKE_CURRENT_LIST_DIR}/test_ctl_${name}.c)
  target_link_libraries(test_ctl_${name} PRIVATE wm_ctl PkgConfig::CMOCKA)
  target_compile_definitions(test_ctl_${name} PRIVATE
    WM_CONFIG_DIR="${PROJECT_SOURCE_DIR}/config"
    WM_CTL_DIR="${PROJECT_SOURCE_DIR}/ctl")
  add_test(NAME unit.ctl_${name} COMMAND test_ctl_${name})
  set_tests_properties(unit.ctl_${name} PROPERTIES TIMEOUT ${WM_BUDGET_UNIT})
endforeach()
foreach(name args caller man)
  target_sources(test_ctl_${name} PRIVATE ${PROJECT_SOURCE_DIR}/ctl/commands.c)
endforeach()
