#include "cli/changes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace dtest::cli {
namespace {

bool names(const std::string& path, const std::string& test) {
  const auto tests = tests_named_after(path);
  return std::find(tests.begin(), tests.end(), test) != tests.end();
}

Changes of(const std::vector<std::string>& changed, const std::set<std::string>& there) {
  return tests_for(changed, [&](const std::string& path) { return there.contains(path); });
}

TEST(TestsNamedAfter, FollowTheHabits) {
  EXPECT_TRUE(names("spec/a_spec.rb", "spec/a_spec.rb"));
  EXPECT_TRUE(names("test/models/test_a.rb", "test/models/test_a.rb"));
  EXPECT_TRUE(names("app/models/order.rb", "spec/models/order_spec.rb"));
  EXPECT_TRUE(names("app/models/order.rb", "test/models/order_test.rb"));
  EXPECT_TRUE(names("app/controllers/admin/orders_controller.rb", "spec/requests/admin/orders_spec.rb"));
  EXPECT_TRUE(names("app/controllers/orders_controller.rb", "test/controllers/orders_controller_test.rb"));
  EXPECT_TRUE(names("app/views/orders/show.html.erb", "spec/views/orders/show.html.erb_spec.rb"));
  EXPECT_TRUE(names("lib/shop/order.rb", "spec/shop/order_spec.rb"));
  EXPECT_TRUE(names("lib/shop/order.rb", "spec/lib/shop/order_spec.rb"));
  EXPECT_TRUE(names("lib/shop/order.rb", "test/shop/test_order.rb"));
  EXPECT_TRUE(names("lib/shop/order.rb", "test/order_test.rb"));
  EXPECT_TRUE(names("lib/tasks/import.rake", "spec/lib/tasks/import_spec.rb"));
  EXPECT_TRUE(tests_named_after("README.md").empty());
  EXPECT_TRUE(tests_named_after("app/models/order.sql").empty());
}

TEST(TestsFor, TakesThoseThatExist) {
  const Changes changes = of({"lib/a.rb", "lib/b.rb", "spec/c_spec.rb", "spec/gone_spec.rb", "README.md", "lib/a.rb"},
                             {"spec/a_spec.rb", "spec/lib/a_spec.rb", "spec/c_spec.rb"});
  EXPECT_EQ(changes.files.size(), 5U);
  EXPECT_EQ(changes.tests, (std::map<std::string, std::string>{{"spec/a_spec.rb", "lib/a.rb"},
                                                               {"spec/lib/a_spec.rb", "lib/a.rb"},
                                                               {"spec/c_spec.rb", "spec/c_spec.rb"}}));
  EXPECT_EQ(changes.unknown, std::vector<std::string>{"lib/b.rb"});
  EXPECT_EQ(changes.everything, "");
}

TEST(TestsFor, WhatAllDependOnMeansEverything) {
  for (const char* path : {"Gemfile.lock", ".rspec", "spec/spec_helper.rb", "spec/support/login.rb", "test/fixtures/a.yml",
                           "config/routes.rb", "db/schema.rb", "shop.gemspec", ".distributest/config"}) {
    EXPECT_EQ(of({path}, {}).everything, path);
  }
  for (const char* path : {"lib/a.rb", "spec/a_spec.rb", "README.md", "specs/x.rb"}) EXPECT_EQ(of({path}, {}).everything, "");
}

}  // namespace
}  // namespace dtest::cli
