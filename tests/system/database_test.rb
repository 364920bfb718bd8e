# frozen_string_literal: true

require_relative "postgres"
require_relative "rails_project"

# Databases on a real server.
class DatabaseTest < RailsTest
  README = File.expand_path("../../README.md", __dir__)
  HOST = `hostname`.gsub(/[^A-Za-z0-9]/, "")

  def setup
    super
    skip Postgres.why_not if Postgres.why_not
    skip "not installed: pg" if Gem::Specification.find_all_by_name("pg").empty?
    @server = Postgres.server
    @server.empty
  end

  def teardown
    @server&.empty
    super
  end

  def environment(extra = {})
    super((@server ? @server.environment : {}).merge(extra))
  end

  def postgres(name, more = {})
    database({ "adapter" => "postgresql", "database" => name }.merge(more))
  end

  # {database: runners that wrote there}
  def writers
    @server.databases.to_h do |name|
      [name, @server.rows("select distinct runner from footprints order by 1", name).flatten.map(&:to_i)]
    rescue RuntimeError
      [name, []]
    end
  end

  def by_number
    postgres("shop_test<%= ENV['TEST_ENV_NUMBER'] %>")
    %w[1 2].each { |number| shell("bin/rails", "db:create", "db:schema:load", env: { "TEST_ENV_NUMBER" => number }) }
  end

  # Runs until both runners are in the middle of a transaction, calls the block, and lets them go.
  def midway(*arguments, env: {})
    Dir.mkdir(place("meet"))
    run = start("-j2", *arguments, env: { "SHOP_MEET" => place("meet"), "SHOP_MEETS" => "3" }.merge(env))
    wait("two runners that meet") { Dir.children(place("meet")).size == 2 || run.status }
    yield
    File.write(place("meet/third"), "")
    run.finish
  end

  def test_the_recipe_of_the_readme
    only("spec")
    recipe = blocks_of_readme
    postgres("unused")
    write("config/database.yml", "default: &default\n  adapter: postgresql\n#{recipe.fetch('config/database.yml')}")
    %w[.distributest/node_setup .distributest/runner_setup].each { |path| write(path, recipe.fetch(path)) }
    run = together
    assert_exit 1, run
    assert_equal 23, run.account.verdicts.size
    assert_equal({ "passed" => 21, "failed" => 1, "pending" => 1 }, run.account.counts)
    assert_equal({ "#{HOST}0shop_test" => [], "#{HOST}1shop_test" => [1], "#{HOST}2shop_test" => [2] }, writers)
    again = together
    assert_equal({ "passed" => 21, "failed" => 1, "pending" => 1 }, again.account.counts)
    assert_loaded_once 2
  end

  def test_a_database_by_number
    only("spec")
    by_number
    run = midway { assert_equal({ "shop_test1" => 1, "shop_test2" => 1 }, @server.connections) }
    assert_exit 1, run
    assert_equal 23, run.account.verdicts.size
    assert_loaded_once
    assert_equal({ "shop_test1" => [1], "shop_test2" => [2] }, writers)
  end

  def test_rails_own_parallel_databases
    only("test")
    postgres("shop_test")
    shell("bin/rails", "db:create", "db:schema:load")
    run = midway do
      assert_equal({ "shop_test-0" => 1, "shop_test-1" => 1 }, @server.connections)
      # The boot process used it, and is not connected any more.
      @server.rows("create database copy template shop_test")
    end
    assert_exit 1, run
    assert_equal 12, run.account.verdicts.size
    assert_loaded_once
    assert_equal({ "copy" => [], "shop_test" => [], "shop_test-0" => [100, 200], "shop_test-1" => [101, 201] }, writers)
  end

  def test_one_database_for_all
    only("spec")
    postgres("shop_test")
    shell("bin/rails", "db:create", "db:schema:load")
    run = dtest("-j2")
    assert_exit 1, run
    assert_equal({ "passed" => 21, "failed" => 1, "pending" => 1 }, run.account.counts)
    assert_match(/runners 1 and 2 would share the database shop_test/, words(run))
    assert_equal 1, writers["shop_test"].size
  end

  def test_one_database_for_all_that_may_be_shared
    only("spec")
    postgres("shop_test")
    shell("bin/rails", "db:create", "db:schema:load")
    body = "{ it('is') { Meet.all; Footprint.count } }"
    4.times { |i| write("spec/shared/#{i}_spec.rb", "RSpec.describe('#{i}') #{body}\n") }
    run = midway("--share-database", "spec/shared") do
      assert_equal({ "shop_test" => 2 }, @server.connections)
    end
    # Fixtures that both load at once may disturb each other: that is what was allowed.
    assert_includes [0, 1], run.status
    refute_match(/would share/, words(run))
    assert_equal 4, run.account.verdicts.size
  end

  def test_a_database_that_is_missing
    only("spec")
    by_number
    @server.rows("drop database shop_test2")
    run = dtest("-j2")
    assert_match(/runner 2 cannot use its database shop_test2: ActiveRecord::NoDatabaseError/, words(run))
    assert_match(/TEST_ENV_NUMBER=2 DB_PREFIX=#{HOST}2 RAILS_ENV=test bin\/rails db:create/, words(run))
    assert_exit 78, run
  end

  def test_a_server_that_is_down
    only("spec")
    ["shop_test", "shop_test<%= ENV['TEST_ENV_NUMBER'] %>"].each do |name|
      postgres(name)
      run = dtest("-j2", env: { "PGHOST" => place("t") })
      assert_includes [1, 78], run.status
      assert_match(/connection to server on socket "\S+" failed: No such file or directory/, words(run))
    end
  end

  # As with sinatra-activerecord: no Rails, and a helper that connects.
  def test_active_record_without_rails
    project("spec/spec_helper.rb" => <<~RUBY)
      require "active_record"
      ActiveRecord::Base.establish_connection(adapter: "postgresql", database: "plain")
      class Thing < ActiveRecord::Base; end
      PARENT = Thing.connection.select_value("select pg_backend_pid()")
    RUBY
    4.times { |i| write("spec/#{i}_spec.rb", plain(i)) }
    @server.create("plain")
    @server.rows("create table things (id serial primary key, backend int)", "plain")
    told = dtest("-j2", "--", "--require", "spec_helper")
    assert_exit 0, told
    assert_match(/runners 1 and 2 would share the database plain/, words(told))
    shared = dtest("-j2", "--share-database", "--", "--require", "spec_helper", env: { "MEET" => place("c") })
    assert_exit 0, shared
    assert_equal [["2"]], @server.rows("select count(distinct backend) from things where id > 4", "plain")
    refute_match(/loads the project itself/, words(shared))
  end

  def test_an_own_connection_is_not_shared_by_forks
    project("spec/spec_helper.rb" => "require 'pg'\nDB = PG.connect(dbname: 'postgres')\n",
            "spec/1_spec.rb" => spec({ "asks" => "expect(DB.exec('select 1').getvalue(0, 0)).to eq '1'" }))
    run = dtest("-j2", "--", "--require", "spec_helper")
    assert_exit 0, run
    assert_match(/a connection to \S+ is open after the project was loaded/, words(run))
    write(".distributest/after_fork.rb", "Object.send(:remove_const, :DB)\nDB = PG.connect(dbname: 'postgres')\n")
    run = dtest("-j2", "--", "--require", "spec_helper")
    assert_exit 0, run
    refute_match(/loads the project itself/, words(run))
  end

  private

  # The blocks of code that begin with the name of their file.
  def blocks_of_readme
    File.read(README).scan(/^```\w*\n(.*?)^```/m).flatten.to_h { |text| [text[/^# (\S*[\w.]+)(?=[:\s])/, 1], text] }
  end

  def plain(number)
    <<~RUBY
      RSpec.describe "Thing #{number}" do
        it "has a connection of its own" do
          mine = Thing.connection.select_value("select pg_backend_pid()")
          expect(mine).not_to eq PARENT
          if (place = ENV["MEET"])
            File.write("\#{place}/\#{$$}", "")
            Timeout.timeout(60) { sleep 0.01 until Dir.children(place).size >= 2 }
          end
          Thing.create!(backend: mine)
        end
      end
    RUBY
  end
end
