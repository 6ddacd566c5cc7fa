#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wgaudit {

/// A Vocabulary is the words that the pattern files of one pack may use. Reader and rule tables
/// give them no meaning: to them a word is its number in its list, and the pack knows what that
/// stands for.
struct Vocabulary {
  std::vector<std::string_view> kinds;    ///< Meanings of a line: the first part of a rule.
  std::vector<std::string_view> origins;  ///< Texts that a rule can match, besides `tag=NAME`.
  std::vector<std::string_view> fields;   ///< Names of the groups that capture.
};

/// Returns the number of `word` in a list of a vocabulary.
std::optional<std::size_t> find_word(const std::vector<std::string_view>& words,
                                     std::string_view word);

/// A Rule is one rule of a pattern file, its expression complete, not yet compiled.
struct Rule {
  std::string kind;                      ///< One of Vocabulary::kinds.
  std::string origin;                    ///< One of Vocabulary::origins, or `tag`.
  std::string program;                   ///< NAME of `tag=NAME`; empty for other origins.
  std::optional<std::uint8_t> severity;  ///< Severity of the line; absent: any.
  std::string expression;                ///< RE2, to match the whole text.
  std::vector<std::string> examples;     ///< Lines as they are printed; at least one.
  std::string place;                     ///< `file:line`, for messages.
};

/// Reads a pattern file; the head of patterns/wireguard.patterns describes the format. `name` is
/// the file's name for messages. Throws SetupError `file:line: reason` for a line that is not of
/// that format, and for a word that is not in the vocabulary.
std::vector<Rule> parse_patterns(std::string_view text, std::string_view name,
                                 const Vocabulary& vocabulary);

}  // namespace wgaudit
