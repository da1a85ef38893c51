# Tests of the repository itself: where includes point, what the pure rooms need, how files look.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
foreach(check layers promises purity tidy)
    set(script tools/check_${check}.py)
    if(check STREQUAL "tidy")
        set(script tools/tidy.py)
    endif()
    set(arguments "")
    if(check STREQUAL "purity")
        set(arguments ${CMAKE_BINARY_DIR})
    endif()
    add_test(NAME ${check} COMMAND ${Python3_EXECUTABLE} ${script} ${arguments}
             WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endforeach()
# What the web app knows of the contracts is what the program says of them.
add_test(NAME web_abi
         COMMAND ${Python3_EXECUTABLE} tools/web_abi.py --check $<TARGET_FILE:thaw_program>
         WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
