// SPDX-License-Identifier: Apache-2.0
// For tests: configurations in the spirit of those that the original's tests had (features 8.1), written
// anew.
#pragma once

#include <string_view>

namespace lunet::config {

struct Sample {
  std::string_view name;
  std::string_view text;
  std::string_view parsed;        ///< "object(1:1) object(1:16) ...": each statement with its place
  std::string_view mistake = "";  ///< of loading; "" for none
};

inline constexpr Sample samples[] = {
    {"basic", "storage fileio disk web1 {\n    path /srv/web1.img\n    size 1MB\n}\n",
     "object(1:1) object(1:16) attribute(2:5) attribute(3:5)"},
    {"one line", "fabric iscsi discovery_auth enable yes", "object(1:1) group(1:14) attribute(1:29)"},
    {"a group on one line",
     "storage fileio disk web1 {\n    path /srv/web1.img\n    attribute block_size 4096\n}\n",
     "object(1:1) object(1:16) attribute(2:5) group(3:5) attribute(3:15)"},
    {"nested blocks",
     "storage fileio {\n\n    disk web1 {\n        path /srv/web1.img\n\n        attribute {\n            "
     "emulate_tpu "
     "yes\n        }\n    }\n}\n",
     "object(1:1) object(3:5) attribute(4:9) group(6:9) attribute(7:13)"},
    {"comments",
     "# first\nstorage fileio disk web1 { # beside\n    # indented\n    path /srv/web1.img # of the path\n   "
     " attribute { "
     "# of the group\n        emulate_tpu yes# at once\n    }\n}\n# last\n",
     "object(2:1) object(2:16) attribute(4:5) group(5:5) attribute(6:9)"},
    {"strings",
     "storage fileio disk \"web_1:a\" {\n    path \"/srv/my images/1.img\"\n    fancy_attribute a%!?@b\n}\n",
     "object(1:1) object(1:16) attribute(2:5) attribute(3:5)", "'fancy_attribute'"},
    {"complete",
     "storage fileio {\n    disk web1 { path /srv/web1.img; size 10G; }\n    disk web2 { path /srv/web2.img; "
     "size 2G "
     "}\n}\nfabric iscsi {\n    discovery_auth { enable no; userid \"\"; }\n    target "
     "iqn.2003-01.org.example:web {\n   "
     "     tpgt 1 {\n            enable yes\n            lun 0 backend fileio:web1\n            lun 1 "
     "backend "
     "fileio:web2\n            portal 0.0.0.0:3260\n            attribute { authentication no; "
     "generate_node_acls no; "
     "}\n            parameter { MaxConnections 1; ImmediateData yes; }\n            acl "
     "iqn.1994-05.com.example:h {\n  "
     "              auth { userid u; password abcdefghijkl; }\n                mapped_lun 0 target_lun 0\n   "
     "            "
     " mapped_lun 1 target_lun 1\n                mapped_lun 2 target_lun 1\n            }\n        }\n    "
     "}\n}\n",
     ""},
    {"four disks, two targets, as an old live dump writes them",
     "storage fileio disk f1 {\n    path /srv/f1.img\n    size 1.0MB\n    buffered 1\n}\nstorage fileio disk "
     "f2 {\n    "
     "path /srv/f2.img\n    size 1.0MB\n    buffered 0\n}\nstorage rd_mcp disk r1 {\n    size 1.0MB\n    "
     "nullio 0\n}\n"
     "storage rd_mcp disk r2 {\n    size 1.0MB\n    nullio 1\n}\nfabric iscsi target "
     "iqn.2003-01.org.example:a tpgt 1 "
     "{\n    parameter InitialR2T Yes\n    parameter IFMarker No\n    attribute demo_mode_write_protect 0\n  "
     "  lun 0 "
     "backend fileio:f1\n    lun 1 backend rd_mcp:r1\n    acl iqn.1994-05.com.example:h {\n        "
     "mapped_lun 0 {\n     "
     "       target_lun 1\n            write_protect 0\n        }\n    }\n    enable 1\n}\nfabric iscsi "
     "target "
     "iqn.2003-01.org.example:b tpgt 1 lun 0 backend fileio:f2\n",
     ""},
    {"loopback and vhost on lines of their own",
     "storage rd_mcp disk r1 size 4k\nfabric loopback target naa.6001405aaaaaaaaa lun 0 backend rd_mcp:r1\n"
     "fabric vhost target naa.6001405bbbbbbbbb tpgt 1 lun 0 backend rd_mcp:r1",
     "object(1:1) object(1:16) attribute(1:24) object(2:1) object(2:17) object(2:45) attribute(2:51) "
     "object(3:1) "
     "object(3:14) object(3:42) object(3:49) attribute(3:55)"},
    {"no wwn and no statement", "\n  \n# nothing\n", ""},
};

}  // namespace lunet::config
