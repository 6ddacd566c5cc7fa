#include "wgaudit/record/json_writer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wgaudit::json_writer_test {
namespace {

std::string by_library(const std::string& text) {
  using Json = nlohmann::ordered_json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

TEST(JsonWriter, WritesNestedObjectsAndArrays) {
  JsonWriter json;
  for (int round = 0; round < 2; ++round) {
    json.clear();
    {
      JsonObject object(json);
      object.add("number", UINT64_MAX);
      object.add("negative", -101);
      object.add("truth", true);
      object.add("literal", "text");
      object.add("time", UtcTime(std::chrono::microseconds(1)));
      object.add_known("absent", std::optional<int>());
      object.add_known("known", std::optional(7));
      object.add_shown("empty", "");
      object.add_shown("shown", "a\tb");
      object.at("nothing").null();
      object.at_name("a\"b").value(1);
      { JsonObject empty(object.at("object")); }
      JsonArray items(object.at("array"));
      items.next().value(1);
      items.next().value(std::string_view("two"));
    }
    EXPECT_EQ(json.written(),
              R"({"number":18446744073709551615,"negative":-101,"truth":true,"literal":"text",)"
              R"("time":"1970-01-01T00:00:00.000001Z","known":7,"shown":"a\\x09b","nothing":null,)"
              R"("a\"b":1,"object":{},"array":[1,"two"]})");
  }
}

TEST(JsonWriter, WritesAnyTwoBytesAsTheLibraryDoes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      ASSERT_EQ(json_string(text), by_library(text)) << first << ' ' << second;
    }
  }
}

TEST(JsonWriter, WritesBrokenSequencesAsTheLibraryDoes) {
  const std::string leads = "\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5";
  const std::string bytes = "\x7F\x80\x8F\x90\x9F\xA0\xBF\xC2\xE2\xF0\"\\z";
  for (const char lead : leads) {
    for (const char second : bytes) {
      for (const char third : bytes) {
        for (const char fourth : bytes) {
          const std::string text{'a', lead, second, third, fourth};
          ASSERT_EQ(json_string(text), by_library(text));
          ASSERT_EQ(json_string(text.substr(0, 4)), by_library(text.substr(0, 4)));
        }
      }
    }
  }
}

TEST(JsonWriter, GrowsWithWhatIsWritten) {
  const std::string text(10'000, '"');
  EXPECT_EQ(json_string(text), by_library(text));
}

}  // namespace
}  // namespace wgaudit::json_writer_test
