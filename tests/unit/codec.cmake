# The tests of daemon/codec: bytes to core values and back, and the schemas as they are shipped.
foreach(name json schema snapshot show)
  add_executable(test_${name} ${CMAKE_CURRENT_LIST_DIR}/test_${name}.c)
  target_link_libraries(test_${name} PRIVATE wm_codec PkgConfig::CMOCKA)
  target_compile_definitions(test_${name} PRIVATE
    WM_SCHEMAS="${PROJECT_SOURCE_DIR}/proto/schemas")
  add_test(NAME unit.${name} COMMAND test_${name})
endforeach()
target_sources(test_snapshot PRIVATE ${CMAKE_CURRENT_LIST_DIR}/codec_fixture.c)
target_sources(test_show PRIVATE ${CMAKE_CURRENT_LIST_DIR}/codec_fixture.c)
