# frozen_string_literal: true

# A project of random size whose verdicts are known beforehand. Each example notes in a file of the test's own that it
# ran: a witness that owes nothing to dtest.
class Suite
  Example = Struct.new(:path, :group, :name, :full_name, :id, :status, :body)

  # How a framework writes a file, an example, and what is neither passed nor crashed.
  Dialect = Struct.new(:name, :folder, :suffix, :head, :group, :example, :title, :outcomes)
  DIALECTS = [
    Dialect.new("rspec", "spec", "_spec.rb", "", "RSpec.describe %s do", "it(%p) do", "%s %s",
                { "failed" => "expect(1).to eq(2)", "pending" => "skip 'later'" }),
    Dialect.new("minitest", "test", "_test.rb", "require 'minitest/autorun'\n",
                "class %s < Minitest::Test\n  i_suck_and_my_tests_are_order_dependent!", "def %s", "%s#%s",
                { "failed" => "assert_equal 1, 2", "pending" => "skip 'later'" }),
    Dialect.new("test-unit", "test", "_test.rb", "require 'test/unit'\n", "class %s < Test::Unit::TestCase", "def %s",
                "%s#%s", { "failed" => "assert_equal 1, 2", "pending" => "pend 'later'" })
  ].freeze

  attr_reader :examples, :dialect

  # `bad`: the share of examples that fail or are pending. `pause`: the longest that one sleeps.
  def initialize(random, witness:, files: 2..6, each: 1..6, bad: 0, pause: 0.02, dialect: nil)
    @random = random
    @witness = witness
    @dialect = DIALECTS.find { |known| known.name == dialect } || DIALECTS.sample(random: random)
    @pause = pause
    @heads = {}
    @examples = (1..random.rand(files)).flat_map { |file| examples_of(file, random.rand(each), bad) }
  end

  # {path: text} to write.
  def files
    @examples.group_by(&:path).to_h { |path, examples| [path, text(path, examples)] }
  end

  # Puts the code in front of what some example does, and returns that example, which would pass.
  def plant(code)
    chosen = @examples.sample(random: @random)
    chosen.status = "passed"
    chosen.body = "#{note(chosen)}\n#{pause}\n#{code}"
    chosen
  end

  # Code for the top of some file, which is returned.
  def plant_head(code)
    @examples.map(&:path).uniq.sample(random: @random).tap { |path| @heads[path] = code }
  end

  # {full name: status} of a run in which nothing happens.
  def verdicts
    @examples.to_h { |example| [example.full_name, example.status] }
  end

  def after(example)
    own = @examples.select { |other| other.path == example.path }
    own.drop(own.index(example) + 1)
  end

  # {full name: how often it ran}.
  def ran
    File.exist?(@witness) ? File.readlines(@witness, chomp: true).tally : {}
  end

  private

  def examples_of(file, count, bad)
    path = "#{@dialect.folder}/f#{file}#{@dialect.suffix}"
    (1..count).map do |number|
      name = "test_#{number}"
      title = format(@dialect.title, "G#{file}", name)
      id = @dialect.name == "rspec" ? "./#{path}[1:#{number}]" : title
      status = @random.rand < bad ? %w[failed pending].sample(random: @random) : "passed"
      example = Example.new(path, "G#{file}", name, title, id, status)
      example.body = [note(example), pause, @dialect.outcomes[status]].compact.join("\n")
      example
    end
  end

  def note(example)
    "File.write(#{@witness.inspect}, #{"#{example.full_name}\n".inspect}, mode: 'a')"
  end

  def pause
    "sleep #{(@random.rand * @pause).round(4)}"
  end

  def text(path, examples)
    group = examples.first.group
    group = group.inspect if @dialect.name == "rspec"
    body = examples.map { |example| "  #{format(@dialect.example, example.name)}\n#{example.body}\n  end\n" }.join
    "#{@dialect.head}#{@heads[path]}\n#{format(@dialect.group, group)}\n#{body}end\n"
  end
end
