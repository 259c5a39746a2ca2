// SPDX-License-Identifier: Apache-2.0
// The answers of LIO (Linux 6.12.95) to a list of CDBs, byte by byte. What differs is named here, with its
// reason.
#include <cctype>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "base/test_files.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

/// One CDB and what LIO answered.
struct Answer {
  std::string name;
  Octets cdb;
  std::string verdict;
  Octets data_in;
};

Octets parse_hex(const std::string& text) {
  Octets bytes;
  std::istringstream words(text);
  for (std::string word; words >> word;)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(word, nullptr, 16)));
  return bytes;
}

/// "   status=02 resid=0/0 key=5 asc/q=2400 ..."
std::string parse_verdict(const std::string& line) {
  if (line.find("status=00") != std::string::npos) return "good";
  std::string text = line.substr(line.find("key=") + 4, 1) + "/" + line.substr(line.find("asc/q=") + 6, 4);
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::vector<Answer> read_golden(const std::string& name) {
  std::ifstream file(test::source_file("tests/golden/" + std::string(name)));
  std::vector<Answer> answers;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("-- ", 0) == 0) {
      const auto at = line.find(" cdb=");
      answers.push_back({line.substr(3, at - 3), parse_hex(line.substr(at + 5)), "", {}});
    } else if (line.find("status=") != std::string::npos) {
      answers.back().verdict = parse_verdict(line);
    } else if (answers.back().verdict == "good") {
      const Octets bytes = parse_hex(line.substr(line.find(':') + 1));
      answers.back().data_in.insert(answers.back().data_in.end(), bytes.begin(), bytes.end());
    }
  }
  return answers;
}

using Change = std::function<void(Answer&)>;

Change becomes(const std::string& verdict) {
  return [verdict](Answer& answer) {
    answer.verdict = verdict;
    answer.data_in.clear();
  };
}
Change with_byte(std::size_t at, std::uint8_t value) {
  return [at, value](Answer& answer) { answer.data_in.at(at) = value; };
}
Change with_data(const std::string& hex) {
  return [hex](Answer& answer) {
    answer.verdict = "good";
    answer.data_in = parse_hex(hex);
  };
}

/// Where we differ from LIO on purpose, on every kind of disk.
std::map<std::string, Change> deviations() {
  return {
      // SELECT REPORT is honoured: 01h are the well-known units, 02h all.
      {"REPORT LUNS sel1 (W-LUN)", with_data("00 00 00 08 00 00 00 00 c1 01 00 00 00 00 00 00")},
      {"REPORT LUNS sel2",
       with_data("00 00 00 20 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 "
                 "00 02 00 00 00 00 00 00 c1 01 00 00 00 00 00 00")},
      // The sense data end where they end; LIO fills the allocation length with zeros.
      {"REQUEST SENSE", with_data("70 00 00 00 00 00 00 0a 00 00 00 00 00 00 00 00 00 00")},
      // Descriptor format works.
      {"REQUEST SENSE DESC", with_data("72 00 00 00 00 00 00 00")},
      // START without IMMED works.
      {"START STOP start", with_data("")},
      // An unknown service action of READ CAPACITY(16)'s opcode is one sense code, not two.
      {"GET LBA STATUS", becomes("5/2000")},
      // LIO loses the last four bytes of the extended form.
      {"RTPG ext", with_data("00 00 00 10 10 00 00 00 00 cf 00 00 00 00 00 01 00 00 00 01")},
      // LIO does not have these.
      {"LOG SENSE 00", with_data("00 00 00 02 00 2f")},
      {"PREFETCH10", becomes("good")},
      {"RSTMF", with_data("d8 00 00 00")},
      // The list is the command table, which report_opcodes_test.cpp checks.
      {"RSOC all", nullptr},
      // More units, segments and bytes of them; the answer ends where it ends.
      {"RCV COPY OP PARAMS",
       [](Answer& answer) {
         answer.data_in.resize(46);
         answer.data_in.at(9) = 32;
         answer.data_in.at(11) = 64;
         answer.data_in.at(14) = 0x10;
       }},
  };
}

TestDisk golden_disk(const std::string& product, const std::string& serial) {
  TestDisk disk(0x32000);
  disk.unit.identity.product = product;
  disk.unit.identity.serial = serial;
  disk.port.target_name = "iqn.2003-01.org.linux-iscsi.vm:t1";
  disk.luns = {0, 1, 2};
  PortGroup group;
  group.ports = {1};
  disk.shared->port_groups.configure({group});
  ReservationState state;
  state.generation = 0x23;
  disk.shared->reservations.replace(state);
  disk.unit.keeps_reservations = true;
  return disk;
}

void compare(TestDisk& disk, const std::vector<Answer>& answers,
             const std::map<std::string, Change>& changes) {
  ASSERT_GT(answers.size(), 40U);
  for (Answer expected : answers) {
    SCOPED_TRACE(expected.name);
    if (const auto change = changes.find(expected.name); change != changes.end()) {
      if (!change->second) continue;
      const Answer lio = expected;
      change->second(expected);
      EXPECT_TRUE(lio.verdict != expected.verdict || lio.data_in != expected.data_in)
          << "no deviation any more";
    }
    if (expected.verdict == "6/3F0E") disk.nexus.raise(ua_luns_changed);
    const Outcome outcome = disk.run(expected.cdb, 4096);
    EXPECT_EQ(verdict(outcome), expected.verdict);
    EXPECT_EQ(outcome.data_in, expected.data_in);
    EXPECT_EQ(outcome.transfer_bytes, expected.data_in.size());
  }
}

TEST(Golden, RamDiskAnswersLikeLio) {
  TestDisk disk = golden_disk("RAMDISK-MCP", "11111111-2222-3333-4444-555555555555");
  disk.unit.attributes.is_nonrot = true;
  disk.unit.attributes.hw_max_sectors = 4294967288;
  disk.unit.attributes.optimal_sectors = 4294967288;
  disk.unit.attributes.max_unmap_lba_count = 0;
  disk.unit.attributes.max_unmap_block_desc_count = 0;
  disk.unit.attributes.unmap_granularity = 0;
  disk.unit.attributes.max_write_same_len = 0;
  auto changes = deviations();
  // The page is always whole, and COMPARE AND WRITE takes more than one block.
  changes["VPD b0"] = [](Answer& answer) {
    answer.data_in.resize(64);
    answer.data_in[3] = 0x3C;
    answer.data_in[5] = 255;
  };
  compare(disk, read_golden("scsi-lio-6.12.95-rdmcp.txt"), changes);
}

TEST(Golden, BufferedFileAnswersLikeLio) {
  TestDisk disk = golden_disk("FILEIO", "aabbccdd-1234-5678-9abc-def012345678");
  disk.unit.write_cache = true;
  disk.unit.attributes.emulate_tpu = true;
  disk.unit.attributes.emulate_tpws = true;
  auto changes = deviations();
  // COMPARE AND WRITE takes more than one block.
  changes["VPD b0"] = with_byte(5, 255);
  compare(disk, read_golden("scsi-lio-6.12.95-fileio.txt"), changes);
}

}  // namespace
}  // namespace lunet::scsi
