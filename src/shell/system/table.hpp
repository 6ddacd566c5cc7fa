#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wgaudit {

/// The limits of a text for people.
struct TextStyle {
  std::size_t width = 80;  ///< Columns: only what has no blank is longer than that.
  std::size_t height = 0;  ///< Lines; 0: as many as there are. What is left out is counted.
  bool has_colours = false;
};

inline constexpr std::string_view green = "32";
inline constexpr std::string_view yellow = "33";
inline constexpr std::string_view dim = "2";

/// The text in a colour, by its number in an SGR sequence of ECMA-48; empty: as it is.
std::string painted(std::string_view text, std::string_view colour, const TextStyle& style);

enum class Align : std::uint8_t { left, right };

struct Column {
  std::string_view heading;
  Align align = Align::left;
  std::size_t widest = 0;  ///< Cells are cut to so many columns of the terminal; 0: never.
};

struct Cell {
  std::string text;  ///< Printable, without line end.
  std::string_view colour = {};
};

/// A table for people, as status shows its peers: a heading, then rows, each column as wide as its
/// widest cell. The last columns are the tail: where a row is too long for the terminal, its tail
/// is set below it, whole, because half an address is a wrong address.
class Table {
 public:
  /// `tail`: how many of the columns, at least one, belong to the tail.
  Table(std::vector<Column> columns, std::size_t tail);

  /// A cell for each column; `colour` is that of the whole row.
  void add(std::vector<Cell> cells, std::string_view colour = {});

  /// The heading and the rows, each with its line end.
  std::string text(const TextStyle& style) const;

 private:
  struct Row {
    std::vector<Cell> cells;
    std::string_view colour;
  };
  struct Layout {
    std::vector<std::size_t> widths;
    std::size_t begin_of_tail = 0;
  };

  Layout layout_for(std::size_t width) const;
  std::string line_of(const Row& row, const Layout& layout, const TextStyle& style) const;
  std::string tail_of(const Row& row, const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::size_t tail_;       ///< Index of the first column of the tail.
  std::vector<Row> rows_;  ///< The first one is the heading.
};

}  // namespace wgaudit
