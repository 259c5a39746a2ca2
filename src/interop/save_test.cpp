// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "interop/json.h"
#include "interop/saveconfig.h"
#include "interop/test_configs.h"

namespace lunet::interop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Save, AnEmptyConfigurationIsAFileWithItsThreeLists) {
  EXPECT_EQ(save_saveconfig({}, test_schema()).text,
            "{\n  \"fabric_modules\": [],\n  \"storage_objects\": [],\n  \"targets\": []\n}\n");
}

TEST(Save, WritesWhatRtslibWrites) {
  const Saved saved = save_saveconfig(config_of(R"(
    storage fileio disk f { path /srv/f; size 1GiB; buffered yes; attribute { block_size 512; name 007 } }
    storage rd_mcp disk r { size 4096; nullio no; hba 3 }
    fabric iscsi target iqn.2026-11.org.example:t tpgt 1 {
      lun 0 backend fileio:f
      lun 1 backend pscsi:p
      portal [::1]:3260 iser no
    })"),
                                      test_schema());
  EXPECT_THAT(saved.losses, IsEmpty());
  EXPECT_EQ(saved.text, R"({
  "fabric_modules": [],
  "storage_objects": [
    {
      "alua_tpgs": [],
      "attributes": {
        "block_size": 512,
        "emulate_write_cache": 1,
        "name": "007"
      },
      "dev": "/srv/f",
      "name": "f",
      "plugin": "fileio",
      "size": 1073741824,
      "write_back": true
    },
    {
      "alua_tpgs": [],
      "index": 3,
      "name": "r",
      "nullio": false,
      "plugin": "ramdisk",
      "size": 4096
    }
  ],
  "targets": [
    {
      "fabric": "iscsi",
      "tpgs": [
        {
          "enable": false,
          "luns": [
            {
              "index": 0,
              "storage_object": "/backstores/fileio/f"
            },
            {
              "alua_tg_pt_gp_name": null,
              "index": 1,
              "storage_object": "/backstores/pscsi/p"
            }
          ],
          "node_acls": [],
          "portals": [
            {
              "ip_address": "[::1]",
              "iser": false,
              "port": 3260
            }
          ],
          "tag": 1
        }
      ],
      "wwn": "iqn.2026-11.org.example:t"
    }
  ]
}
)");
}

TEST(Save, NamesOfFabricsAndTheirTargetsAreRtslibs) {
  const Saved saved = save_saveconfig(config_of(R"(
    fabric fc target 21:00:00:E0:8b:05:05:04 acl 50:00:00:e0:8b:05:05:04 {}
    fabric ib_srpt target 0xfe80000000000000f452140300123456 {}
    fabric sbp target 001405abcdef0123 {}
    fabric loopback target naa.5001405000000001 lun 0 backend rd_mcp:r)"),
                                      test_schema());
  const auto json = parse_json(saved.text, "saved");
  ASSERT_TRUE(json);
  const auto& targets = *json->find("targets")->as<JsonArray>();
  ASSERT_EQ(targets.size(), 4U);
  EXPECT_EQ(
      print_compact(targets[0]),
      R"({"fabric":"tcm_fc","tpgs":[{"enable":true,"luns":[],"node_acls":[{"mapped_luns":[],"node_wwn":"naa.500000e08b050504"}],)"
      R"("portals":[],"tag":1}],"wwn":"naa.210000e08b050504"})");
  EXPECT_EQ(
      print_compact(targets[1]),
      R"({"fabric":"srpt","tpgs":[{"enable":false,"luns":[],"node_acls":[],"portals":[],"tag":1}],"wwn":"ib.fe80000000000000f452140300123456"})");
  EXPECT_EQ(
      print_compact(targets[3]),
      R"({"fabric":"sbp","tpgs":[{"enable":false,"luns":[],"node_acls":[],"portals":[],"tag":1}],"wwn":"eui.001405abcdef0123"})");
  EXPECT_THAT(print_compact(targets[2]), HasSubstr("/backstores/ramdisk/r"));
  EXPECT_THAT(saved.losses, IsEmpty());
}

TEST(Save, DisksOfAPluginWithoutANameAreNamedAsLost) {
  const Saved saved = save_saveconfig(config_of("storage '' disk a path /a"), test_schema());
  EXPECT_THAT(saved.losses, ElementsAre("storage \"\": it has no name; it is left out"));
  EXPECT_THAT(saved.text, HasSubstr("\"storage_objects\": []"));
}

TEST(Save, YesAndNoAreWrittenAsTheRuntimesFilesTakeThem) {
  const Saved saved = save_saveconfig(config_of(R"(
    storage fileio disk f attribute { emulate_tpu yes; control yes }
    fabric iscsi target iqn.2026-11.org.example:t tpgt 1 { attribute t10_pi no; parameter ImmediateData yes })"),
                                      test_schema());
  EXPECT_THAT(saved.text, HasSubstr(R"("control": "yes")"));
  EXPECT_THAT(saved.text, HasSubstr(R"("emulate_tpu": 1)"));
  EXPECT_THAT(saved.text, HasSubstr(R"("t10_pi": 0)"));
  EXPECT_THAT(saved.text, HasSubstr(R"("ImmediateData": "Yes")"));
}

TEST(Save, NamesEveryLoss) {
  const Saved saved = save_saveconfig(config_of(R"(
    storage fileio disk "a b" { path $"/srv/\xFF"; nullio yes; size big; speed 1; parameter x 1; alua { other 1; group_1_x 2 } }
    storage pscsi { disk p wwn 1; note x }
    fabric iscsi {
      colour red
      target iqn.2026-11.org.example:T {
        lun 9 backend fileio:x
        parameter cmd_completion_affinity -1
        tpgt 1 {
          enable perhaps
          auth { userid " x "; password NULL; other 1 }
          lun one backend fileio:x
          lun 65536 backend fileio:x
          lun 2 alias y
          portal nowhere:http {}
          acl iqn.2026-11.org.example:h_1 mapped_lun 256 target_lun 0
          acl iqn.2026-11.org.example:h2 mapped_lun 1 alias z
        } } }
    fabric vhost target naa.5001405000000001 tpgt 1 nexus_wwn naa.5001405000000002
    fabric loopback target naa.6001405000000001 {})"),
                                      test_schema());
  EXPECT_THAT(
      saved.losses,
      ElementsAre(
          "storage fileio disk \"a b\": rtslib-fb refuses a name with blanks or '/'",
          "storage fileio disk \"a b\": alua group_1_x has no place in saveconfig.json; it is left out",
          "storage fileio disk \"a b\": alua other has no place in saveconfig.json; it is left out",
          "storage fileio disk \"a b\": parameter x has no place in saveconfig.json; it is left out",
          "storage fileio disk \"a b\": nullio has no place in saveconfig.json; it is left out",
          "storage fileio disk \"a b\": path is not UTF-8, JSON cannot hold it; it is left out",
          "storage fileio disk \"a b\": size is not a size; it is left out",
          "storage fileio disk \"a b\": speed has no place in saveconfig.json; it is left out",
          "storage pscsi disk p: wwn has no place in saveconfig.json; it is left out",
          "storage pscsi: note has no place in saveconfig.json; it is left out",
          "fabric iscsi: colour has no place in saveconfig.json; it is left out",
          "fabric iscsi target iqn.2026-11.org.example:T: rtslib-fb writes the name "
          "'iqn.2026-11.org.example:t'",
          HasSubstr("tpgt 1: auth other has no place in saveconfig.json; it is left out"),
          HasSubstr("tpgt 1: rtslib-fb refuses this password: it is longer than 255 bytes, or NULL"),
          HasSubstr("tpgt 1: rtslib-fb cuts the blanks at the ends of userid"),
          HasSubstr("tpgt 1: enable is not yes or no; it is left out"),
          HasSubstr("tpgt 1 lun 2: it has no disk PLUGIN:NAME; it is left out"),
          HasSubstr("tpgt 1 lun 65536: rtslib-fb refuses numbers above 65535"),
          HasSubstr("tpgt 1 lun one: it has no number; it is left out"),
          HasSubstr("portal nowhere:http: it is no ADDRESS:PORT; it is left out"),
          HasSubstr("h2 mapped_lun 1: it has no LUN; it is left out"),
          HasSubstr("h_1: rtslib-fb refuses the name"),
          HasSubstr("h_1 mapped_lun 256: rtslib-fb refuses numbers above 255"),
          HasSubstr("iqn.2026-11.org.example:T: rtslib-fb does not restore parameters here"),
          HasSubstr("iqn.2026-11.org.example:T lun 9: saveconfig.json has no such object in this place"),
          "fabric loopback target naa.6001405000000001: rtslib-fb renames it to naa.5..., initiators see "
          "another "
          "target",
          HasSubstr("tpgt 1: rtslib-fb does not restore nexus_wwn")));
}

}  // namespace
}  // namespace lunet::interop
