#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "shell/status/duration_histogram.hpp"

namespace wgaudit {

/// Text in Prometheus' exposition format 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats), written sample by sample: with ten
/// thousand peers a tree of metrics would take the loop many times as long. Names and help texts
/// are literals; values of labels are anybody's.
class Exposition {
 public:
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  enum class Type : std::uint8_t { counter, gauge, histogram };

  struct Label {
    std::string_view name;
    std::string_view value;
  };

  /// `name="value",...`, printable and escaped, whatever the values are: as the journal has them,
  /// so that backslashes, of escapes or of a name, stay.
  static std::string text_of(std::initializer_list<Label> labels);

  /// Begins the family that the next samples are of.
  void begin(std::string_view name, Type type, std::string_view help);

  /// A sample, with labels as `text_of` made them.
  void add(std::string_view labels, std::uint64_t value);
  void add(std::string_view labels, std::chrono::microseconds value);  ///< Given in seconds.
  void add(std::initializer_list<Label> labels, std::uint64_t value) {
    add(text_of(labels), value);
  }

  /// A family of one sample without labels.
  void add_only(std::string_view name, Type type, std::string_view help, auto value) {
    begin(name, type, help);
    add(std::string_view(), value);
  }
  void add_only(std::string_view name, std::string_view help, const DurationHistogram& histogram);

  std::string take() { return std::move(text_); }

 private:
  void add_sample(std::string_view suffix, std::string_view labels, std::string_view value);

  std::string_view name_;
  std::string text_;
};

}  // namespace wgaudit
