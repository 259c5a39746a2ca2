// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <limits>

#include "base/text.h"
#include "language/policy.h"
#include "language/policy_scanner.h"

namespace lunet::language {
namespace {

/// policy    := { statement }, separated by line ends and ';'
/// statement := object { object } [ group attribute | group block | block | attribute ]
///            | group attribute | group block | attribute
/// object    := CLASS ( WORD { '|' WORD } | type ) { FLAG '(' WORD ')' }
/// attribute := NAME ( type [ '(' WORD ')' ] | '@' '(' '-' NUMBER CLASS ')' ) { FLAG [ '(' WORD ')' ] }
/// type      := '%' one { '|' one }        one := NAME [ '[' WORD { WORD } ']' ]
class PolicyParser {
 public:
  explicit PolicyParser(PolicySyntax& syntax)
      : scanner_(syntax.source->text(), syntax.diagnostics, syntax.decoded), syntax_(syntax) {}

  void run() {
    for (;;) {
      statements(syntax_.statements, 0);
      if (scanner_.at_end()) return;
      scanner_.complain(scanner_.at(), "this '}' closes nothing");
      scanner_.take('}');
    }
  }

 private:
  using Statements = std::vector<PolicyStatement>;

  void statements(Statements& out, std::uint32_t depth);
  void statement(Statements& out, std::uint32_t depth);
  void block(PolicyStatement& owner, std::uint32_t depth);
  void skip_block();
  PolicyStatement* build(Statements& out, std::uint32_t& depth);
  PolicyStatement* rest(Statements& out);
  PolicyStatement* attribute(Statements& out, const Word& name);
  bool identifier(PolicyStatement& object);
  bool types(std::vector<PolicyType>& out);
  bool initial(PolicyStatement& attribute);
  bool reference(PolicyStatement& attribute);
  bool flags(PolicyStatement& statement, bool with_argument_only);
  PolicyStatement* refuse(std::uint32_t offset, std::string sentence) {
    scanner_.complain(offset, std::move(sentence));
    return nullptr;
  }
  bool expect(char c, std::string_view after) {
    if (scanner_.take(c)) return true;
    scanner_.complain(scanner_.at(), fmt::format("'{}' is missing after {}", c, after));
    return false;
  }

  PolicyScanner scanner_;
  PolicySyntax& syntax_;
};

void PolicyParser::statements(Statements& out, std::uint32_t depth) {
  for (;;) {
    if (scanner_.at_end() || scanner_.next_is('}')) return;
    if (scanner_.take_line_end() || scanner_.take(';')) continue;
    if (scanner_.next_is('#')) {
      scanner_.comment();
    } else if (scanner_.next_is('{')) {
      scanner_.complain(scanner_.at(), "'{' must stand on the line of what it belongs to");
      PolicyStatement dropped;
      block(dropped, depth + 1);
    } else {
      statement(out, depth);
    }
  }
}

void PolicyParser::statement(Statements& out, std::uint32_t depth) {
  const std::size_t before = out.size();
  PolicyStatement* inner = build(out, depth);
  if (inner == nullptr) {
    out.resize(before);
    scanner_.skip_statement();
  } else if (!scanner_.at_statement_end()) {
    scanner_.complain(scanner_.at(),
                      inner->kind == StatementKind::attribute
                          ? "a line holds one attribute; separate the next one by ';' or a line end"
                          : "this is no statement");
    scanner_.skip_statement();
  }
  if (scanner_.next_is('{')) {
    PolicyStatement dropped;
    if (inner != nullptr && inner->kind == StatementKind::attribute)
      scanner_.complain(scanner_.at(), "an attribute has no { }");
    const bool owns = inner != nullptr && inner->kind != StatementKind::attribute;
    block(owns ? *inner : dropped, depth + 1);
    if (!scanner_.at_statement_end() || scanner_.next_is('{')) {
      scanner_.complain(scanner_.at(), "after '}' a line end or ';' is needed");
      scanner_.skip_statement();
    }
  }
  if (scanner_.next_is('#')) {
    const std::string_view comment = scanner_.comment();
    if (inner != nullptr && inner->comment.empty()) inner->comment = comment;
  }
}

void PolicyParser::block(PolicyStatement& owner, std::uint32_t depth) {
  const std::uint32_t opened = scanner_.at();
  if (depth > depth_max) {
    scanner_.complain(opened, fmt::format("nested too deeply, at most {} levels", depth_max));
    return skip_block();
  }
  scanner_.take('{');
  if (scanner_.next_is('#')) owner.comment = scanner_.comment();
  statements(owner.body, depth);
  if (!scanner_.take('}')) scanner_.complain(opened, "this '{' is not closed");
}

/// From '{' to behind its '}', without recursion.
void PolicyParser::skip_block() {
  std::size_t open = 0;
  do {
    if (scanner_.take('{')) {
      ++open;
    } else if (scanner_.take('}')) {
      --open;
    } else if (scanner_.next_is('#')) {
      scanner_.comment();
    } else if (!scanner_.take_line_end() && !scanner_.take(';')) {
      scanner_.skip_statement();
    }
  } while (open > 0 && !scanner_.at_end());
}

PolicyStatement* PolicyParser::build(Statements& out, std::uint32_t& depth) {
  Statements* body = &out;
  PolicyStatement* inner = nullptr;
  for (;;) {
    const Word name = scanner_.peek_name();
    const auto object_class = find_class(name.text);
    if (!object_class) break;
    if (++depth > depth_max)
      return refuse(name.offset, fmt::format("nested too deeply, at most {} levels", depth_max));
    inner = &body->emplace_back();
    inner->kind = StatementKind::object;
    inner->object_class = *object_class;
    inner->name = scanner_.name();
    if (!identifier(*inner) || !flags(*inner, true)) return nullptr;
    body = &inner->body;
  }
  // The block of the innermost object is one level below it, which block() counts.
  if (inner != nullptr) --depth;
  return scanner_.at_statement_end() && inner != nullptr ? inner : rest(*body);
}

bool PolicyParser::identifier(PolicyStatement& object) {
  if (scanner_.next_is('%')) return types(object.types);
  if (scanner_.at_statement_end()) {
    scanner_.complain(object.name.offset,
                      fmt::format("the {0} has no identifier: {0} NAME, or {0} %TYPE", object.name.text));
    return false;
  }
  do {
    const auto word = scanner_.word("|");
    if (!word) return false;
    object.identifiers.push_back(*word);
  } while (scanner_.take('|'));
  return true;
}

/// What follows the objects: a group or an attribute.
PolicyStatement* PolicyParser::rest(Statements& out) {
  const std::uint32_t start = scanner_.at();
  const Word name = scanner_.name();
  if (name.text.empty()) return refuse(start, "an object, a group or an attribute starts with its name");
  if (scanner_.next_is('%') || scanner_.next_is('@')) return attribute(out, name);
  const Word second = scanner_.next_is('{') ? Word{} : scanner_.name();
  if (second.text.empty() && !scanner_.next_is('{')) {
    return refuse(name.offset,
                  fmt::format("\"{}\" is incomplete: an attribute needs a %type or a @reference, a "
                              "group needs an attribute or {{ }}, an object starts with its class",
                              name.text));
  }
  if (!second.text.empty() && !scanner_.next_is('%') && !scanner_.next_is('@')) {
    const std::string_view meant = nearest(name.text, object_classes);
    if (!meant.empty())
      return refuse(name.offset,
                    fmt::format("unknown object class \"{}\"; did you mean \"{}\"?", name.text, meant));
    return refuse(second.offset, "an attribute needs a %type or a @reference");
  }
  if (!is_group_name(name.text)) return refuse(name.offset, "a group's name has only letters and '_'");
  PolicyStatement& group = out.emplace_back();
  group.kind = StatementKind::group;
  group.name = name;
  return second.text.empty() ? &group : attribute(group.body, second);
}

PolicyStatement* PolicyParser::attribute(Statements& out, const Word& name) {
  if (!is_attribute_name(name.text))
    return refuse(name.offset, "an attribute's name is a letter, then letters, digits and '_'");
  PolicyStatement& attribute = out.emplace_back();
  attribute.name = name;
  const bool good =
      scanner_.next_is('@') ? reference(attribute) : types(attribute.types) && initial(attribute);
  return good && flags(attribute, false) ? &attribute : nullptr;
}

bool PolicyParser::types(std::vector<PolicyType>& out) {
  scanner_.take('%');
  do {
    PolicyType& type = out.emplace_back();
    type.name = scanner_.name();
    if (type.name.text.empty()) {
      scanner_.complain(scanner_.at(), "a type's name is missing after '%'");
      return false;
    }
    if (!scanner_.take('[')) continue;
    while (!scanner_.take(']')) {
      if (scanner_.at_end() || scanner_.at_line_end()) return expect(']', "the type's options");
      const auto word = scanner_.word("[]");
      if (!word) return false;
      type.options.push_back(*word);
    }
  } while (scanner_.take('|'));
  return true;
}

bool PolicyParser::initial(PolicyStatement& attribute) {
  if (!scanner_.take('(')) return true;
  if (scanner_.next_is(')')) {
    scanner_.complain(scanner_.at(),
                      "a default is missing between the parentheses; the empty text is (\"\")");
    return false;
  }
  attribute.initial = scanner_.word();
  return attribute.initial && expect(')', "the default");
}

bool PolicyParser::reference(PolicyStatement& attribute) {
  PolicyReference reference{.levels = 0, .object_class = 0, .offset = scanner_.at()};
  scanner_.take('@');
  if (!expect('(', "'@'")) return false;
  if (!scanner_.take('-')) {
    scanner_.complain(scanner_.at(),
                      "a reference says how many levels above the attribute it looks, as in @(-3 lun)");
    return false;
  }
  const Word number = scanner_.name();
  const auto levels = parse_unsigned(number.text);
  if (!levels || *levels == 0 || *levels > depth_max) {
    scanner_.complain(number.offset, fmt::format("a number from 1 to {} is needed here", depth_max));
    return false;
  }
  const Word name = scanner_.name();
  const auto object_class = find_class(name.text);
  if (!object_class) {
    const std::string_view meant = nearest(name.text, object_classes);
    scanner_.complain(
        name.offset,
        meant.empty() ? "an object class is needed here"
                      : fmt::format("unknown object class \"{}\"; did you mean \"{}\"?", name.text, meant));
    return false;
  }
  reference.levels = static_cast<std::uint32_t>(*levels);
  reference.object_class = *object_class;
  attribute.reference = reference;
  return expect(')', "the reference");
}

bool PolicyParser::flags(PolicyStatement& statement, bool with_argument_only) {
  for (;;) {
    const Word name = scanner_.peek_name();
    const bool has_argument = scanner_.text_is(name.offset + name.text.size(), '(');
    if (name.text.empty() || (with_argument_only && !has_argument)) return true;
    PolicyFlag flag{.name = scanner_.name(), .argument = {}};
    if (has_argument) {
      scanner_.take('(');
      flag.argument = scanner_.word();
      if (!flag.argument || !expect(')', "the flag's value")) return false;
    }
    statement.flags.push_back(flag);
  }
}

}  // namespace

PolicySyntax parse_policy(std::string name, std::string text) {
  PolicySyntax syntax;
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    syntax.source = std::make_unique<const Source>(std::move(name), std::string());
    syntax.diagnostics.push_back({0, "the text is too long: 4 GiB or more"});
    return syntax;
  }
  syntax.source = std::make_unique<const Source>(std::move(name), std::move(text));
  PolicyParser(syntax).run();
  return syntax;
}

}  // namespace lunet::language
