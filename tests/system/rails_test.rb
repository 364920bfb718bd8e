# frozen_string_literal: true

require "socket"
require_relative "rails_project"

# A Rails application, loaded once, on SQLite.
class RailsSqliteTest < RailsTest
  BY_PREFIX = "db/<%= ENV['DB_PREFIX'] %>test.sqlite3"
  BY_NUMBER = "db/test<%= ENV['TEST_ENV_NUMBER'] %>.sqlite3"

  # The databases of two runners, ready to use. Nobody needs the one without a number.
  def by_number
    sqlite(BY_NUMBER)
    %w[1 2].each { |number| load_schema("TEST_ENV_NUMBER" => number) }
  end

  def test_verdicts_are_those_of_rspec
    only("spec")
    sqlite("db/test.sqlite3")
    load_schema
    expected = serial_rspec
    by_number
    run = together
    assert_exit 1, run
    assert_equal expected, run.account.verdicts
    assert_equal 23, expected.size
    assert_empty run.account.faults
    assert_loaded_once
    assert_equal [[1], [2]], [footprints("db/test1.sqlite3"), footprints("db/test2.sqlite3")]
    assert_equal [0], footprints("db/test.sqlite3"), "only the serial run was here"
    assert_nothing_left
  end

  def test_verdicts_are_those_of_rails
    only("test")
    load_schema
    expected = serial_minitest
    run = together
    assert_exit 1, run
    assert_equal expected, run.account.verdicts
    assert_equal 12, expected.size
    assert_loaded_once
    # Rails counts its workers from 0: set-up wrote 100, the runner's teardown 200.
    assert_equal [[100, 200], [101, 201]], [footprints("db/test.sqlite3-0"), footprints("db/test.sqlite3-1")]
    assert_empty footprints("db/test.sqlite3")
  end

  def test_the_predecessors_variable
    only("spec")
    sqlite(BY_PREFIX)
    host = `hostname`.gsub(/[^A-Za-z0-9]/, "")
    %w[1 2].each { |number| load_schema("DB_PREFIX" => host + number) }
    run = together
    assert_exit 1, run
    assert_loaded_once
    assert_equal [[1], [2]], [1, 2].map { |number| footprints("db/#{host}#{number}test.sqlite3") }
  end

  def test_own_databases_win_over_those_of_parallelize
    only("test")
    by_number
    run = together
    assert_equal 12, run.account.verdicts.size
    assert_equal [[100, 200], [101, 201]], [footprints("db/test1.sqlite3"), footprints("db/test2.sqlite3")]
    assert_empty Dir[File.join(@project, "db/*.sqlite3-*")]
  end

  def test_each_runner_by_itself
    by_number
    run = together("--preload=framework")
    assert_exit 1, run
    assert_equal 35, run.account.verdicts.size
    assert_equal [[1, 100, 200], [2, 101, 201]], [footprints("db/test1.sqlite3"), footprints("db/test2.sqlite3")]
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

  def test_a_database_in_memory
    only("spec")
    sqlite('":memory:"')
    edit("spec/rails_helper.rb", "ActiveRecord::Migration.maintain_test_schema!",
         "load Rails.root.join('db/schema.rb')\n  Footprint.create!(runner: 50, pid: 1)")
    edit("spec/rails_helper.rb", "Footprint.leave", "raise 'lost' unless Footprint.pluck(:runner) == [50]")
    run = together
    assert_equal({ "passed" => 21, "failed" => 1, "pending" => 1 }, run.account.counts)
    assert_loaded_once
  end

  def test_several_databases_and_replicas
    only("spec")
    several_databases
    run = together
    assert_exit 0, run
    assert_loaded_once
    assert_equal [[1], [2]], [footprints("db/test1.sqlite3"), footprints("db/test2.sqlite3")]
  end

  def test_database_url
    only("spec")
    by_number
    sqlite("db/unused.sqlite3")
    run = dtest("-j1", env: { "DATABASE_URL" => "sqlite3:db/test2.sqlite3" })
    assert_exit 1, run
    assert_equal [1], footprints("db/test2.sqlite3")
    refute File.exist?(File.join(@project, "db/unused.sqlite3"))
  end

  def test_models_that_are_loaded_by_the_tests
    only("spec")
    by_number
    write("spec/rails_helper.rb", "require 'rails'\nrequire_relative 'support/meet'\nENV['RAILS_ENV'] = 'test'\n" \
                                  "require_relative '../config/environment'\n")
    FileUtils.rm_rf(File.join(@project, "spec/requests"))
    Dir[File.join(@project, "spec/models/*")].each { |path| File.delete(path) }
    2.times { |i| write("spec/models/#{i}_spec.rb", "RSpec.describe('#{i}') { it('w') { Meet.all; Footprint.leave } }") }
    run = together
    assert_exit 0, run
    assert_equal [[1], [2]], [footprints("db/test1.sqlite3"), footprints("db/test2.sqlite3")]
  end

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
    edit("test/test_helper.rb", "parallelize_setup { |worker|", "parallelize_setup { |worker| raise 'no luck' if worker == 1;")
    run = dtest("-j2")
    assert_match(/the set-up of parallel tests failed in runner 2: RuntimeError: no luck \(test\/test_helper.rb:9\)/,
                 words(run))
  end

  def test_teardown_of_parallel_tests_that_fails
    only("test")
    load_schema
    edit("test/test_helper.rb", "parallelize_teardown { |worker|", "parallelize_teardown { |worker| raise 'no luck' if worker == 1;")
    run = together
    assert_exit 1, run
    assert_match(/in teardown of parallel tests, outside of the examples RuntimeError: no luck/, words(run))
  end

  # Forks share the application's object id, by which Capybara knows its server.
  def test_a_server_of_capybara_for_each_runner
    skip "not installed: capybara" if Gem::Specification.find_all_by_name("capybara").empty?
    app = "App = ->(_) { [200, {}, [ENV['DTEST_RUNNER']]] }\nCapybara.server = :webrick\n" \
          "Capybara.server_port = #{free_port}\nCapybara.app_host = \"http://127.0.0.1:\#{Capybara.server_port}\"\n"
    asks = "server = Capybara::Server.new(App, host: '127.0.0.1').boot\n" \
           "expect(Capybara.app_host).to end_with(\":\#{server.port}\")\n" \
           "File.write(#{root.inspect} + '/up' + ENV['DTEST_RUNNER'], '')\n" \
           "sleep 0.01 until Dir[#{root.inspect} + '/up*'].size == 2\n" \
           "expect(Net::HTTP.get(URI(Capybara.app_host))).to eq ENV['DTEST_RUNNER']"
    project("spec/spec_helper.rb" => "require 'capybara'\nrequire 'net/http'\n#{app}",
            "spec/1_spec.rb" => spec({ "asks" => asks }, group: "A"), "spec/2_spec.rb" => spec({ "asks" => asks }, group: "B"))
    run = dtest("-j2", "--", "--require", "spec_helper")
    assert_exit 0, run
    refute_match(/loads the project itself/, words(run))
  end

  def test_the_file_watcher_of_rails
    skip "not installed: listen" if Gem::Specification.find_all_by_name("listen").empty?
    only("spec")
    by_number
    edit("config/environments/test.rb", "config.cache_classes = true",
         "config.cache_classes = false\n  config.file_watcher = ActiveSupport::EventedFileUpdateChecker")
    run = together
    assert_exit 1, run
    assert_equal 23, run.account.verdicts.size
    assert_loaded_once
  end

  def test_all_classes_loaded_at_once
    only("spec")
    by_number
    run = together(env: { "SHOP_EAGER" => "1" })
    assert_exit 1, run
    assert_loaded_once
    assert_equal [[1], [2]], [footprints("db/test1.sqlite3"), footprints("db/test2.sqlite3")]
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

  def test_a_list_touches_no_database
    load_schema
    before = File.binread(File.join(@project, "db/test.sqlite3"))
    list = dtest("list", "--json", events: false)
    assert_exit 0, list
    assert_equal 35, JSON.parse(list.out)["files"].sum { |file| file["examples"].size }
    assert_equal before, File.binread(File.join(@project, "db/test.sqlite3"))
    assert_equal ["db/test.sqlite3"], Dir.glob("db/*sqlite3*", base: @project)
  end

  def test_sequel
    skip "not installed: sequel" if Gem::Specification.find_all_by_name("sequel").empty?
    works = "DB[:things].insert(runner: ENV['DTEST_RUNNER'].to_i); expect(DB[:things].count).to be >= 1"
    project("spec/spec_helper.rb" => "require 'sequel'\nDB = Sequel.sqlite('things.db')\n" \
                                     "DB.create_table?(:things) { Integer :runner }\n",
            "spec/1_spec.rb" => spec({ "works" => works }, group: "A"), "spec/2_spec.rb" => spec({ "works" => works }, group: "B"))
    run = dtest("-j2", "--", "--require", "spec_helper")
    assert_exit 0, run
    assert_match(/runners 1 and 2 would share the database things.db/, words(run))
    refute_match(/loads the project itself/, words(run))
    File.write(File.join(@project, "spec/spec_helper.rb"), "require 'sequel'\nDB = Sequel.sqlite\n" \
                                                           "DB.create_table?(:things) { Integer :runner }\n")
    run = dtest("-j2", "--", "--require", "spec_helper")
    assert_exit 0, run
    assert_match(/Sequel has a database in memory/, words(run))
  end

  private

  def free_port
    server = TCPServer.new("127.0.0.1", 0)
    server.addr[1]
  ensure
    server.close
  end

  def several_databases
    write("config/database.yml", <<~YML)
      test:
        primary: { adapter: sqlite3, database: "#{BY_NUMBER}" }
        replica: { adapter: sqlite3, database: "#{BY_NUMBER}", replica: true }
        archive: { adapter: sqlite3, database: "db/archive<%= ENV['TEST_ENV_NUMBER'] %>.sqlite3" }
    YML
    edit("app/models/application_record.rb", "true\n",
         "true\n  connects_to database: { writing: :primary, reading: :replica }\n")
    write("app/models/archive.rb", "class Archive < ApplicationRecord\n  self.abstract_class = true\n" \
                                   "  connects_to database: { writing: :archive }\nend\n")
    write("app/models/old.rb", "class Old < Archive\n  self.table_name = 'footprints'\nend\n")
    write("db/archive_schema.rb", File.read(File.join(@project, "db/schema.rb")))
    %w[1 2].each { |number| load_schema("TEST_ENV_NUMBER" => number) }
    Dir[File.join(@project, "spec/{models,requests}/*")].each { |path| File.delete(path) }
    2.times { |i| write("spec/models/#{i}_spec.rb", several_spec) }
  end

  def several_spec
    <<~RUBY
      RSpec.describe "Databases" do
        it "are this runner's" do
          Meet.all
          number = ENV["TEST_ENV_NUMBER"]
          expect(Archive.connection_db_config.database).to eq "db/archive\#{number}.sqlite3"
          expect(Old.create!(runner: number, pid: 1)).to be_persisted
          reading = ActiveRecord::Base.connected_to(role: :reading) { Footprint.connection_db_config.database }
          expect(reading).to eq "db/test\#{number}.sqlite3"
          expect(Old.pluck(:runner).uniq).to eq [number.to_i]
        end
      end
    RUBY
  end
end
