# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=FILE -DFOLDER=DIR -P commands.cmake: the folder's *.md as a C++ source.
file(GLOB files ${FOLDER}/*.md)
list(SORT files)
set(rows "")
foreach(path ${files})
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} text)
  string(APPEND rows "    {\"${name}\", R\"page(${text})page\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// SPDX-License-Identifier: Apache-2.0
#include <array>

#include \"shell/page.h\"

namespace lunet::shell {

std::span<const PageText> shipped_pages() {
  static constexpr auto texts = std::to_array<PageText>({
${rows}  });
  return texts;
}

}  // namespace lunet::shell
")
