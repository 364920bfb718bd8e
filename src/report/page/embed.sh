#!/bin/sh
# Puts the parts of the page into a header: embed.sh STYLE BODY SCRIPT...
set -eu
constant() {  # name, files...
  name=$1; shift
  printf 'inline constexpr std::string_view %s = R"~page~(' "$name"
  cat "$@"
  printf ')~page~";\n\n'
}
style=$1 body=$2
shift 2
printf '// Made from src/report/page.\n#pragma once\n#include <string_view>\n\nnamespace dtest::report {\n\n'
constant kPageStyle "$style"
constant kPageBody "$body"
constant kPageScript "$@"
printf '}  // namespace dtest::report\n'
