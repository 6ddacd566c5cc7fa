#include "shell/settings/toml_form.hpp"

namespace wgaudit {

std::string_view cure_for(TomlForm form) {
  switch (form) {
    case TomlForm::text:
      return "a string in quotes";
    case TomlForm::number:
      return "a whole number without quotes";
    case TomlForm::size:
      return "a whole number, or a string such as \"64M\"";
    case TomlForm::boolean:
      return "true or false without quotes";
    case TomlForm::list:
      return "a list of strings, such as [\"peer_online\"]";
    case TomlForm::duration:
      return "a string such as \"90s\", \"15m\", \"2h\" or \"1d\"";
  }
  return {};
}

}  // namespace wgaudit
