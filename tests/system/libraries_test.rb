# frozen_string_literal: true

require "socket"
require_relative "rails_project"

# Libraries that a fork or parallel runners would break.
class LibrariesTest < RailsTest
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
    project("spec/spec_helper.rb" => "require 'capybara'\nrequire 'net/http'\n#{app}")
    4.times { |i| write("spec/#{i}_spec.rb", spec({ "asks" => asks }, group: "Asker #{i}")) }
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

  def test_sequel
    skip "not installed: sequel" if Gem::Specification.find_all_by_name("sequel").empty?
    works = "DB[:things].insert(runner: ENV['DTEST_RUNNER'].to_i); expect(DB[:things].count).to be >= 1"
    project("spec/spec_helper.rb" => "require 'sequel'\nDB = Sequel.sqlite('things.db')\n" \
                                     "DB.create_table?(:things) { Integer :runner }\n",
            "spec/1_spec.rb" => spec({ "works" => works }, group: "A"),
            "spec/2_spec.rb" => spec({ "works" => works }, group: "B"))
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
end
