#include "shell/system/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "shell/system/columns.hpp"

namespace wgaudit {
namespace {

std::string aligned(const std::string& text, std::size_t width, Align align) {
  const std::string blanks(width - std::min(width, columns_of(text)), ' ');
  return align == Align::right ? blanks + text : text + blanks;
}

}  // namespace

std::string painted(std::string_view text, std::string_view colour, const TextStyle& style) {
  if (!style.has_colours || colour.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", colour, text);
}

Table::Table(std::vector<Column> columns, std::size_t tail)
    : columns_(std::move(columns)), tail_(columns_.size() - tail) {
  assert(tail > 0 && tail < columns_.size());
  Row heading;
  for (const Column& column : columns_) heading.cells.push_back({std::string(column.heading)});
  rows_.push_back(std::move(heading));
}

void Table::add(std::vector<Cell> cells, std::string_view colour) {
  assert(cells.size() == columns_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (columns_[i].widest != 0) cells[i].text = cut(cells[i].text, columns_[i].widest);
  }
  rows_.push_back({std::move(cells), colour});
}

std::string Table::text(const TextStyle& style) const {
  const Layout layout = layout_for(style.width);
  std::string text;
  for (const Row& row : rows_) text += line_of(row, layout, style);
  return text;
}

/// Rows whose tail is set below them do not widen the tail's columns for the others.
Table::Layout Table::layout_for(std::size_t width) const {
  Layout layout;
  layout.widths.resize(columns_.size());
  const auto widen = [&](const Row& row, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      layout.widths[i] = std::max(layout.widths[i], columns_of(row.cells[i].text));
    }
  };
  for (const Row& row : rows_) widen(row, 0, tail_);
  for (std::size_t i = 0; i < tail_; ++i) layout.begin_of_tail += layout.widths[i] + 1;
  const std::vector<std::size_t> unpadded(columns_.size());
  for (const Row& row : rows_) {
    const bool is_heading = &row == &rows_.front();
    const bool fits = layout.begin_of_tail + columns_of(tail_of(row, unpadded)) <= width;
    if (is_heading || fits) widen(row, tail_, columns_.size() - 1);
  }
  return layout;
}

std::string Table::line_of(const Row& row, const Layout& layout, const TextStyle& style) const {
  std::string line;
  for (std::size_t i = 0; i < tail_; ++i) {
    const Cell& cell = row.cells[i];
    line += (i == 0 ? "" : " ") +
            painted(aligned(cell.text, layout.widths[i], columns_[i].align), cell.colour, style);
  }
  const std::string tail = tail_of(row, layout.widths);
  const bool is_heading = &row == &rows_.front();
  const bool fits = is_heading || layout.begin_of_tail + columns_of(tail) <= style.width;
  line += fits ? " " + tail : "\n  " + tail_of(row, std::vector<std::size_t>(columns_.size()));
  return painted(line, row.colour, style) + "\n";
}

/// The last column is not padded.
std::string Table::tail_of(const Row& row, const std::vector<std::size_t>& widths) const {
  std::string tail;
  for (std::size_t i = tail_; i < columns_.size(); ++i) {
    if (i != tail_) tail += ' ';
    tail += aligned(row.cells[i].text, widths[i], columns_[i].align);
  }
  return tail;
}

}  // namespace wgaudit
