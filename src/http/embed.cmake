# Script: writes OUTPUT, a C++ source that holds the file INPUT as Document::embedded(). In pieces, because compilers
# limit the length of one literal.
file(READ "${INPUT}" text)
string(LENGTH "${text}" length)
set(pieces "")
set(at 0)
while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 piece)
    string(APPEND pieces "    R\"=====(${piece})=====\"\n")
    math(EXPR at "${at} + 8000")
endwhile()
file(WRITE "${OUTPUT}" "#include \"http/document.h\"

namespace atelier::http {

std::string_view Document::embedded() {
    static constexpr std::string_view kText =
${pieces};
    return kText;
}

}  // namespace atelier::http
")
