# The tests of proto/: the codec alone, then the client library against a daemon played by the test.
foreach(name frame cloudevent)
  add_executable(test_${name} ${CMAKE_CURRENT_LIST_DIR}/test_${name}.c
    ${CMAKE_CURRENT_LIST_DIR}/vectors.c)
  target_link_libraries(test_${name} PRIVATE wm_proto PkgConfig::CMOCKA)
  target_compile_definitions(test_${name} PRIVATE
    WM_VECTORS="${PROJECT_SOURCE_DIR}/proto/vectors")
  add_test(NAME unit.${name} COMMAND test_${name})
endforeach()
foreach(name publisher worker)
  add_executable(test_${name} ${CMAKE_CURRENT_LIST_DIR}/test_${name}.c
    ${CMAKE_CURRENT_LIST_DIR}/fake_daemon.c)
  target_link_libraries(test_${name} PRIVATE waymark PkgConfig::ZMQ PkgConfig::CMOCKA)
  add_test(NAME unit.${name} COMMAND test_${name})
endforeach()
if(WM_SANITIZE MATCHES "thread")
  set_tests_properties(unit.publisher unit.worker PROPERTIES
    ENVIRONMENT "TSAN_OPTIONS=suppressions=${CMAKE_CURRENT_LIST_DIR}/bus_tsan.supp")
endif()
