# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=FILE -DFOLDER=DIR -P shipped_policy.cmake: the folder's *.lio as a C++ source.
file(GLOB files ${FOLDER}/*.lio)
list(SORT files)
set(rows "")
foreach(path ${files})
  get_filename_component(name ${path} NAME)
  file(READ ${path} text)
  string(APPEND rows "    {\"${name}\", R\"policy(${text})policy\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// SPDX-License-Identifier: Apache-2.0
#include <array>

#include \"schema/schema.h\"

namespace lunet::schema {

std::span<const PolicyText> shipped_policy() {
  static constexpr auto texts = std::to_array<PolicyText>({
${rows}  });
  return texts;
}

}  // namespace lunet::schema
")
