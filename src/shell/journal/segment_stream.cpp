#include "shell/journal/segment_stream.hpp"

#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <fstream>

namespace wgaudit {
namespace {

namespace io = boost::iostreams;

/// Owns the file that it reads.
struct CompressedFile : io::filtering_istream {
  explicit CompressedFile(std::ifstream opened) : file(std::move(opened)) {}
  ~CompressedFile() override { reset(); }  // before the file goes

  std::ifstream file;
};

}  // namespace

std::unique_ptr<std::istream> open_segment(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return nullptr;
  const std::string compression = path.extension();
  if (compression == ".jsonl") return std::make_unique<std::ifstream>(std::move(file));
  auto text = std::make_unique<CompressedFile>(std::move(file));
  if (compression == ".gz") text->push(io::gzip_decompressor());
  if (compression == ".bz2") text->push(io::bzip2_decompressor());
  if (compression == ".xz") text->push(io::lzma_decompressor());
  if (compression == ".zst") text->push(io::zstd_decompressor());
  text->push(text->file);
  return text;
}

std::string last_line(const std::filesystem::path& path) {
  std::string last;
  const auto text = open_segment(path);
  for (std::string line; text && std::getline(*text, line);) last.swap(line);
  return last;
}

}  // namespace wgaudit
