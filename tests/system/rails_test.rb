# frozen_string_literal: true

require_relative "rails_project"

# A Rails application, loaded once, on SQLite.
class RailsSqliteTest < RailsTest
  BY_PREFIX = "db/<%= ENV['DB_PREFIX'] %>test.sqlite3"

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
    body = "{ it('writes') { Meet.all; Footprint.leave } }"
    4.times { |i| write("spec/models/#{i}_spec.rb", "RSpec.describe('#{i}') #{body}") }
    run = together
    assert_exit 0, run
    assert_equal [[1], [2]], [footprints("db/test1.sqlite3"), footprints("db/test2.sqlite3")]
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

  private

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
    4.times { |i| write("spec/models/#{i}_spec.rb", several_spec) }
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
