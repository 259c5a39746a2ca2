// SPDX-License-Identifier: Apache-2.0
#include "shell/json.h"

#include <cstring>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "shell/nodes.h"

namespace lunet::shell {

using Json = nlohmann::ordered_json;
using Details = std::vector<std::pair<std::string, std::string>>;

// Names and paths may hold bytes that are no UTF-8; they must not end the program.
static std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

static Json detail_value(const std::string& key, const std::string& value) {
  const auto number = parse_unsigned(value);
  if (number && (key == "size" || key == "port")) return *number;
  if (value == "true" || value == "false") return value == "true";
  return value;
}

static Json details_json(const Details& details) {
  Json object = Json::object();
  for (const auto& [key, value] : details) object[key] = detail_value(key, value);
  return object;
}

static std::string_view health_name(service::Health health) {
  switch (health) {
    case service::Health::good: return "good";
    case service::Health::bad: return "bad";
    case service::Health::none: break;
  }
  return "none";
}

static Json node_json(const service::ViewNode& node, int depth_left) {
  Json object = {{"name", node.name},
                 {"kind", kind_name(node.kind)},
                 {"summary", summary_of(node)},
                 {"health", health_name(node.health)},
                 {"details", details_json(node.details)},
                 {"children", Json::array()}};
  if (depth_left == 0) return object;
  for (const service::ViewNode& child : node.children)
    object["children"].push_back(node_json(child, depth_left - 1));
  return object;
}

static Json values_json(const std::vector<service::GroupValue>& values) {
  Json array = Json::array();
  for (const service::GroupValue& value : values) {
    array.push_back({{"name", value.name}, {"value", value.value}, {"writable", value.writable}});
  }
  return array;
}

static Json generations_json(const std::vector<store::Generation>& generations) {
  Json array = Json::array();
  for (const store::Generation& each : generations) {
    array.push_back(
        {{"generation", each.number}, {"time", each.time_s}, {"who", each.who}, {"why", each.why}});
  }
  return array;
}

static std::string_view kind_word(service::SyncKind kind) {
  switch (kind) {
    case service::SyncKind::drift: return "drift";
    case service::SyncKind::foreign: return "foreign";
    case service::SyncKind::pending: return "pending";
    case service::SyncKind::degraded: break;
  }
  return "degraded";
}

static Json differences_json(const service::Comparison& comparison) {
  Json array = Json::array();
  for (const service::Difference& each : comparison.differences) {
    array.push_back(
        {{"object", config::path_text(each.object)}, {"kind", kind_word(each.kind)}, {"text", each.text}});
  }
  return array;
}

static std::string_view change_word(service::PlannedStep::Kind kind) {
  switch (kind) {
    case service::PlannedStep::Kind::created: return "created";
    case service::PlannedStep::Kind::removed: return "removed";
    case service::PlannedStep::Kind::changed: break;
  }
  return "changed";
}

static Json changes_json(const std::vector<service::RecordChange>& changes) {
  Json array = Json::array();
  for (const service::RecordChange& each : changes) {
    array.push_back({{"object", config::path_text(each.object)},
                     {"change", change_word(each.kind)},
                     {"made_again", each.made_again},
                     {"values", each.values}});
  }
  return array;
}

static Json plan_json(const service::PlanReport& plan) {
  Json steps = Json::array();
  for (const service::PlannedStep& step : plan.steps) {
    steps.push_back({{"object", step.object},
                     {"change", change_word(step.kind)},
                     {"writes", step.writes},
                     {"loses", step.loses}});
  }
  Json pending = Json::array();
  for (const store::Leftover& each : plan.pending)
    pending.push_back({{"object", config::path_text(each.object)}, {"reason", each.reason}});
  return {{"of", plan.name},
          {"generation", plan.base},
          {"steps", std::move(steps)},
          {"records", changes_json(plan.records)},
          {"pending", std::move(pending)},
          {"concerns", plan.concerns}};
}

static Json rows_json(const Table& table) {
  Json rows = Json::array();
  for (const auto& cells : table.rows) {
    Json row = Json::object();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const Column& column = table.columns[i];
      const auto number = column.kind == ColumnKind::text ? std::nullopt : parse_unsigned(cells[i]);
      if (number) {
        row[column.name] = *number;
      } else if (column.kind == ColumnKind::text) {
        row[column.name] = cells[i];
      } else {
        row[column.name] = nullptr;
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

static Json metrics_json(const std::vector<Metric>& metrics) {
  Json array = Json::array();
  for (const Metric& metric : metrics) {
    Json samples = Json::array();
    for (const MetricSample& sample : metric.samples) {
      Json labels = Json::object();
      for (std::size_t i = 0; i < metric.labels.size(); ++i)
        labels[std::string(metric.labels[i])] = sample.label_values[i];
      Json value = std::visit([](auto number) { return Json(number); }, sample.value);
      samples.push_back({{"name", std::string(metric.name) + std::string(sample.suffix)},
                         {"labels", std::move(labels)},
                         {"value", std::move(value)}});
    }
    if (samples.empty()) continue;
    array.push_back({{"name", metric.name},
                     {"type", metric.type},
                     {"help", metric.help},
                     {"samples", std::move(samples)}});
  }
  return array;
}

std::string json_of(const Outcome& outcome, const std::vector<std::string>& notices) {
  Json object = {{"format", "lunet/1"},
                 {"ok", !is_failure(outcome.status)},
                 {"status", static_cast<int>(outcome.status)}};
  if (outcome.listing) {
    // Depth 0 is all: a negative count never reaches 0.
    object["tree"] =
        node_json(outcome.listing->node, outcome.listing->depth == 0 ? -1 : outcome.listing->depth);
  } else {
    object["lines"] = outcome.lines;
  }
  Json warnings = notices;
  for (const std::string& warning : outcome.warnings) warnings.push_back(warning);
  object["warnings"] = std::move(warnings);
  if (outcome.changed) object["changed"] = *outcome.changed;
  if (!outcome.created.empty()) object["created"] = outcome.created;
  if (outcome.details) object["details"] = details_json(*outcome.details);
  if (outcome.values) object["values"] = values_json(*outcome.values);
  if (outcome.generations) object["generations"] = generations_json(*outcome.generations);
  if (outcome.comparison) {
    object["generation"] = outcome.comparison->generation;
    object["differences"] = differences_json(*outcome.comparison);
  }
  if (outcome.plan) object["plan"] = plan_json(*outcome.plan);
  if (outcome.changes) object["changes"] = changes_json(*outcome.changes);
  if (outcome.text) object["text"] = *outcome.text;
  if (outcome.table) object["rows"] = rows_json(*outcome.table);
  if (outcome.metrics) object["metrics"] = metrics_json(*outcome.metrics);
  if (outcome.waiting) {
    object["waiting"] = {{"generation", outcome.waiting->generation},
                         {"back_to", outcome.waiting->back_to},
                         {"deadline", outcome.waiting->deadline_s}};
  }
  return text_of(object);
}

std::string_view error_code(const Error& error, bool usage) {
  if (usage) return "E_USAGE";
  switch (error.errnum) {
    case ENOENT: return "E_NOT_FOUND";
    case EEXIST: return "E_EXISTS";
    case EBUSY: return "E_BUSY";
    case EACCES:
    case EPERM: return "E_PERMISSION";
    case EINVAL: return "E_INVALID";
    case EADDRINUSE: return "E_PORT_TAKEN";
    case ENOSPC: return "E_NO_SPACE";
    case ETIMEDOUT: return "E_TIMEOUT";
    case ECONNREFUSED: return "E_NOT_RUNNING";
    case ECANCELED: return "E_CONSENT";
    case EINTR: return "E_INTERRUPTED";
    case ESTALE: return "E_DRIFT";
    case EOPNOTSUPP: return "E_NOT_SUPPORTED";
    case ENOTRECOVERABLE: return "E_NOT_UNDONE";
    case ENOTUNIQ: return "E_DIFFERENT";
    default: return "E_FAILED";
  }
}

std::string json_of(const Error& error, const Attempt& attempt) {
  const char* name = ::strerrorname_np(error.errnum);
  return text_of({{"format", "lunet/1"},
                  {"ok", false},
                  {"status", static_cast<int>(attempt.status)},
                  {"error",
                   {{"code", error_code(error, attempt.usage)},
                    {"object", attempt.object},
                    {"operation", attempt.operation},
                    {"errno", error.errnum},
                    {"errno_name", name == nullptr ? "" : name},
                    {"cause", error.message},
                    {"correction", error.hint},
                    {"command", attempt.command}}},
                  {"warnings", attempt.notices}});
}

}  // namespace lunet::shell
