#include "history/history.hpp"

#include <gtest/gtest.h>

#include "history/table_writer.hpp"
#include "support.hpp"

namespace dtest::history {
namespace {

TEST(History, ANewProjectHasNoneAndNoWarning) {
  Fixture f;
  EXPECT_TRUE(f.history.load(kPatient).empty());
  EXPECT_EQ(f.history.warning(), "");
  EXPECT_FALSE(std::filesystem::exists(f.dir / "state")) << "reading makes nothing";
}

TEST(History, NoHomeMeansNone) {
  auto history = History::open("", "/");
  EXPECT_TRUE(history.load(kPatient).empty());
  EXPECT_EQ(history.warning(), "");
}

TEST(History, ProjectsDoNotShare) {
  Fixture f;
  f.store.add(timing("a_spec.rb", 1));
  std::filesystem::create_directory(f.dir / "other");
  EXPECT_TRUE(History::open(f.dir / "state", f.dir / "other").load(kPatient).empty());
}

TEST(History, APartialRunLosesNothing) {
  Fixture f;
  f.store.add(timing("a_spec.rb", 1));
  f.store.add(timing("b_spec.rb", 2));
  const auto later = f.again();
  later.store()->add(timing("b_spec.rb", 2));
  later.store()->finish({.us = 2});
  EXPECT_EQ(f.files().size(), 2u);
}

TEST(History, PathsMayBeAnyBytes) {
  Fixture f;
  const std::string odd = "spec/a'b\"; DROP TABLE files; -- \xff\n_spec.rb";
  f.store.add(timing(odd, 1));
  EXPECT_EQ(f.files().count(odd), 1u);
}

TEST(History, ReadingStopsAtItsLimit) {
  Fixture f;
  f.store.add(timing("first_spec.rb", 1));
  {
    Database database(f.file(), Database::Mode::existing);
    Transaction transaction(database);
    TableWriter writer(database);
    for (int i = 0; i < 20'000; ++i) writer.write(timing("spec/" + std::to_string(i) + "_spec.rb", 1));
    transaction.commit();
  }
  auto reader = f.again();
  const auto files = reader.load(base::Duration(0));
  EXPECT_LT(files.size(), 20'001u);
  EXPECT_NE(reader.warning().find("took too long"), std::string::npos) << reader.warning();
  EXPECT_EQ(f.files().size(), 20'001u);
}

}  // namespace
}  // namespace dtest::history
