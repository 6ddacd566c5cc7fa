#include "classify/literals.hpp"

#include <string.h>  // memmem

#include <algorithm>
#include <vector>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view classes = "dDsSwWbB";
constexpr std::string_view punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ";

/// Index behind the class that opens at `start`. A `]` right behind `[` or `[^` is a member, and
/// `[:digit:]` is one.
std::size_t skip_class(std::string_view expression, std::size_t start) {
  std::size_t i = start + 1;
  if (expression.substr(i, 1) == "^") ++i;
  if (expression.substr(i, 1) == "]") ++i;
  for (; i < expression.size() && expression[i] != ']'; ++i) {
    const auto name_end = expression.find(":]", i + 2);
    if (expression[i] == '\\') {
      ++i;
    } else if (expression.substr(i, 2) == "[:" && name_end != std::string_view::npos) {
      i = name_end + 1;
    }
  }
  return std::min(i + 1, expression.size());
}

/// Index behind the group that opens at `start`.
std::size_t skip_group(std::string_view expression, std::size_t start) {
  int depth = 0;
  for (std::size_t i = start; i < expression.size(); ++i) {
    const char c = expression[i];
    if (c == '\\') ++i;
    if (c == '[') i = skip_class(expression, i) - 1;
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0) return i + 1;
  }
  return expression.size();
}

using Runs = std::vector<std::string>;

bool is_quantifier(char c) {
  return c == '?' || c == '*' || c == '+' || c == '{';
}

Runs literal_runs(std::string_view expression);

/// The runs of a group of which every match has exactly one; none that is sure otherwise.
Runs group_runs(std::string_view group, std::string_view rest) {
  if (!rest.empty() && is_quantifier(rest.front())) return {};
  group = group.substr(1, group.size() - 2);
  if (take_prefix(group, "?P<")) take_until(group, '>');
  take_prefix(group, "?:");
  return literal_runs(group);
}

/// Goes on with the last run where the group's first begins.
void append(Runs& runs, const Runs& of_group) {
  if (of_group.empty()) {
    runs.emplace_back();
    return;
  }
  runs.back() += of_group.front();
  runs.insert(runs.end(), of_group.begin() + 1, of_group.end());
}

/// Cuts an expression into its runs of literal characters; a run ends where anything else begins.
/// No run at all where it is not plain what a match must have.
Runs literal_runs(std::string_view expression) {
  Runs runs(1);
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    const bool escaped = c == '\\' && i + 1 < expression.size() &&
                         punctuation.find(expression[i + 1]) != std::string_view::npos;
    if (escaped) {
      runs.back() += expression[++i];
    } else if (c == '(') {
      const std::size_t end = skip_group(expression, i);
      append(runs, group_runs(expression.substr(i, end - i), expression.substr(end)));
      i = end - 1;
    } else if (c == '[') {
      runs.emplace_back();
      i = skip_class(expression, i) - 1;
    } else if (is_quantifier(c)) {
      if (!runs.back().empty()) runs.back().pop_back();  // what is repeated may be absent
      runs.emplace_back();
      if (c == '{') i = expression.find('}', i);
      if (i == std::string_view::npos) return {};
    } else if (c == '\\') {
      if (++i == expression.size() || classes.find(expression[i]) == std::string_view::npos) {
        return {};
      }
      runs.emplace_back();
    } else if (c == '.' || c == '^' || c == '$') {
      runs.emplace_back();
    } else if (c == '|') {
      return {};  // alternatives share nothing that is sure
    } else {
      runs.back() += c;
    }
  }
  return runs;
}

/// Flags such as `(?i)` change what letters mean.
bool sets_flags(std::string_view expression) {
  for (auto at = expression.find("(?"); at != std::string_view::npos;
       at = expression.find("(?", at + 1)) {
    const std::string_view rest = expression.substr(at + 2);
    if (rest.substr(0, 2) != "P<" && rest.substr(0, 1) != ":") return true;
  }
  return false;
}

}  // namespace

Literals required_literals(std::string_view expression) {
  Literals literals;
  if (sets_flags(expression)) return literals;
  const auto runs = literal_runs(expression);
  if (runs.empty()) return literals;
  literals.prefix = runs.front();
  for (const auto& run : runs) {
    if (run.size() > literals.longest.size()) literals.longest = run;
  }
  return literals;
}

bool has_literals(const Literals& literals, std::string_view text) {
  if (text.substr(0, literals.prefix.size()) != literals.prefix) return false;
  const std::string& longest = literals.longest;
  if (longest.size() <= literals.prefix.size()) return true;
  // memmem and not find, which stops at every byte that the literal begins with.
  text.remove_prefix(literals.prefix.size());
  return ::memmem(text.data(), text.size(), longest.data(), longest.size()) != nullptr;
}

}  // namespace wgaudit
