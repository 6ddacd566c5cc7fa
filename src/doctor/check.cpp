#include "doctor/check.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "wgaudit/record/json_writer.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 3> health_words = {"ok", "cannot tell", "broken"};

}  // namespace

std::string_view to_text(Health health) {
  return health_words[static_cast<std::size_t>(health)];
}

std::string to_text(const Check& check) {
  std::string text =
      fmt::format("{:<11} {:<14} {}", to_text(check.health), check.link, check.finding);
  for (const std::string& line : check.cure) text += "\n    " + line;
  return text;
}

std::string to_json(const Check& check) {
  JsonWriter json;
  {
    JsonObject object(json);
    object.add("link", check.link);
    object.at("health").plain(to_text(check.health));
    object.add("finding", check.finding);
    if (!check.cure.empty()) {
      JsonArray cure(object.at("cure"));
      for (const std::string& line : check.cure) cure.next().value(line);
    }
  }
  return std::string(json.written());
}

int exit_code_of(const std::vector<Check>& checks) {
  Health worst = Health::ok;
  for (const Check& check : checks) worst = std::max(worst, check.health);
  switch (worst) {
    case Health::ok:
      return EXIT_SUCCESS;
    case Health::unknown:
      return EX_TEMPFAIL;
    case Health::broken:
      return EX_UNAVAILABLE;
  }
  __builtin_unreachable();
}

}  // namespace wgaudit
