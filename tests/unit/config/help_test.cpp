#include "config/help.hpp"

#include <array>

#include "base/text.hpp"
#include "support.hpp"

namespace dtest::config {
namespace {

constexpr std::array kCommands{Command::run,  Command::list,  Command::debug,  Command::show,   Command::history,
                               Command::slow, Command::flaky, Command::events, Command::report, Command::version,
                               Command::help, Command::daemon, Command::keygen, Command::bisect, Command::config,
                               Command::completion, Command::nodes, Command::log};

TEST(HelpText, FitsATerminal) {
  for (Command command : kCommands) {
    std::string text = help_text(command);
    EXPECT_TRUE(text.ends_with('\n'));
    for (const std::string& line : base::split(text, '\n')) {
      EXPECT_LE(base::columns(line), 80U) << line;
      EXPECT_FALSE(line.ends_with(' ')) << "'" << line << "'";
    }
  }
}

TEST(HelpText, HasTheOptionsOfItsCommandAndNoOther) {
  for (Command command : kCommands) {
    std::string text = help_text(command);
    for (const Option& option : option_table()) {
      bool there = has(text, "\n  " + usage(option) + "  ") || has(text, "\n  " + usage(option) + "\n");
      // dtest and dtestd have options of the same name.
      const Option* own = find_option(command, option.name);
      EXPECT_EQ(there, own != nullptr && usage(*own) == usage(option)) << program(command) << " " << option.name;
    }
  }
}

TEST(HelpText, EndsWithExamples) {
  for (Command command : kCommands) EXPECT_TRUE(has(help_text(command), "\nExamples\n  dtest")) << program(command);
}

TEST(HelpText, ReadsWell) {
  EXPECT_EQ(help_text(Command::events),
            "usage: dtest events [FLAG...] [RUN|ENDPOINT]\n"
            "\n"
            "Shows the events of a run, a line of JSON each: those of RUN (its id or the\n"
            "beginning of it), of the run that publishes at ENDPOINT, or of the latest one. A\n"
            "run that goes on is followed to its end. With --verify it checks a stored stream\n"
            "instead: 0 its account holds, 1 it does not.\n"
            "\n"
            "Where and order\n"
            "  --key-file FILE            your secret key for nodes and event streams;\n"
            "                             ~/.config/distributest/key unless given\n"
            "\n"
            "Show\n"
            "  --json                     print JSON\n"
            "  --endpoint                 print only the endpoint of the stream\n"
            "  --from SEQ                 begin with the event of this number (default 0)\n"
            "  --kind KIND                only events of this kind (test.end), or of all\n"
            "                             kinds of a sort (test)\n"
            "  --publisher-key FILE       public key of who publishes on TCP, unless it is\n"
            "                             your own\n"
            "  --follow                   when the run ends, or none goes on, wait for the\n"
            "                             next run of the project\n"
            "  --schema                   print the JSON Schema of the events\n"
            "  --verify FILE              check the account of a stored event stream, and\n"
            "                             list what is wrong\n"
            "\n"
            "General\n"
            "  -C, --directory DIR        work in DIR; relative paths start there\n"
            "  -h, --help                 show this text\n"
            "\n"
            "Examples\n"
            "  dtest events\n"
            "  dtest events b0b3 --kind test.end\n"
            "  dtest events --endpoint            where a program can subscribe\n"
            "  dtest events --verify run.jsonl    does the account of that run hold?\n");
}

}  // namespace
}  // namespace dtest::config
