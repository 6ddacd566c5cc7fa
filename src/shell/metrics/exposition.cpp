#include "shell/metrics/exposition.hpp"

#include <fmt/format.h>

#include <iterator>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

std::string_view to_text(Exposition::Type type) {
  switch (type) {
    case Exposition::Type::counter:
      return "counter";
    case Exposition::Type::gauge:
      return "gauge";
    case Exposition::Type::histogram:
      return "histogram";
  }
  __builtin_unreachable();
}

std::string seconds_text(std::chrono::microseconds duration) {
  return fmt::format("{}", std::chrono::duration<double>(duration).count());
}

/// The format wants these two printable characters escaped.
void append_escaped(std::string_view value, std::string& text) {
  if (is_plain(value)) {
    text += value;
    return;
  }
  for (const char c : still_printable(value, value.size())) {
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
}

}  // namespace

std::string Exposition::text_of(std::initializer_list<Label> labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (!text.empty()) text += ',';
    text.append(name).append("=\"");
    append_escaped(value, text);
    text += '"';
  }
  return text;
}

void Exposition::begin(std::string_view name, Type type, std::string_view help) {
  name_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help,
                 to_text(type));
}

void Exposition::add(std::string_view labels, std::uint64_t value) {
  add_sample("", labels, std::to_string(value));
}

void Exposition::add(std::string_view labels, std::chrono::microseconds value) {
  add_sample("", labels, seconds_text(value));
}

void Exposition::add_only(std::string_view name, std::string_view help,
                          const DurationHistogram& histogram) {
  begin(name, Type::histogram, help);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    count += histogram.counts[i];
    const bool is_last = i == histogram.bounds.size();
    const std::string bound = is_last ? "+Inf" : seconds_text(histogram.bounds[i]);
    add_sample("_bucket", text_of({{"le", bound}}), std::to_string(count));
  }
  add_sample("_sum", "", seconds_text(histogram.sum));
  add_sample("_count", "", std::to_string(count));
}

void Exposition::add_sample(std::string_view suffix, std::string_view labels,
                            std::string_view value) {
  text_.append(name_).append(suffix);
  if (!labels.empty()) text_.append("{").append(labels).append("}");
  text_.append(" ").append(value).append("\n");
}

}  // namespace wgaudit
