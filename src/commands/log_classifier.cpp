#include "commands/log_classifier.hpp"

#include <time.h>

#include <array>
#include <ctime>
#include <numeric>

#include "shell/system/clocks.hpp"
#include "wgaudit/audit/auditor.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record_json.hpp"
#include "wgaudit/record/shown_record.hpp"

namespace wgaudit {
namespace {

int local_year(UtcTime time) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return local.tm_year;
}

/// `Nov 21 07:00:00`, in local time, of the year that puts it within the last twelve months (a day
/// of tolerance for clocks that differ); `dmesg -T` and some senders write the year too.
std::optional<UtcTime> read_local_date(std::string_view date, UtcTime now) {
  const std::string text(date);
  for (const char* format : {"%b %d %H:%M:%S %Y", "%b %d %Y %H:%M:%S", "%b %d %H:%M:%S"}) {
    std::tm local{};
    local.tm_year = -1;
    const char* const end = ::strptime(text.c_str(), format, &local);
    if (end == nullptr || (*end != '\0' && *end != '.' && *end != ':')) continue;
    local.tm_isdst = -1;
    const bool has_year = local.tm_year != -1;
    if (!has_year) local.tm_year = local_year(now);
    std::tm last_year = local;
    UtcTime time(std::chrono::seconds(::mktime(&local)));
    if (!has_year && time > now + std::chrono::days(1)) {
      --last_year.tm_year;
      time = UtcTime(std::chrono::seconds(::mktime(&last_year)));
    }
    return time;
  }
  return std::nullopt;
}

std::string shown(const Record& record, ShownForm form, const std::string& line) {
  if (form == ShownForm::json) return to_json(record, {"log", {}});
  std::string text;
  append_line(record, record.timestamp, text);
  if (form == ShownForm::raw) text += "\n    " + to_printable(line, line.size());
  return text;
}

}  // namespace

std::size_t classify_logs(std::istream& text, const Classifier& classifier,
                          const RecordFilter& filter, ShownForm form,
                          const std::function<void(std::string_view)>& write,
                          const OnRead& on_read) {
  const Instant now{SteadyTime{}, utc_now()};
  Auditor auditor({}, classifier, now);
  Records records;
  std::string line;
  while (std::getline(text, line)) {
    on_read(line.size() + 1);
    auditor.on_log_line(line, read_local_date, now, records);
    for (const Record& record : records) {
      // The auditor's conclusions from the time of arrival do not hold for lines from disk.
      if (record.stream() != Stream::events) continue;
      if (filter.selects(record) && filter.covers(record.timestamp)) {
        write(shown(record, form, line));
      }
    }
    records.clear();
  }
  const auto& rejected = auditor.counters().rejected;
  return std::accumulate(rejected.begin(), rejected.end(), std::size_t{0},
                         [](std::size_t sum, const auto& entry) { return sum + entry.second; });
}

}  // namespace wgaudit
