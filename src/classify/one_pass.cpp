#include "classify/one_pass.hpp"

#include <utility>

#include "classify/expression.hpp"

namespace wgaudit {

/// Goes from the end to the beginning, since a run ends where what is behind it can begin. Each
/// function is given what that is and returns what it can begin with itself; nothing where a byte
/// would not tell.
class OnePass::Compiler {
 public:
  using First = std::optional<Bytes>;

  static First compile(const Expression& expression, Bytes next, Parts& parts) {
    for (std::size_t i = expression.parts.size(); i-- > 0;) {
      const ExpressionPart& part = expression.parts[i];
      const First first =
          part.alternatives.empty() ? add_run(part, next, parts) : add_group(part, next, parts);
      if (!first) return std::nullopt;
      next = *first;
    }
    return next;
  }

 private:
  static First add_run(const ExpressionPart& part, const Bytes& next, Parts& parts) {
    if (part.high == 0 || part.low > part.high || part.bytes.none()) return std::nullopt;
    if (part.low == 1 && part.high == 1 && part.bytes.count() == 1) return add_byte(part, parts);
    if (part.low != part.high && (part.bytes & next).any()) return std::nullopt;
    Part run;
    run.what = What::run;
    run.low = part.low;
    run.high = part.high;
    for (std::size_t byte = 0; byte < end_of_text; ++byte) {
      if (part.bytes.test(byte)) run.members[byte / 64] |= std::uint64_t{1} << byte % 64;
    }
    parts.insert(parts.begin(), std::move(run));
    return part.low == 0 ? part.bytes | next : part.bytes;
  }

  static First add_byte(const ExpressionPart& part, Parts& parts) {
    if (parts.empty() || parts.front().what != What::literal) parts.insert(parts.begin(), Part{});
    parts.front().literal.insert(0, 1, static_cast<char>(part.bytes._Find_first()));
    return part.bytes;
  }

  static First add_group(const ExpressionPart& part, const Bytes& next, Parts& parts) {
    const bool is_optional = part.low == 0;
    if (part.high != 1 || part.alternatives.size() > 100) return std::nullopt;
    Part group;
    group.what = What::group;
    group.capture = part.capture;
    group.choice.fill(none);
    Bytes first;
    if (is_optional && !choose(absent, next, first, group)) return std::nullopt;
    for (const Expression& alternative : part.alternatives) {
      const auto which = static_cast<std::int8_t>(group.alternatives.size());
      const First begins = compile(alternative, next, group.alternatives.emplace_back());
      if (!begins || !choose(which, *begins, first, group)) return std::nullopt;
    }
    parts.insert(parts.begin(), std::move(group));
    return first;
  }

  /// False where some of the bytes have another meaning already.
  static bool choose(std::int8_t which, const Bytes& bytes, Bytes& taken, Part& group) {
    if ((bytes & taken).any()) return false;
    taken |= bytes;
    for (std::size_t byte = 0; byte <= end_of_text; ++byte) {
      if (bytes.test(byte)) group.choice[byte] = which;
    }
    return true;
  }
};

class OnePass::Matcher {
 public:
  Matcher(std::string_view text, std::span<std::string_view> groups)
      : text_(text), groups_(groups) {}

  bool match_all(const Parts& parts) { return match(parts) && at_ == text_.size(); }

 private:
  bool match(const Parts& parts) {
    for (const Part& part : parts) {
      if (!match(part)) return false;
    }
    return true;
  }

  bool match(const Part& part) {
    switch (part.what) {
      case What::literal: {
        const bool is_there = text_.substr(at_, part.literal.size()) == part.literal;
        at_ += part.literal.size();
        return is_there;
      }
      case What::run: {
        const std::string_view rest = text_.substr(at_, part.high);
        std::size_t length = 0;
        while (length < rest.size() && is_member(part, rest[length])) ++length;
        at_ += length;
        return length >= part.low;
      }
      case What::group:
        return match_group(part);
    }
    __builtin_unreachable();
  }

  bool match_group(const Part& group) {
    const std::size_t start = at_;
    const std::size_t byte =
        at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : end_of_text;
    const std::int8_t which = group.choice[byte];
    if (which == none) return false;
    if (which != absent && !match(group.alternatives[static_cast<std::size_t>(which)]))
      return false;
    if (group.capture) groups_[*group.capture] = text_.substr(start, at_ - start);
    return true;
  }

  static bool is_member(const Part& run, char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (run.members[byte / 64] >> byte % 64 & 1) != 0;
  }

  std::string_view text_;
  std::span<std::string_view> groups_;
  std::size_t at_ = 0;
};

std::optional<OnePass> OnePass::compile(std::string_view expression) {
  const auto parsed = parse_expression(expression);
  if (!parsed) return std::nullopt;
  Bytes end;
  end.set(end_of_text);
  OnePass compiled;
  if (!Compiler::compile(*parsed, end, compiled.parts_)) return std::nullopt;
  return compiled;
}

bool OnePass::match(std::string_view text, std::span<std::string_view> groups) const {
  return Matcher(text, groups).match_all(parts_);
}

}  // namespace wgaudit
