# Script: writes OUTPUT, a C++ source that holds the scripts and the licence of the npm package in FOLDER, VERSION of
# bullmq; empty ones when FOLDER is not there. In pieces, because compilers limit the length of one literal.
function(literal file variable)
    file(READ "${file}" text)
    string(LENGTH "${text}" length)
    set(pieces "")
    set(at 0)
    while(at LESS length)
        string(SUBSTRING "${text}" ${at} 8000 piece)
        string(APPEND pieces "\n        R\"=====(${piece})=====\"")
        math(EXPR at "${at} + 8000")
    endwhile()
    set(${variable} "${pieces}" PARENT_SCOPE)
endfunction()

set(scripts "")
set(licence "\"\"")
file(GLOB files "${FOLDER}/dist/cjs/scripts/*-*.js")
if(files)
    foreach(file IN LISTS files)
        literal("${file}" text)
        string(APPEND scripts "        ${text}sv,\n")  # its length is known: no compiler has to count
    endforeach()
    literal("${FOLDER}/LICENSE" licence)
else()
    set(VERSION "")
    set(scripts "        \"\"sv,\n")
endif()
file(WRITE "${OUTPUT}" "#include \"queue/bullmq/embedded.h\"

namespace atelier::bullmq {

std::string_view embeddedVersion() { return \"${VERSION}\"; }

std::span<const std::string_view> embeddedScripts() {
    using namespace std::string_view_literals;
    static constexpr std::string_view kScripts[] = {
${scripts}    };
    return kScripts;
}

std::string_view embeddedLicence() {
    return ${licence};
}

}  // namespace atelier::bullmq
")
