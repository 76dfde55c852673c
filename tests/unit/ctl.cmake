# The tests of waymarkctl: its library without main, and the table of commands.
foreach(name args table calendar)
  add_executable(test_ctl_${name} ${CMAKE_CURRENT_LIST_DIR}/test_ctl_${name}.c)
  target_link_libraries(test_ctl_${name} PRIVATE wm_ctl PkgConfig::CMOCKA)
  target_compile_definitions(test_ctl_${name} PRIVATE
    WM_CONFIG_DIR="${PROJECT_SOURCE_DIR}/config"
    WM_CTL_DIR="${PROJECT_SOURCE_DIR}/ctl")
  add_test(NAME unit.ctl_${name} COMMAND test_ctl_${name})
endforeach()
target_sources(test_ctl_args PRIVATE ${PROJECT_SOURCE_DIR}/ctl/commands.c)
