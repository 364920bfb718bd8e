# frozen_string_literal: true

require_relative "test_files"

module Distributest
  # What a project says about its test frameworks before anything of it is
  # loaded. What its test files and helpers require counts first, then its
  # bundle, its Gemfile and its Rakefile.
  class Evidence
    HELPERS = "{{test,spec,minitest,rails}{_,-},}helper.rb"
    ENOUGH = 200
    HEAD = 16 * 1024
    SIGNS = {
      "rspec" => /\bRSpec\b|require\s*\(?\s*["']rspec|["'](rails_helper)["']/,
      "minitest" => %r{\bMini[tT]est\b|["']minitest\b|rails/test_help|\bActiveSupport::TestCase\b|\bActionDispatch::IntegrationTest\b},
      "test-unit" => %r{\bTest::Unit\b|["']test[-/]unit\b}
    }.freeze
    LISTED = {
      "rspec" => /["'\s]rspec(-core|-rails)?["'\s]/,
      "minitest" => /["'\s]minitest(-[\w-]+)?["'\s]/,
      "test-unit" => /["'\s]test-unit(-[\w-]+)?["'\s]/
    }.freeze

    def initialize(project)
      @project = project
    end

    def dot_rspec?
      ::File.file?(::File.join(@project, ".rspec"))
    end

    # { framework => how many } of the files in this folder that show signs of it, helpers counted first.
    def signs(folder)
      @signs ||= {}
      @signs[folder] ||= begin
        texts = sample(folder).map { |file| head(file) }
        SIGNS.map { |name, sign| [name, texts.count { |text| sign =~ text }] }.to_h.reject { |_, count| count.zero? }
      end
    end

    def signs_of_file(path)
      text = head(::File.expand_path(path, @project))
      SIGNS.select { |_, sign| sign =~ text }.keys
    end

    def signs_of_helpers(folder)
      texts = ::Dir.glob(::File.join(escaped, folder, HELPERS)).map { |file| head(file) }
      SIGNS.select { |_, sign| texts.any? { |text| sign =~ text } }.keys
    end

    # What the project asks for in its Gemfile, gemspec or Rakefile.
    def listed
      @listed ||= begin
        files = ::Dir.glob(%w[Gemfile gems.rb *.gemspec Rakefile].map { |name| ::File.join(escaped, name) })
        text = files.map { |file| head(file) }.join("\n").gsub(/^\s*#.*/, "")
        LISTED.select { |_, sign| sign =~ text }.keys
      end
    end

    # Patterns of names of test files: those of Test::Unit where it is the framework.
    def names
      @names ||= test_unit? ? TestFiles::DASHED : TestFiles::NAMES
    end

    def any?(folder, names)
      !::Dir.glob(::File.join(escaped, folder, "**", names)).empty?
    end

    private

    def test_unit?
      return true if listed.include?("test-unit")
      own = ["{run,run-test,run_test,run-tests,runner}.rb", "**/{test-*,*-test}.rb"]
      files = own.flat_map { |name| ::Dir.glob(::File.join(escaped, "test", name)).sort.first(20) }
      files.any? { |file| SIGNS["test-unit"] =~ head(file) } || signs_of_helpers("test").include?("test-unit")
    end

    def escaped
      @project.gsub(/[\\*?\[\]{}]/) { |letter| "\\#{letter}" }
    end

    def sample(folder)
      helpers = ::Dir.glob(::File.join(escaped, folder, HELPERS))
      tests = ::Dir.glob(::File.join(escaped, folder, "**", names)).sort
      (helpers + tests).uniq.first(ENOUGH)
    end

    def head(file)
      text = ::File.open(file, "rb") { |io| io.read(HEAD) }.to_s.dup.force_encoding(::Encoding::UTF_8).scrub
      text.gsub(/^\s*#.*/, "")
    rescue ::SystemCallError
      ""
    end
  end
end
