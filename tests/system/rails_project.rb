# frozen_string_literal: true

require "open3"
require_relative "support"

# Tests with a copy of the Rails application in tests/fixtures/rails.
class RailsTest < SystemTest
  FIXTURE = File.expand_path("../fixtures/rails", __dir__)
  GEMS = %w[railties activerecord actionpack rspec-rails sqlite3].freeze
  # Two runners in the middle of their transactions at the same time, in files of either framework.
  MEET = { "SHOP_MEETS" => "2" }.freeze

  BY_NUMBER = "db/test<%= ENV['TEST_ENV_NUMBER'] %>.sqlite3"

  def setup
    super
    missing = GEMS.reject { |name| Gem::Specification.find_all_by_name(name).any? }
    skip "not installed: #{missing.join(', ')}" unless missing.empty?
    FileUtils.cp_r(FIXTURE, place("shop"))
    @project = place("shop")
  end

  # The folders of one of the frameworks are enough for most tests.
  def only(folder)
    FileUtils.rm_rf(File.join(@project, folder == "spec" ? "test/models" : "spec/models"))
    FileUtils.rm_rf(File.join(@project, folder == "spec" ? "test/controllers" : "spec/requests"))
    File.delete(File.join(@project, ".rspec")) unless folder == "spec"
  end

  def write(path, text)
    FileUtils.mkdir_p(File.dirname(File.join(@project, path)))
    File.write(File.join(@project, path), text)
    File.chmod(0o755, File.join(@project, path)) if text.start_with?("#!")
  end

  # Replaces a text that is there.
  def edit(path, old, new)
    text = File.read(File.join(@project, path))
    assert_includes text, old
    File.write(File.join(@project, path), text.sub(old) { new })
  end

  def database(settings)
    write("config/database.yml", "test:\n" + settings.map { |key, value| "  #{key}: #{value}\n" }.join)
  end

  def sqlite(name)
    database("adapter" => "sqlite3", "database" => name)
  end

  # The databases of two runners, ready to use. Nobody needs the one without a number.
  def by_number
    sqlite(BY_NUMBER)
    %w[1 2].each { |number| load_schema("TEST_ENV_NUMBER" => number) }
  end

  # What a person would do before: bin/rails db:schema:load.
  def load_schema(env = {})
    shell("bin/rails", "db:schema:load", env: env)
  end

  def shell(*command, env: {})
    out, status = Open3.capture2e(environment("RAILS_ENV" => "test").merge(env), *command, chdir: @project)
    assert status.success?, "#{command.join(' ')}\n#{out}"
    out
  end

  # Both runners work: neither goes on alone. It takes four files that meet: one runner may have two of them, one ahead.
  def together(*arguments, env: {}, **options)
    FileUtils.rm_rf(place("meet"))
    Dir.mkdir(place("meet"))
    dtest("-j2", *arguments, env: { "SHOP_MEET" => place("meet") }.merge(MEET, env), **options)
  end

  # {id: status} of RSpec's own serial run.
  def serial_rspec(env = {})
    out, = Open3.capture2e(environment("RAILS_ENV" => "test").merge(env), "rspec", "--format", "json", "--out",
                           place("serial.json"), chdir: @project)
    JSON.parse(File.read(place("serial.json")))["examples"].to_h { |one| [one["full_description"], one["status"]] }
  rescue Errno::ENOENT
    flunk out
  end

  # {id: status} of Rails' own serial run.
  def serial_minitest(env = {})
    alone = environment("PARALLEL_WORKERS" => "1").merge(env)
    out, = Open3.capture2e(alone, "bin/rails", "test", "-v", chdir: @project)
    out.scan(/^(\w+#\S+) = [\d.]+ s = ([.FES])$/).to_h do |name, letter|
      [name, { "." => "passed", "F" => "failed", "E" => "error", "S" => "pending" }[letter]]
    end
  end

  def footprints(file)
    `sqlite3 #{File.join(@project, file)} 'select distinct runner from footprints order by runner'`.split.map(&:to_i)
  end

  # The screen without its line breaks.
  def words(run)
    run.screen.split.join(" ")
  end

  def assert_loaded_once(runs = 1)
    loads = Dir.children(File.join(@project, "tmp/loads")).size
    assert_equal runs, loads, "processes that loaded the application"
  end
end
