# frozen_string_literal: true

require_relative "rails_project"

# What is wrong with a Rails application's databases or helpers, and what people are told.
class RailsTroubleTest < RailsTest
  def test_a_helper_that_raises
    edit("spec/rails_helper.rb", "RSpec.configure", "raise 'no luck'\nRSpec.configure")
    load_schema
    run = dtest("-j2")
    assert_exit 1, run
    assert_includes run.screen, "no luck"
    assert_includes run.screen, "spec/rails_helper.rb:13"
  end

  def test_migrations_that_are_pending
    only("spec")
    load_schema
    write("db/migrate/20240101000000_more.rb", "class More < ActiveRecord::Migration[6.1]; def change; end; end\n")
    run = dtest("-j2")
    assert_exit 1, run
    assert_match(/Migrations are pending/, run.screen)
    by_number
    own = dtest("-j2")
    assert_exit 78, own
    assert_match(/runner [12] cannot use its database db\/test[12].sqlite3: ActiveRecord::PendingMigrationError/,
                 words(own))
    assert_includes words(own), "bin/rails db:create db:schema:load"
  end

  def test_set_up_of_parallel_tests_that_fails
    only("test")
    load_schema
    edit("test/test_helper.rb", "parallelize_setup { |worker|",
         "parallelize_setup { |worker| raise 'no luck' if worker == 1;")
    run = dtest("-j2")
    assert_match(/the set-up of parallel tests failed in runner 2: RuntimeError: no luck \(test\/test_helper.rb:9\)/,
                 words(run))
  end

  def test_teardown_of_parallel_tests_that_fails
    only("test")
    load_schema
    edit("test/test_helper.rb", "parallelize_teardown { |worker|",
         "parallelize_teardown { |worker| raise 'no luck' if worker == 1;")
    run = together
    assert_exit 1, run
    assert_match(/in teardown of parallel tests, outside of the examples RuntimeError: no luck/, words(run))
  end

  def test_a_helper_that_fills_the_database
    only("spec")
    by_number
    load_schema
    edit("spec/rails_helper.rb", "RSpec.configure", "Footprint.create!(runner: 50, pid: 1)\nRSpec.configure")
    run = together
    assert_equal 23, run.account.verdicts.size
    assert_match(/uses the database while it loads \(.* at spec\/rails_helper.rb:13\)/, words(run))
    assert_equal [[1, 50], [2, 50]], [footprints("db/test1.sqlite3"), footprints("db/test2.sqlite3")]
  end

  def test_databases_that_do_not_exist_are_made_as_rails_does
    only("spec")
    sqlite(BY_NUMBER)
    run = together
    assert_exit 1, run
    assert_equal 23, run.account.verdicts.size
    assert_equal [[1], [2]], [footprints("db/test1.sqlite3"), footprints("db/test2.sqlite3")]
    refute File.exist?(File.join(@project, "db/test.sqlite3")), "the boot process has no database"
  end

  # What the file says of other environments is not what this one has.
  def test_a_number_that_the_tests_do_not_use
    only("spec")
    write("config/database.yml", "development:\n  adapter: sqlite3\n  database: db/<%= ENV['TEST_ENV_NUMBER'] %>\n" \
                                 "test:\n  adapter: sqlite3\n  database: db/test.sqlite3\n")
    run = dtest("-j2")
    assert_exit 1, run
    assert_match(/runners 1 and 2 would share the database db\/test.sqlite3/, words(run))
    assert_equal({ "passed" => 21, "failed" => 1, "pending" => 1 }, run.account.counts)
    assert_loaded_once
  end
end
