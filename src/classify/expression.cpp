#include "classify/expression.hpp"

#include <limits>
#include <utility>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::uint32_t unlimited = std::numeric_limits<std::uint32_t>::max();

std::size_t byte(char c) {
  return static_cast<unsigned char>(c);
}

void add_range(char first, char last, Bytes& bytes) {
  for (std::size_t i = byte(first); i <= byte(last); ++i) bytes.set(i);
}

Bytes all_but(const Bytes& bytes) {
  Bytes others = ~bytes;
  others.reset(256);
  return others;
}

/// `\d`, `\s` and `\w` as RE2 has them, and punctuation, which stands for itself.
std::optional<Bytes> escaped(char c) {
  Bytes bytes;
  switch (c) {
    case 'd':
      add_range('0', '9', bytes);
      return bytes;
    case 's':
      for (const char space : {' ', '\t', '\n', '\f', '\r'}) bytes.set(byte(space));
      return bytes;
    case 'w':
      add_range('0', '9', bytes);
      add_range('A', 'Z', bytes);
      add_range('a', 'z', bytes);
      bytes.set(byte('_'));
      return bytes;
    default:
      break;
  }
  const bool is_word = escaped('w')->test(byte(c));
  if (is_word || byte(c) >= 0x80) return std::nullopt;
  bytes.set(byte(c));
  return bytes;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<Expression> read_all() {
    auto alternatives = read_alternatives();
    if (!alternatives || !rest_.empty()) return std::nullopt;
    if (alternatives->size() == 1) return std::move(alternatives->front());
    ExpressionPart group;
    group.alternatives = *std::move(alternatives);
    return Expression{{std::move(group)}};
  }

 private:
  std::optional<std::vector<Expression>> read_alternatives() {
    std::vector<Expression> alternatives(1);
    while (!rest_.empty() && rest_.front() != ')') {
      if (take_prefix(rest_, "|")) {
        alternatives.emplace_back();
        continue;
      }
      auto part = read_part();
      if (!part || !read_quantifier(*part)) return std::nullopt;
      alternatives.back().parts.push_back(*std::move(part));
    }
    return alternatives;
  }

  std::optional<ExpressionPart> read_part() {
    if (take_prefix(rest_, "(")) return read_group();
    const auto bytes = take_prefix(rest_, "[") ? read_class() : read_single();
    if (!bytes) return std::nullopt;
    ExpressionPart part;
    part.bytes = *bytes;
    return part;
  }

  std::optional<ExpressionPart> read_group() {
    ExpressionPart group;
    if (take_prefix(rest_, "?P<")) {
      group.capture = captures_++;
      take_until(rest_, '>');
    } else if (!take_prefix(rest_, "?:")) {
      return std::nullopt;
    }
    auto alternatives = read_alternatives();
    if (!alternatives || !take_prefix(rest_, ")")) return std::nullopt;
    group.alternatives = *std::move(alternatives);
    return group;
  }

  std::optional<Bytes> read_single() {
    const char c = take();
    if (c == '\\') return rest_.empty() ? std::nullopt : escaped(take());
    if (std::string_view("^$?*+{").find(c) != std::string_view::npos) return std::nullopt;
    Bytes bytes;
    bytes.set(byte(c == '.' ? '\n' : c));
    return c == '.' ? all_but(bytes) : bytes;
  }

  /// What follows `[`.
  std::optional<Bytes> read_class() {
    const bool is_negated = take_prefix(rest_, "^");
    Bytes bytes;
    do {
      const auto member = read_member();
      if (!member) return std::nullopt;
      bytes |= *member;
    } while (!rest_.empty() && rest_.front() != ']');
    if (!take_prefix(rest_, "]")) return std::nullopt;
    return is_negated ? all_but(bytes) : bytes;
  }

  std::optional<Bytes> read_member() {
    if (rest_.empty()) return std::nullopt;
    const char first = take();
    if (first == '\\') return read_escaped_member();
    if (first == '[' || byte(first) >= 0x80) return std::nullopt;
    Bytes bytes;
    bytes.set(byte(first));
    const bool is_range = rest_.size() >= 2 && rest_[0] == '-' && rest_[1] != ']';
    if (!is_range) return bytes;
    take();
    const char last = take();
    if (last == '\\' || last == '[' || byte(last) < byte(first)) return std::nullopt;
    add_range(first, last, bytes);
    return bytes;
  }

  /// Not as one end of a range.
  std::optional<Bytes> read_escaped_member() {
    const auto bytes = rest_.empty() ? std::nullopt : escaped(take());
    const bool is_range = rest_.size() >= 2 && rest_[0] == '-' && rest_[1] != ']';
    return is_range ? std::nullopt : bytes;
  }

  /// False where it is one that is not known here; a lazy one is none either.
  bool read_quantifier(ExpressionPart& part) {
    if (rest_.empty()) return true;
    const char c = rest_.front();
    if (c == '?' || c == '*') part.low = 0;
    if (c == '*' || c == '+') part.high = unlimited;
    if (c == '{') return read_counts(part);
    if (c != '?' && c != '*' && c != '+') return true;
    take();
    return is_behind_quantifier();
  }

  /// `{3}`, `{3,}` and `{3,5}`.
  bool read_counts(ExpressionPart& part) {
    take();
    // Without its end, or with a zero in front of a number, it is literal text.
    if (rest_.find('}') == std::string_view::npos) return false;
    std::string_view counts = take_until(rest_, '}');
    if (counts.empty() || counts.front() == '0' || counts.find(",0") != std::string_view::npos)
      return false;
    const bool has_two = counts.find(',') != std::string_view::npos;
    const auto low = parse_number<std::uint32_t>(take_until(counts, ','));
    const auto high = has_two && !counts.empty() ? parse_number<std::uint32_t>(counts) : low;
    if (!low || !high) return false;
    part.low = *low;
    part.high = has_two && counts.empty() ? unlimited : *high;
    return is_behind_quantifier();
  }

  bool is_behind_quantifier() const {
    return rest_.empty() || std::string_view("?*+{").find(rest_.front()) == std::string_view::npos;
  }

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
  std::size_t captures_ = 0;
};

}  // namespace

std::optional<Expression> parse_expression(std::string_view text) {
  return Reader(text).read_all();
}

}  // namespace wgaudit
