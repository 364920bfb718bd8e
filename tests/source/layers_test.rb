# The tree keeps its own rules: folders include downwards only, everything is installed, nothing names a machine.
require "minitest/autorun"

class LayersTest < Minitest::Test
  ROOT = File.expand_path("../..", __dir__)
  LAYERS = File.read("#{ROOT}/meson.build")[/^layers = \[(.*?)\]/m, 1].scan(/'(\w+)'/).flatten

  def sources(pattern) = Dir["#{ROOT}/#{pattern}"].sort

  def test_a_folder_includes_only_folders_before_it
    refute_empty LAYERS
    wrong = sources("src/*/**/*.{cpp,hpp}").flat_map do |path|
      folder = path.delete_prefix("#{ROOT}/src/")[%r{^[^/]+}]
      File.read(path).scan(/^#include "([\w-]+)\//).flatten
          .select { |other| LAYERS.include?(other) && LAYERS.index(other) > LAYERS.index(folder) }
          .map { |other| "#{path.delete_prefix("#{ROOT}/")} includes #{other}/" }
    end
    assert_empty wrong
  end

  def test_every_folder_of_src_is_a_layer
    folders = Dir["#{ROOT}/src/*/"].map { |path| File.basename(path) }.sort
    assert_equal LAYERS.sort, folders
  end

  def test_only_the_bus_includes_zmq
    users = sources("src/**/*.{cpp,hpp}").select { |path| File.read(path).match?(/^#include <zmq/) }
    assert_empty users.reject { |path| path.include?("/src/bus/") }
  end

  def test_pure_folders_read_no_clock_file_or_process
    pure = %w[base protocol schedule master broker collector report]
    impure = %r{^\#include <(unistd\.h|fcntl\.h|sys/.*|time\.h|ctime|fstream|iostream|filesystem|random|thread|mutex|
                future|csignal|spawn\.h|zmq.*|sqlite3\.h)>|\b(getenv|system_clock|steady_clock|srand|std::rand)\b}x
    users = pure.flat_map { |folder| sources("src/#{folder}/**/*.{cpp,hpp}") }
                .reject { |path| File.read(path).lines.grep_v(%r{^\s*//}).grep(impure).empty? }
    assert_empty users.map { |path| path.delete_prefix("#{ROOT}/") }
  end

  # So that a jump of it changes nothing.
  def test_who_counts_time_never_reads_the_wall_clock
    wall = /\b(system_clock|CLOCK_REALTIME|gettimeofday|std::time)\b|\bwall\(\)/
    users = %w[master broker schedule bus guardian daemon].flat_map { |folder| sources("src/#{folder}/**/*.{cpp,hpp}") }
    assert_empty users.select { |path| File.read(path).match?(wall) }.map { |path| path.delete_prefix("#{ROOT}/") }
  end

  def test_the_namespace_is_the_folder
    wrong = sources("src/*/**/*.{cpp,hpp}").reject do |path|
      folder = path.delete_prefix("#{ROOT}/src/")[%r{^[^/]+}]
      text = File.read(path)
      text.match?(/^namespace dtest::#{folder}\b/) || File.basename(path) == "main.cpp"
    end
    assert_empty wrong.map { |path| path.delete_prefix("#{ROOT}/") }
  end
end
