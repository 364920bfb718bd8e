# frozen_string_literal: true

require_relative "support"

# A test that closes what is not its own.
class DescriptorsTest < SystemTest
  CLOSES = { "objects" => "ObjectSpace.each_object(IO) { |io| io.close rescue nil }",
             "low numbers" => "(3..255).each { |fd| IO.for_fd(fd).close rescue nil }",
             "all numbers" => "Dir.children('/proc/self/fd').map(&:to_i).select { |fd| fd > 2 }" \
                              ".each { |fd| IO.for_fd(fd).close rescue nil }" }.freeze

  # No runner is lost by it, and no file that is on its way to it: in the second run files are sent ahead.
  def test_the_files_after_it_are_neither_lost_nor_late
    CLOSES.each do |what, code|
      files = %w[b c d e].to_h { |name| ["spec/#{name}_spec.rb", spec(group: name)] }
      project(files.merge("spec/a_spec.rb" => spec({ "closes" => code })), what.delete(" "))
      2.times do
        run = dtest("-j1")
        assert_exit 0, run
        assert_equal %w[passed] * 5, run.account.verdicts.values, what
        assert_equal [1], run.of_kind("runner.start").map { |event| event["runner"] } - [0]
        assert_empty run.of_kind("log.line").map { |event| event["text"] }, what
      end
    end
    assert_nothing_left
  end
end
