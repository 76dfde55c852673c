# The tests of daemon/bus and daemon/host: real sockets on free ports, clients played by hand.
foreach(name intake dispatch control actor)
  add_executable(test_bus_${name} ${CMAKE_CURRENT_LIST_DIR}/test_bus_${name}.c
    ${CMAKE_CURRENT_LIST_DIR}/bus_peer.c)
  target_link_libraries(test_bus_${name} PRIVATE wm_bus wm_host PkgConfig::CMOCKA)
  add_test(NAME unit.bus_${name} COMMAND test_bus_${name})
endforeach()
add_executable(test_host ${CMAKE_CURRENT_LIST_DIR}/test_host.c)
target_link_libraries(test_host PRIVATE wm_host PkgConfig::CMOCKA)
add_test(NAME unit.host COMMAND test_host)
# What joins them: the daemon without its main.
foreach(name judge load)
  add_executable(test_bus_${name} ${CMAKE_CURRENT_LIST_DIR}/test_bus_${name}.c)
  target_link_libraries(test_bus_${name} PRIVATE wm_daemon PkgConfig::CMOCKA)
  target_compile_definitions(test_bus_${name} PRIVATE
    WM_CONFIG_DIR="${PROJECT_SOURCE_DIR}/config"
    WM_SCHEMA_DIR="${PROJECT_SOURCE_DIR}/proto/schemas"
    WM_TEST_DIR="${CMAKE_CURRENT_BINARY_DIR}")
  add_test(NAME unit.bus_${name} COMMAND test_bus_${name})
endforeach()
if(WM_SANITIZE MATCHES "thread")
  set_tests_properties(unit.bus_intake unit.bus_dispatch unit.bus_control unit.bus_actor PROPERTIES
    ENVIRONMENT "TSAN_OPTIONS=suppressions=${CMAKE_CURRENT_LIST_DIR}/bus_tsan.supp")
endif()
